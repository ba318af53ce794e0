import type { ScalingModifiers } from '../core/scaled-object.js';
import { ACCEPTED_TARGET, targetFault } from '../core/target.js';
import { METRIC_TYPES } from '../core/trigger-type.js';
import type { Fields } from './fields.js';
import { readNumber } from './parameter-syntax.js';
import type { Place, Report } from './problem.js';

const KEYS = ['formula', 'target', 'activationTarget', 'metricType'];

/** The modifiers, and where the formula stands for those who can judge it. */
export interface PlacedModifiers extends ScalingModifiers {
  readonly formulaPlace: Place;
}

/** Reads `spec.advanced.scalingModifiers`. @returns null when no field of it is set, or something is wrong with it */
export function readScalingModifiers(advanced: Fields, report: Report): PlacedModifiers | null {
  const modifiers = advanced.map('scalingModifiers');
  if (modifiers === undefined) return null;
  modifiers.warnUnknown(KEYS);
  if (!KEYS.some((key) => modifiers.has(key))) return null;
  const formula = modifiers.requiredText('formula');
  if (!modifiers.has('target')) report.error(modifiers.place('target'), 'is required');
  const target = readTarget(modifiers, report);
  const activationTarget = modifiers.has('activationTarget') ? readText(modifiers, 'activationTarget', report) : 0;
  const metricType = modifiers.choice('metricType', METRIC_TYPES) ?? 'AverageValue';
  if (formula === undefined || target === undefined || activationTarget === undefined) return null;
  return { formula, target, activationTarget, metricType, formulaPlace: modifiers.place('formula') };
}

function readTarget(modifiers: Fields, report: Report): number | undefined {
  const target = readText(modifiers, 'target', report);
  const fault = target === undefined ? undefined : targetFault(target);
  if (fault === undefined) return target;
  const accepted = `${ACCEPTED_TARGET}, in the unit of the formula`;
  report.error(modifiers.place('target'), fault, { value: modifiers.text('target'), accepted });
  return undefined;
}

/** A number that the CRD wants as a text. */
function readText(modifiers: Fields, key: string, report: Report): number | undefined {
  const text = modifiers.text(key);
  if (text === undefined) return undefined;
  const value = readNumber(text.trim());
  if (value === undefined) {
    report.error(modifiers.place(key), 'not a number', { value: text, accepted: 'a number in quotes, such as "2.5"' });
  }
  return value;
}
