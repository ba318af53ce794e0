import type { Fallback } from '../../core/scaled-object.js';
import { fallbackMilli } from '../../scaling/fallback.js';
import type { ExternalTarget, MetricReading } from '../metric-target.js';
import type { ServedMetric, ServedMetrics, TargetState } from '../served-metrics.js';
import { FailureCount } from './fallback.js';
import { serveTrigger } from './trigger-metrics.js';

/** `advanced.scalingModifiers`: one metric computed from all external triggers. */
export interface ScalingModifiers {
  /** Target of the composite metric; also what decides its activity (`activationTarget`). */
  readonly target: ExternalTarget;
  /** The formula, given the value of each trigger, null for one that is left to it while it fails. Null: no value. */
  readonly formula: (values: readonly (number | null)[]) => number | null;
}

/**
 * The triggers of one ScaledObject, made into the one metric `composite-metric`.
 *
 * Any trigger that fails without fallback makes it fail. While one is in fallback the formula is skipped, unless the
 * behaviour is `scalingModifiers`: then the formula is given null for it, and a null result becomes the fallback's replicas.
 * A fallback needs a target that is a whole number; with any other KEDA takes it for invalid and ignores it.
 *
 * @see KEDA `pkg/scaling/modifiers/modifiers.go`
 */
export class CompositeMetric implements ServedMetrics {
  readonly targets: readonly ExternalTarget[];
  readonly #triggers: readonly ExternalTarget[];
  readonly #modifiers: ScalingModifiers;
  readonly #fallback: Fallback | null;
  readonly #failures: readonly FailureCount[];

  constructor(triggers: readonly ExternalTarget[], modifiers: ScalingModifiers, fallback: Fallback | null) {
    this.targets = [modifiers.target];
    this.#triggers = triggers;
    this.#modifiers = modifiers;
    this.#fallback = Number.isInteger(modifiers.target.target) ? fallback : null;
    this.#failures = triggers.map(() => new FailureCount());
  }

  serve(readings: readonly MetricReading[], state: TargetState): readonly ServedMetric[] {
    readings.forEach((reading, i) => {
      this.#failures[i]!.note('error' in reading);
    });
    return [this.#serveOne(readings, state)];
  }

  #serveOne(readings: readonly MetricReading[], state: TargetState): ServedMetric {
    const fallback = this.#fallback;
    const failing = readings.map((reading) => 'error' in reading);
    const inFallback = fallback !== null && this.#failures.some((count) => count.isOver(fallback.failureThreshold));
    const failsAnyway = failing.some(
      (failed, i) => failed && !(fallback !== null && this.#failures[i]!.isOver(fallback.failureThreshold)),
    );
    if (failsAnyway) return { milli: null, active: false };
    if (inFallback && fallback.behavior !== 'scalingModifiers') {
      const milli = fallbackMilli(fallback, this.#modifiers.target, state);
      return { milli, active: milli !== null };
    }
    const values = readings.map((reading, i) =>
      'error' in reading ? null : serveTrigger(reading, this.#triggers[i]!).milli / 1_000,
    );
    return this.#compose(this.#modifiers.formula(values), state);
  }

  #compose(result: number | null, state: TargetState): ServedMetric {
    const { activation = 0 } = this.#modifiers.target;
    if (result !== null) return { milli: Math.trunc(result * 1_000), active: result > activation };
    if (this.#fallback === null) return { milli: null, active: false };
    const milli = fallbackMilli(this.#fallback, this.#modifiers.target, state);
    return { milli, active: milli !== null };
  }
}
