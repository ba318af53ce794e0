import type { Decision } from '../../src/core/decision.js';
import { Forecast } from '../../src/core/forecast.js';
import { Series } from '../../src/core/series.js';

export const ID = 'shop/checkout/s0-predictkube-predictkube_metric';
export const STEP = 120_000;

export function series(startMs: number, ...values: number[]): Series {
  return new Series(startMs, STEP, Float64Array.from(values));
}

export function forecastFrom(originMs: number, first = 10): Forecast {
  return new Forecast({
    model: 'seasonal-naive',
    originMs,
    stepMs: STEP,
    levels: [0.5, 0.9],
    values: [Float64Array.of(first, first + 1), Float64Array.of(first + 0.1, first + 1.1)],
  });
}

export function decisionAt(atMs: number, value: number | null = 42, workloadId = ID): Decision {
  return {
    workloadId,
    atMs,
    state: value === null ? 'stale' : 'fresh',
    origin: value === null ? 'none' : 'observed',
    value,
    active: value === null ? null : value > 0,
    reason: 'the observed value is the larger one',
    input: {
      atMs,
      settings: {
        mode: 'auto',
        quantile: 0.9,
        leadTimeMs: 300_000,
        activationThreshold: 0,
        targetPerReplica: 10,
        maxReplicaCount: 20,
        freshForMs: 600_000,
      },
      observation: value === null ? null : { timeMs: atMs, value },
      sourceProblem: null,
      forecast: null,
      forecastProblem: 'too little history',
      history: { knownSamples: 3, neededSamples: 100, stepMs: STEP },
      evidence: null,
      heldValue: null,
    },
  };
}
