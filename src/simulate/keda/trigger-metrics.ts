import type { Fallback } from '../../core/scaled-object.js';
import { fallbackMilli } from '../../scaling/fallback.js';
import type { ExternalTarget, MetricReading } from '../metric-target.js';
import { kedaMilliValue } from '../quantity.js';
import { itemsOf, type ServedMetric, type ServedMetrics, type TargetState } from '../served-metrics.js';
import { FailureCount } from './fallback.js';

/**
 * The metrics of the triggers of one ScaledObject, each by itself. A trigger is active when its value is strictly above its
 * activation value, or while its fallback is in effect.
 */
export class TriggerMetrics implements ServedMetrics {
  readonly targets: readonly ExternalTarget[];
  readonly #fallback: Fallback | null;
  readonly #failures: readonly FailureCount[];

  constructor(targets: readonly ExternalTarget[], fallback: Fallback | null) {
    this.targets = targets;
    this.#fallback = fallback;
    this.#failures = targets.map(() => new FailureCount());
  }

  serve(readings: readonly MetricReading[], target: TargetState): readonly ServedMetric[] {
    return this.targets.map((trigger, i) => {
      const reading = readings[i]!;
      const failures = this.#failures[i]!;
      failures.note('error' in reading);
      return 'error' in reading ? this.#onError(trigger, failures, target) : serveTrigger(reading, trigger);
    });
  }

  #onError(trigger: ExternalTarget, failures: FailureCount, target: TargetState): ServedMetric {
    const fallback = this.#fallback;
    // Without a formula there is nothing that could make use of a null.
    const isUsable = fallback !== null && fallback.behavior !== 'scalingModifiers';
    if (!isUsable || !failures.isOver(fallback.failureThreshold)) return { milli: null, active: false };
    const milli = fallbackMilli(fallback, trigger, target);
    return { milli, active: milli !== null };
  }
}

/** A trigger's answer as KEDA passes it on, and whether it is active. */
export function serveTrigger(
  { value, active }: Exclude<MetricReading, { readonly error: string }>,
  { activation = 0 }: Pick<ExternalTarget, 'activation'>,
): ServedMetric & { readonly milli: number } {
  const items = itemsOf(value);
  return {
    milli: items.reduce((sum, item) => sum + kedaMilliValue(item), 0),
    active: active ?? items.some((item) => item > activation),
  };
}
