import fc from 'fast-check';
import type { DecisionInput, DecisionSettings, Evidence, ForecastWindow } from '../../src/core/decision.js';
import { HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import type { Mode } from '../../src/core/workload.js';

/** 2024-01-01T12:00:00Z */
export const NOW = 1_704_110_400_000;

export const SETTINGS: DecisionSettings = {
  mode: 'auto',
  quantile: 0.9,
  leadTimeMs: 10 * MINUTE_MS,
  activationThreshold: 60,
  targetPerReplica: 10,
  maxReplicaCount: 50,
  freshForMs: 6 * MINUTE_MS,
};

export const GOOD: Evidence = { origins: 40, servedLoss: 1.25, observedLoss: 2.5 };
export const BAD: Evidence = { origins: 40, servedLoss: 3.5, observedLoss: 2.5 };

/** A forecast made `ageMs` ago whose highest point in the lead window, at 12:06, is `peak`; null: it is used up. */
export function windowOf(peak: number | null, ageMs = 2 * MINUTE_MS): ForecastWindow {
  const originMs = NOW - ageMs;
  return {
    model: 'ridge',
    originMs,
    endMs: peak === null ? NOW : originMs + 2 * HOUR_MS,
    level: 0.9,
    points:
      peak === null
        ? []
        : [
            { timeMs: NOW + 2 * MINUTE_MS, value: peak - 20 },
            { timeMs: NOW + 6 * MINUTE_MS, value: peak },
            { timeMs: NOW + 10 * MINUTE_MS, value: peak - 10 },
          ],
    saturatesAtMs: null,
  };
}

/** A load of 100, and a forecast of 150, that helps. */
export function inputOf(changes: Partial<DecisionInput> = {}, settings: Partial<DecisionSettings> = {}): DecisionInput {
  return {
    atMs: NOW,
    settings: { ...SETTINGS, ...settings },
    observation: { timeMs: NOW, value: 100 },
    sourceProblem: null,
    forecast: windowOf(150),
    forecastProblem: null,
    history: { knownSamples: 5_000, neededSamples: 270, stepMs: 2 * MINUTE_MS },
    evidence: GOOD,
    heldValue: null,
    ...changes,
  };
}

/** Any finite load; no negative zero, which JSON does not know. */
const load = fc
  .oneof(fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.integer({ min: -5, max: 5 }))
  .map((value) => value + 0);
const problem = fc.constantFrom(null, 'connection refused', 'the query has no value now.');
const span = fc.integer({ min: 0, max: 3 * HOUR_MS });
const orNull = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });

const settings: fc.Arbitrary<DecisionSettings> = fc.record({
  mode: fc.constantFrom<Mode>('auto', 'active', 'observe'),
  quantile: fc.constantFrom(0.5, 0.9, 0.99),
  leadTimeMs: fc.integer({ min: 1, max: HOUR_MS }),
  activationThreshold: load,
  targetPerReplica: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
  maxReplicaCount: fc.integer({ min: 1, max: 1_000 }),
  freshForMs: fc.integer({ min: 1, max: HOUR_MS }),
});

const forecast: fc.Arbitrary<ForecastWindow> = fc
  .record({ ageMs: span, loads: fc.array(load, { maxLength: 8 }), saturates: fc.boolean() })
  .map(({ ageMs, loads, saturates }) => ({
    model: 'ridge',
    originMs: NOW - ageMs,
    endMs: NOW + loads.length * MINUTE_MS,
    level: 0.9,
    points: loads.map((value, i) => ({ timeMs: NOW + (i + 1) * MINUTE_MS, value })),
    saturatesAtMs: saturates && loads.length > 0 ? NOW + loads.length * MINUTE_MS : null,
  }));

const loss = fc.double({ min: 0, max: 1e9, noNaN: true });

/** Anything a decision may be asked to be made from. */
export const anyInput: fc.Arbitrary<DecisionInput> = fc.record({
  atMs: fc.constant(NOW),
  settings,
  observation: orNull(load.map((value) => ({ timeMs: NOW, value }))),
  sourceProblem: problem,
  forecast: orNull(forecast),
  forecastProblem: problem,
  history: fc.record({ knownSamples: fc.nat(10_000), neededSamples: fc.nat(10_000), stepMs: fc.constant(MINUTE_MS) }),
  evidence: orNull(fc.record({ origins: fc.integer({ min: 12, max: 500 }), servedLoss: loss, observedLoss: loss })),
  heldValue: orNull(load),
});
