/**
 * Kedastral's baseline model, and its planner: the highest forecast within the lead time over the target per pod, without
 * the observed metric beside it.
 *
 *     base(t + h)     = y(t) + slope h + acceleration h^2 / 120 s
 *     forecast(t + h) = (1 - w) base + w pattern(minute of the hour),  w by how far the two are apart
 *
 * Slopes are least-squares lines through ten samples; the acceleration is the difference of that of the later and that of
 * the earlier half of the history. The planner's own headroom is left out: here the target utilisation is the headroom.
 *
 * @see https://github.com/kedastral/kedastral, documentation of its baseline model and capacity planner
 */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/duration.js';
import type { Policy, PolicyView } from '../policy.js';

/** The middle of the 6 to 12 hours its documentation recommends, at its usual step. */
const TRAINING_MS = 12 * HOUR_MS;
const STEP_MS = MINUTE_MS;
const STEPS_PER_HOUR = HOUR_MS / STEP_MS;
const SLOPE_SAMPLES = 10;
/** While the load accelerates, the pattern leans towards its maximum. */
const LEAN = 0.3;

/** Mean and maximum of the samples at one minute of the hour. */
interface Pattern {
  readonly mean: number;
  readonly max: number;
}

/** @param targetPerReplica demand that one replica should carry */
export function kedastralBaseline(targetPerReplica: number, leadTimeMs: number): Policy {
  const training = new TrainingWindow();
  let replicas = NaN;
  return {
    name: 'kedastral',
    targets: [{ type: 'AverageValue', target: 1 }],
    read: (view) => {
      if (training.follow(view)) replicas = Math.ceil(highestForecast(training, leadTimeMs) / targetPerReplica);
      return [Number.isNaN(replicas) ? { error: 'there is no forecast' } : { value: replicas, active: true }];
    },
  };
}

/** The known samples of the training time, as they move on. */
class TrainingWindow {
  /** Oldest first. */
  readonly values: number[] = [];
  /** By the minute of the hour, oldest first. */
  readonly #byMinute = Array.from({ length: STEPS_PER_HOUR }, (): { timeMs: number; value: number }[] => []);
  /** Time of the last sample that was due. */
  lastMs = -Infinity;

  /** Takes up what is new. @returns whether a sample was due */
  follow(view: PolicyView): boolean {
    const dueMs = Math.floor(view.nowMs / STEP_MS) * STEP_MS;
    if (dueMs === this.lastMs) return false;
    for (
      let timeMs = Math.max(this.lastMs, dueMs - TRAINING_MS - STEP_MS) + STEP_MS;
      timeMs <= dueMs;
      timeMs += STEP_MS
    ) {
      this.#add(timeMs, view.valueAt(timeMs));
    }
    this.lastMs = dueMs;
    return true;
  }

  /** null before it was seen twice. */
  patternAt(timeMs: number): Pattern | null {
    const samples = this.#byMinute[minuteOf(timeMs)]!;
    if (samples.length < 2) return null;
    let sum = 0;
    let max = -Infinity;
    for (const { value } of samples) {
      sum += value;
      max = Math.max(max, value);
    }
    return { mean: sum / samples.length, max };
  }

  #add(timeMs: number, value: number): void {
    const samples = this.#byMinute[minuteOf(timeMs)]!;
    // Every minute passes here each hour, so no sample outlives the training time by more than that.
    if (samples.length > 0 && samples[0]!.timeMs < timeMs - TRAINING_MS) {
      samples.shift();
      this.values.shift();
    }
    if (Number.isNaN(value)) return;
    samples.push({ timeMs, value });
    this.values.push(value);
  }
}

function highestForecast(training: TrainingWindow, leadTimeMs: number): number {
  const { values, lastMs } = training;
  const middle = Math.floor(values.length / 2);
  const slope = slopeOf(values, values.length);
  const acceleration = slope - slopeOf(values, middle);
  let highest = -Infinity;
  for (let aheadMs = STEP_MS; aheadMs <= Math.max(STEP_MS, leadTimeMs); aheadMs += STEP_MS) {
    const seconds = aheadMs / SECOND_MS;
    const base = values.at(-1)! + slope * seconds + (acceleration * seconds ** 2) / 120;
    const pattern = training.patternAt(lastMs + aheadMs);
    highest = Math.max(highest, pattern === null ? base : blend(base, seasonalOf(pattern, acceleration)));
  }
  return values.length === 0 ? NaN : Math.max(0, highest);
}

function seasonalOf({ mean, max }: Pattern, acceleration: number): number {
  return acceleration > 0 ? (1 - LEAN) * mean + LEAN * max : mean;
}

/** The further the pattern is from the trend, the more it counts. */
function blend(base: number, seasonal: number): number {
  const ratio = seasonal / (base + 1);
  const weight = ratio > 1.5 ? 0.8 : ratio > 1.2 ? 0.7 : ratio < 0.8 ? 0.6 : 0.5;
  return (1 - weight) * base + weight * seasonal;
}

/** Change per second along the least-squares line through the last samples before index `end`. */
function slopeOf(values: readonly number[], end: number): number {
  const recent = values.slice(Math.max(0, end - SLOPE_SAMPLES), end);
  const count = recent.length;
  if (count < 2) return 0;
  const meanX = (count - 1) / 2;
  const meanY = recent.reduce((sum, value) => sum + value, 0) / count;
  const covariance = recent.reduce((sum, value, x) => sum + (x - meanX) * (value - meanY), 0);
  const variance = recent.reduce((sum, _, x) => sum + (x - meanX) ** 2, 0);
  return covariance / variance / (STEP_MS / SECOND_MS);
}

function minuteOf(timeMs: number): number {
  return Math.floor(timeMs / STEP_MS) % STEPS_PER_HOUR;
}
