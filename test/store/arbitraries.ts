import fc from 'fast-check';
import type { Decision, DecisionInput } from '../../src/core/decision.js';
import { Forecast } from '../../src/core/forecast.js';
import { Series } from '../../src/core/series.js';
import type { ModelRecord } from '../../src/core/store.js';

/** Objects as a program writes them, not without a prototype. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true });

/** Any double a measurement can be: subnormals, the largest ones and -0 included. */
export const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const positive = fc.double({ min: Number.MIN_VALUE, noNaN: true, noDefaultInfinity: true });
const timeMs = fc.integer({ min: 0, max: 4_000_000_000_000 });
/** Text with everything that is awkward for SQLite and JSON: NUL, quotes, emoji, half of a surrogate pair. */
const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'a\0b', '\ud800', `'"\\`, '\u2028'));
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null });
const point = record({ timeMs, value: finite });
const evidence = record({ origins: fc.nat(), servedLoss: finite, observedLoss: finite });

const decisionInput: fc.Arbitrary<DecisionInput> = record({
  atMs: timeMs,
  settings: record({
    mode: fc.constantFrom('auto', 'active', 'observe'),
    quantile: finite,
    leadTimeMs: finite,
    activationThreshold: finite,
    targetPerReplica: positive,
    maxReplicaCount: fc.nat(),
    freshForMs: finite,
  }),
  observation: orNull(point),
  sourceProblem: orNull(text),
  forecast: orNull(
    record({
      model: text,
      originMs: timeMs,
      endMs: timeMs,
      level: finite,
      points: fc.array(point, { maxLength: 5 }),
      saturatesAtMs: orNull(timeMs),
    }),
  ),
  forecastProblem: orNull(text),
  history: record({ knownSamples: fc.nat(), neededSamples: fc.nat(), stepMs: positive }),
  evidence: orNull(evidence),
  heldValue: orNull(finite),
});

export function decisionOf(workloadId: string): fc.Arbitrary<Decision> {
  return record({
    workloadId: fc.constant(workloadId),
    atMs: timeMs,
    state: fc.constantFrom('cold', 'fresh', 'degraded', 'stale'),
    origin: fc.constantFrom('observed', 'forecast', 'held', 'none'),
    value: orNull(finite),
    active: orNull(fc.boolean()),
    reason: text,
    input: decisionInput,
  });
}

export const modelRecord: fc.Arbitrary<ModelRecord> = record({
  model: text,
  fittedAtMs: timeMs,
  seasonSteps: fc.array(finite, { maxLength: 3 }),
  settings: fc.string(),
  state: fc.jsonValue(),
  evidence: orNull(evidence),
});

export const forecast: fc.Arbitrary<Forecast> = fc
  .record({
    originMs: timeMs,
    stepMs: positive,
    levels: fc.uniqueArray(fc.double({ min: 0, minExcluded: true, max: 1, maxExcluded: true, noNaN: true }), {
      minLength: 1,
      maxLength: 5,
    }),
    horizonSteps: fc.integer({ min: 1, max: 20 }),
  })
  .chain(({ originMs, stepMs, levels, horizonSteps }) =>
    fc
      .array(fc.array(finite, { minLength: levels.length, maxLength: levels.length }), {
        minLength: horizonSteps,
        maxLength: horizonSteps,
      })
      .map((steps) => {
        const ascending = steps.map((values) => [...values].sort((a, b) => a - b));
        return new Forecast({
          model: 'any-model',
          originMs,
          stepMs,
          levels: [...levels].sort((a, b) => a - b),
          values: levels.map((_, l) => Float64Array.from(ascending, (values) => values[l]!)),
        });
      }),
  );

/** Samples on a grid of `stepMs` with gaps, near enough to each other that several of them overlap. */
export function seriesOf(stepMs: number): fc.Arbitrary<Series> {
  return fc
    .tuple(fc.integer({ min: -1_500, max: 1_500 }), fc.array(fc.oneof(finite, fc.constant(NaN)), { maxLength: 700 }))
    .map(([first, values]) => new Series(first * stepMs, stepMs, Float64Array.from(values)));
}
