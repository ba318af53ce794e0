import { InvalidArgumentError } from 'commander';
import { formatDuration, HOUR_MS, SECOND_MS } from '../core/duration.js';
import { DEFAULT_LEVELS } from '../core/forecast.js';
import { duration } from './options.js';

/** More than any objective chooses. */
const MOST_UTILIZATION = 10;
/** Kubernetes' int32 fields end here. */
const MOST_REPLICAS = 2_147_483_647;

/** A quantile level that every forecast holds. */
export function level(text: string): number {
  const value = Number(text);
  const [lowest, highest] = [DEFAULT_LEVELS[0]!, DEFAULT_LEVELS.at(-1)!];
  if (value >= lowest && value <= highest) return value;
  throw new InvalidArgumentError(`Expected a level from ${lowest} to ${highest}.`);
}

export function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('Expected a share above 0 and up to 1, such as 0.7.');
}

/** A target of what serves the highest load of the lead time: it may be above the capacity. */
export function utilization(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= MOST_UTILIZATION) return value;
  throw new InvalidArgumentError(`Expected a share above 0 and up to ${MOST_UTILIZATION}, such as 0.7.`);
}

export function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}

export function wholeNumber(text: string): number {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

/** A number of replicas from `least` up, as far as Kubernetes counts them. */
export function replicas(least: number): (text: string) => number {
  return (text) => {
    const count = /^\d+$/.test(text) ? Number(text) : NaN;
    if (count >= least && count <= MOST_REPLICAS) return count;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${MOST_REPLICAS}.`);
  };
}

/** A stabilisation window that an HPA accepts. */
export function hold(text: string): number {
  const ms = margin(text);
  if (ms <= HOUR_MS) return ms;
  throw new InvalidArgumentError('Expected at most 1h, as an HPA does.');
}

/** What a parser of durations reads, as long as it is not longer than this. */
export function atMost(mostMs: number, parser: (text: string) => number): (text: string) => number {
  return (text) => {
    const ms = parser(text);
    if (ms <= mostMs) return ms;
    throw new InvalidArgumentError(`Expected at most ${formatDuration(mostMs)}.`);
  };
}

/** The number that a parser reads, as long as it is not larger than this. */
export function upTo(most: number, parser: (text: string) => number): (text: string) => number {
  return (text) => {
    const count = parser(text);
    if (count <= most) return count;
    throw new InvalidArgumentError(`Expected at most ${most}.`);
  };
}

/** The same, as long as it is not shorter. */
export function atLeast(leastMs: number, parser: (text: string) => number): (text: string) => number {
  return (text) => {
    const ms = parser(text);
    if (ms >= leastMs) return ms;
    throw new InvalidArgumentError(`Expected at least ${formatDuration(leastMs)}.`);
  };
}

/** A duration on the clock of a replay, which counts seconds. */
export function wholeSeconds(text: string): number {
  const ms = duration(text);
  if (ms % SECOND_MS === 0) return ms;
  throw new InvalidArgumentError('Expected whole seconds, at least 1s.');
}

/** A duration that may be zero. */
export function margin(text: string): number {
  return /^0[a-z]*$/.test(text.trim()) ? 0 : duration(text);
}
