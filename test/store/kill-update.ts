import { Forecast } from '../../src/core/forecast.js';
import { Series } from '../../src/core/series.js';
import type { WorkloadUpdate } from '../../src/core/store.js';
import { decisionAt, ID } from './examples.js';

export const KILL_STEP_MS = 1_000;
export const KILL_FINGERPRINT = 'kill';

/** Update `n` of the kill test: every part of it says `n`, and it spreads over several pages. */
export function killUpdate(n: number): Required<WorkloadUpdate> {
  const atMs = n * KILL_STEP_MS;
  return {
    workloadId: ID,
    fingerprint: KILL_FINGERPRINT,
    samples: new Series(atMs, KILL_STEP_MS, Float64Array.of(n)),
    forecast: new Forecast({
      model: `model-${n}`,
      originMs: atMs,
      stepMs: KILL_STEP_MS,
      levels: [0.5, 0.9],
      values: [new Float64Array(300).fill(n), new Float64Array(300).fill(n + 0.5)],
    }),
    model: {
      model: `model-${n}`,
      fittedAtMs: atMs,
      seasonSteps: [n],
      settings: '',
      state: Array<number>(500).fill(n),
      evidence: null,
    },
    decision: decisionAt(atMs, n),
  };
}
