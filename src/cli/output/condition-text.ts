import type { ConditionResult, FigureUnit } from '../../replay/result.js';
import { formatNumber, UNKNOWN } from './number-format.js';

/** Each term of a condition with what was found and what it was held against. */
export function foundText({ terms }: ConditionResult): string {
  return terms
    .map(({ text, actual, bound, unit }) => `${text} (${figure(actual, unit)} against ${figure(bound, unit)})`)
    .join(' and ');
}

/** A share as per cent with three digits: those of shortages are small. */
export function sharePercent(share: number): string {
  return Number.isNaN(share) ? UNKNOWN : `${formatNumber(share * 100)}%`;
}

/** A response time; Infinity: a queue that never drained. */
export function responseTime(seconds: number | undefined): string {
  return seconds === Infinity ? 'endless' : formatNumber(seconds ?? NaN);
}

function figure(value: number, unit: FigureUnit): string {
  if (unit === 'share') return sharePercent(value);
  if (unit === 'seconds') return `${responseTime(value)} s`;
  return unit === 'minutes' ? `${formatNumber(value)} min` : formatNumber(value);
}
