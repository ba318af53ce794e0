import { DAY_MS, MINUTE_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';
import { gaussian, seededRandom } from '../../src/core/random.js';
import { DEFAULT_REPLAY, type ReplaySettings } from '../../src/replay/settings.js';

export const STEP_MS = 5 * MINUTE_MS;
/** A midnight in UTC. */
export const START_MS = 20_000 * DAY_MS;
export const DAYS = 5;
/** Of which so many are reported. */
export const REPORTED_DAYS = 1;

/** Three days of history, pods that need five minutes: quick to replay, and late without a forecast. */
export const settings: ReplaySettings = {
  ...DEFAULT_REPLAY,
  historyMs: 3 * DAY_MS,
  reportMs: REPORTED_DAYS * DAY_MS,
  queryStepMs: STEP_MS,
  model: 'ridge',
  mode: 'active',
  capacityPerReplica: 10,
  startup: { p50S: 300, p95S: 300 },
};

/** A daily curve between 50 and 350 with a steep morning and some noise, the same on every call. */
export function officeHours(change: (timeMs: number, value: number) => number = (_, value) => value): Series {
  const random = seededRandom(7);
  const values = Float64Array.from({ length: (DAYS * DAY_MS) / STEP_MS + 1 }, (_, i) => {
    const timeMs = START_MS + i * STEP_MS;
    const hour = (timeMs % DAY_MS) / (60 * MINUTE_MS);
    const rise = 1 / (1 + Math.exp(-20 * (hour - 8))) - 1 / (1 + Math.exp(-20 * (hour - 18)));
    return change(timeMs, Math.max(0, 50 + 300 * rise + 5 * gaussian(random)));
  });
  return new Series(START_MS, STEP_MS, values);
}
