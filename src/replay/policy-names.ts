import { HPA, ORACLE, TIDECAST } from './contenders.js';

/** All policies of a replay, in the order of its results. */
export const POLICY_NAMES: readonly string[] = Object.freeze([
  TIDECAST,
  HPA,
  'static',
  'keda',
  'cron',
  'predict-linear',
  'predictkube',
  'phpa',
  'crane',
  'kedastral',
  'seasonal-naive',
  ORACLE,
]);

/** Those that tidecast may be held against. */
export const REFERENCE_NAMES: readonly string[] = Object.freeze(POLICY_NAMES.filter((name) => name !== TIDECAST));
