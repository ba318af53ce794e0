import type { CompositeOutcome, CompositionInput, MetricTriggerInput } from '../core/composition.js';
import { formatDuration, MINUTE_MS } from '../core/duration.js';
import { formatNumber } from '../core/format.js';
import type { Fallback, ScalingModifiers } from '../core/scaled-object.js';
import { armsFallback, fallbackMilli } from './fallback.js';
import { parseFormula, type Formula } from './formula.js';

/** KEDA's name of the metric that a formula makes; the HPA asks for it by this name. */
export const COMPOSITE_METRIC = 'composite-metric';

/**
 * For how long an unknown metric is held: long enough for a broker to restart, short enough that the condition of the HPA
 * says soon what is wrong. From then on it is an error, and the HPA keeps the replicas there are.
 */
export const HOLD_MS = 15 * MINUTE_MS;

type Standing = Pick<CompositeOutcome, 'state' | 'active' | 'reason'> & { readonly value: number | null };

/**
 * The metric that the formula makes of all triggers.
 *
 * As in KEDA, a trigger in fallback replaces the formula by the replicas of the fallback, or, with the behaviour
 * `scalingModifiers`, is nil in the formula. Other than in KEDA, a trigger that fails before that does not make the metric
 * an error at once: it is held no lower than it was and than the formula makes of the remaining triggers.
 */
export function compositeOutcome(
  modifiers: ScalingModifiers,
  triggers: readonly MetricTriggerInput[],
  input: CompositionInput,
): CompositeOutcome {
  const { value, ...standing } = new Composing(modifiers, triggers, input).standing();
  const { metricType, target } = modifiers;
  return { ...standing, metric: { name: COMPOSITE_METRIC, metricType, target, value } };
}

class Composing {
  readonly #modifiers: ScalingModifiers;
  readonly #triggers: readonly MetricTriggerInput[];
  readonly #input: CompositionInput;
  readonly #fallback: Fallback | null;

  constructor(modifiers: ScalingModifiers, triggers: readonly MetricTriggerInput[], input: CompositionInput) {
    this.#modifiers = modifiers;
    this.#triggers = triggers;
    this.#input = input;
    // KEDA takes a fallback for invalid where this target has a fraction, without a word.
    this.#fallback = Number.isInteger(modifiers.target) ? input.fallback : null;
  }

  standing(): Standing {
    const fallback = this.#fallback;
    const unknown = this.#triggers.filter((trigger) => !isKnown(trigger) && !this.#isInFallback(trigger));
    if (unknown.length > 0) return this.#held(describe(unknown) + this.#whyNoFallback());
    const replaced = this.#triggers.filter((trigger) => this.#isInFallback(trigger));
    if (fallback !== null && replaced.length > 0 && fallback.behavior !== 'scalingModifiers') {
      return this.#fallen(fallback, describe(replaced));
    }
    return this.#evaluated(replaced);
  }

  #isInFallback({ problem, failures }: MetricTriggerInput): boolean {
    return problem !== null && this.#fallback !== null && armsFallback(failures, this.#fallback);
  }

  /** The formula, with nil for the triggers that are left to it. */
  #evaluated(replaced: readonly MetricTriggerInput[]): Standing {
    const values = this.#readings();
    for (const { name } of replaced) if (name !== null) values.set(name, null);
    let result: number | null;
    try {
      result = this.#formula().evaluate(values);
    } catch (error) {
      return this.#held(messageOf(error));
    }
    const without = replaced.length === 0 ? '' : ` without ${describe(replaced)}`;
    if (result === null) return this.#withoutResult(without);
    const value = inThousandths(result);
    const active = result > this.#modifiers.activationTarget;
    return { state: 'known', value, active, reason: `The formula gives ${formatNumber(value)}${without}.` };
  }

  #withoutResult(without: string): Standing {
    const why = `the formula gives nil${without}`;
    return this.#fallback === null ? this.#held(why) : this.#fallen(this.#fallback, why);
  }

  #fallen(fallback: Fallback, why: string): Standing {
    const { metricType: type, target } = this.#modifiers;
    const milli = fallbackMilli(fallback, { type, target }, this.#input.target);
    if (milli === null) return this.#held(`${why}; no fallback, because the replicas of the target are not known`);
    const reason = `Fallback of ${formatNumber(milli / 1_000 / target)} times the target (${fallback.behavior}): ${why}.`;
    return { state: 'fallback', value: milli / 1_000, active: true, reason };
  }

  /** No lower than it was, and than the formula makes of the newest answers, as long as those are not too old. */
  #held(why: string): Standing {
    const { atMs, held } = this.#input;
    const waiting = this.#triggers.some(({ reading, problem }) => reading === null && problem === null);
    const unknown: Standing = {
      state: waiting ? 'waiting' : 'failing',
      value: null,
      active: null,
      reason: `No value: ${why}.`,
    };
    const oldestMs = Math.min(...this.#triggers.map(({ reading }) => reading?.atMs ?? -Infinity));
    if (atMs - oldestMs > HOLD_MS) return unknown;
    const values = [held?.compositeValue ?? null, this.#formulaOfNewest()].filter((value) => value !== null);
    if (values.length === 0) return unknown;
    const value = Math.max(...values);
    return {
      state: 'held',
      value,
      // What is not known must not put a workload to sleep.
      active: value > this.#modifiers.activationTarget ? true : null,
      reason: `Held at ${formatNumber(value)}, for ${formatDuration(HOLD_MS)} at most: ${why}.`,
    };
  }

  #formulaOfNewest(): number | null {
    try {
      const result = this.#formula().evaluate(this.#readings());
      return result === null ? null : inThousandths(result);
    } catch {
      return null;
    }
  }

  /** By name; of a trigger with several metrics the last one, as in KEDA. */
  #readings(): Map<string, number | null> {
    return new Map(
      this.#triggers.flatMap(({ name, reading }) =>
        name === null ? [] : [[name, reading?.values.at(-1) ?? null] as const],
      ),
    );
  }

  #formula(): Formula {
    return parseFormula(this.#modifiers.formula);
  }

  #whyNoFallback(): string {
    return this.#input.fallback !== null && this.#fallback === null
      ? `; no fallback, because KEDA needs a whole number for scalingModifiers.target, not ${this.#modifiers.target}`
      : '';
  }
}

/** As KEDA cuts it off. Numbers so large that thousandths of them are infinite have none. */
function inThousandths(result: number): number {
  const milli = Math.trunc(result * 1_000);
  return Number.isFinite(milli) ? milli / 1_000 : result;
}

function isKnown({ reading, problem }: MetricTriggerInput): boolean {
  return reading !== null && problem === null;
}

function describe(triggers: readonly MetricTriggerInput[]): string {
  return triggers
    .map(({ name, type, index, problem }) => `${name ?? `${type} (trigger ${index})`}: ${problem ?? 'not asked yet'}`)
    .join('; ');
}

function messageOf(error: unknown): string {
  if (error instanceof RangeError) return error.message;
  throw error;
}
