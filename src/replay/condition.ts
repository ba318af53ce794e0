import { parseDuration, MINUTE_MS, SECOND_MS } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import type { Outcome } from '../simulate/outcome.js';
import type { ConditionResult, FigureUnit } from './result.js';

/** A figure of an outcome that a condition can name. */
interface Metric {
  /** What a bare number counts; durations and per cent are converted to it. */
  readonly unit: FigureUnit;
  readonly of: (outcome: Outcome) => number;
}

const METRICS: Readonly<Record<string, Metric>> = {
  short: { unit: 'share', of: (outcome) => (outcome.minutes === 0 ? NaN : outcome.minutesShort / outcome.minutes) },
  minutes_short: { unit: 'minutes', of: (outcome) => outcome.minutesShort },
  longest: { unit: 'minutes', of: (outcome) => outcome.longestShortMinutes },
  depth: { unit: 'share', of: (outcome) => outcome.depth },
  unserved: { unit: 'share', of: (outcome) => outcome.shortfall },
  pod_hours: { unit: 'count', of: (outcome) => outcome.podHours },
  scale_ups: { unit: 'count', of: (outcome) => outcome.scaleUps },
  scale_downs: { unit: 'count', of: (outcome) => outcome.scaleDowns },
  churn: { unit: 'count', of: (outcome) => outcome.churn },
  p95: { unit: 'seconds', of: (outcome) => outcome.latency?.p95S ?? NaN },
  p99: { unit: 'seconds', of: (outcome) => outcome.latency?.p99S ?? NaN },
};

/** One figure of an outcome, by its name in a condition. */
export function figureOf(metric: string, outcome: Outcome): number {
  return METRICS[metric]!.of(outcome);
}

/** Whether a figure is there only where response times are replayed. */
export function isResponseTime(metric: string): boolean {
  return Object.hasOwn(METRICS, metric) && METRICS[metric]!.unit === 'seconds';
}

/** @returns the name as it is @throws {UsageError} it names no figure */
export function checkMetric(name: string, whole: string): string {
  if (Object.hasOwn(METRICS, name)) return name;
  throw problem(name, whole, `expected one of ${Object.keys(METRICS).join(', ')}`);
}

const COMPARE: Readonly<Record<string, (actual: number, bound: number) => boolean>> = {
  '<=': (actual, bound) => actual <= bound,
  '>=': (actual, bound) => actual >= bound,
  '<': (actual, bound) => actual < bound,
  '>': (actual, bound) => actual > bound,
};

const TERM = /^([a-z_0-9]+)\s*(<=|>=|<|>)\s*(.+)$/;
const NUMBER = /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;

interface Term {
  readonly text: string;
  readonly metric: Metric;
  readonly operator: string;
  readonly factor: number;
  /** null: the factor is the bound. */
  readonly policy: string | null;
}

/** What a condition holds against each other: the outcomes of all policies, by name. */
export type Outcomes = ReadonlyMap<string, Outcome>;

/**
 * A condition on the outcome of a replay, such as `short<=0.5% and pod_hours<=1.05*hpa`.
 *
 *     condition = term, { "and", term } ;
 *     term      = metric, ( "<=" | "<" | ">=" | ">" ), bound ;
 *     bound     = number [ "%" ] | duration | [ number, "*" ], policy ;
 */
export class Condition {
  readonly text: string;
  readonly #terms: readonly Term[];

  private constructor(text: string, terms: readonly Term[]) {
    this.text = text;
    this.#terms = terms;
  }

  /**
   * @param policies names that a bound may refer to
   * @throws {UsageError} anything else, with the part that is wrong and what would be accepted
   */
  static parse(text: string, policies: readonly string[]): Condition {
    const terms = text
      .trim()
      .split(/\s+and\s+/i)
      .map((part) => parseTerm(part.trim(), text, policies));
    return new Condition(text.trim(), terms);
  }

  /** Policies that the bounds refer to. */
  get policies(): readonly string[] {
    return [...new Set(this.#terms.flatMap(({ policy }) => policy ?? []))];
  }

  /** Whether response times are looked at. */
  get needsLatency(): boolean {
    return this.#terms.some(({ metric }) => metric.unit === 'seconds');
  }

  /** @param outcome held against the bounds; a figure that is not known meets none */
  check(outcome: Outcome, others: Outcomes): ConditionResult {
    const terms = this.#terms.map(({ text, metric, operator, factor, policy }) => {
      const actual = metric.of(outcome);
      const other = policy === null ? undefined : others.get(policy);
      const bound = policy === null ? factor : factor * (other === undefined ? NaN : metric.of(other));
      return { text, met: COMPARE[operator]!(actual, bound), actual, bound, unit: metric.unit };
    });
    return { text: this.text, met: terms.every(({ met }) => met), terms };
  }
}

/**
 * By how much a condition is missed: the largest excess over a bound, relative to it; 0: met. A bound of 0 is missed by
 * what was found.
 */
export function excess({ terms }: ConditionResult): number {
  return Math.max(
    0,
    ...terms.map(({ met, actual, bound }) => {
      if (met) return 0;
      const by = Math.abs(actual - bound) / (bound === 0 ? 1 : Math.abs(bound));
      // Exactly on a bound that is strict, or unknown.
      return Number.isNaN(by) ? Infinity : Math.max(by, Number.MIN_VALUE);
    }),
  );
}

function parseTerm(part: string, whole: string, policies: readonly string[]): Term {
  const [, name = '', operator = '', right = ''] = TERM.exec(part) ?? [];
  if (operator === '') {
    throw problem(part, whole, 'expected METRIC<=BOUND, such as short<=0.5% or pod_hours<=1.05*hpa');
  }
  const metric = METRICS[checkMetric(name, whole)]!;
  return { text: part, metric, operator, ...parseBound(right.trim(), metric, whole, policies) };
}

function parseBound(
  text: string,
  metric: Metric,
  whole: string,
  policies: readonly string[],
): Pick<Term, 'factor' | 'policy'> {
  const [left = '', right, ...rest] = text.split('*').map((piece) => piece.trim());
  if (rest.length > 0) throw problem(text, whole, 'expected a single factor, such as 1.05*hpa');
  if (right === undefined) {
    return policies.includes(left)
      ? { factor: 1, policy: left }
      : { factor: parseAmount(left, metric, whole, policies), policy: null };
  }
  const [factor, policy] = NUMBER.test(right) ? [right, left] : [left, right];
  if (!NUMBER.test(factor) || !Number.isFinite(Number(factor))) {
    throw problem(factor, whole, 'expected a number as the factor, such as 1.05');
  }
  if (!policies.includes(policy)) throw problem(policy, whole, `expected one of ${policies.join(', ')}`);
  return { factor: Number(factor), policy };
}

function parseAmount(text: string, { unit }: Metric, whole: string, policies: readonly string[]): number {
  const amount = amountOf(text, unit);
  if (unit === 'share' && amount > 1) throw problem(text, whole, 'expected a share: at most 1, or 100%');
  if (Number.isFinite(amount)) return amount;
  const policy = `or a policy: ${policies.join(', ')}`;
  if (unit === 'minutes' || unit === 'seconds') {
    throw problem(text, whole, `expected a duration such as 5m, a number of ${unit}, ${policy}`);
  }
  const perCent = unit === 'share' ? ' or per cent such as 0.5%' : '';
  throw problem(text, whole, `expected a number${perCent}, ${policy}`);
}

/** In the unit; NaN: not an amount. */
function amountOf(text: string, unit: FigureUnit): number {
  if (NUMBER.test(text)) return Number(text);
  const share = /^(.+?)\s*%$/.exec(text)?.[1];
  if (unit === 'share') return share !== undefined && NUMBER.test(share) ? Number(share) / 100 : NaN;
  if (unit === 'count') return NaN;
  try {
    return parseDuration(text) / (unit === 'minutes' ? MINUTE_MS : SECOND_MS);
  } catch {
    return NaN;
  }
}

function problem(part: string, whole: string, expected: string): UsageError {
  return new UsageError(`"${part}" in "${whole}": ${expected}`);
}
