import { describe, expect, it } from 'vitest';
import type { DecisionInput, DecisionSettings } from '../../src/core/decision.js';
import { MINUTE_MS } from '../../src/core/duration.js';
import { decide } from '../../src/scaling/decide.js';
import { BAD, inputOf, NOW, windowOf } from './inputs.js';

const OLD = 20 * MINUTE_MS;

describe('the reason', () => {
  const outage = { observation: null, sourceProblem: 'connection refused' };
  const cold = { forecast: null, evidence: null };
  const cases: [string, Partial<DecisionInput>, Partial<DecisionSettings>, string][] = [
    [
      'a forecast is served',
      {},
      {},
      'Forecast 150 at 12:06 UTC (quantile 0.9, lead time 10m) is above the observed 100.',
    ],
    [
      'the observation is served over a forecast',
      { observation: { timeMs: NOW, value: 150 } },
      {},
      'Observed 150 is at or above the forecast 150 at 12:06 UTC (quantile 0.9, lead time 10m).',
    ],
    [
      'the forecast is old',
      { forecast: windowOf(150, OLD), forecastProblem: 'query timed out' },
      {},
      'Forecast 150 at 12:06 UTC (quantile 0.9, lead time 10m) is above the observed 100; the forecast is 20m old (query timed out).',
    ],
    [
      'the forecast is old and nobody knows why',
      { forecast: windowOf(60, OLD) },
      {},
      'Observed 100 is at or above the forecast 60 at 12:06 UTC (quantile 0.9, lead time 10m); the forecast is 20m old (no new samples have arrived).',
    ],
    [
      'the forecast is used up',
      { forecast: windowOf(null), forecastProblem: 'query timed out' },
      {},
      'Serving the observed value: the forecast is used up (query timed out).',
    ],
    [
      'the maximum will be reached',
      { forecast: { ...windowOf(150), saturatesAtMs: NOW + 40 * MINUTE_MS } },
      {},
      'Forecast 150 at 12:06 UTC (quantile 0.9, lead time 10m) is above the observed 100. At 12:40 UTC the forecast needs more than maxReplicaCount 50.',
    ],
    [
      'the mode is observe',
      {},
      { mode: 'observe' },
      'Serving the observed value: mode is observe; the forecast would ask for 150.',
    ],
    [
      'the mode is observe and the forecast is old',
      { forecast: windowOf(150, OLD), forecastProblem: 'query timed out' },
      { mode: 'observe' },
      'Serving the observed value: mode is observe; the forecast would ask for 150; the forecast is 20m old (query timed out).',
    ],
    [
      'the forecast does not help',
      { evidence: BAD },
      {},
      "Serving the observed value: on 40 rolling origins of this workload's own history the forecast did not help (loss 3.5 against 2.5 without it); set mode: active to serve it all the same.",
    ],
    [
      'nothing is proven yet',
      { evidence: null },
      {},
      'Serving the observed value: there is not enough history yet to prove that the forecast helps.',
    ],
    [
      'history is short: 170 samples of 2 min are missing, which is 5 h 40 min',
      { ...cold, history: { knownSamples: 100, neededSamples: 270, stepMs: 2 * MINUTE_MS } },
      {},
      'Serving the observed value: 100 of the 270 samples that a forecast needs are known; ready in about 5h40m at one sample per 2m.',
    ],
    [
      'history is there, but no forecast yet',
      cold,
      {},
      'Serving the observed value: the first forecast is being made.',
    ],
    [
      'the forecast cannot be made',
      { ...cold, forecastProblem: 'the query returns 3 series' },
      {},
      'Serving the observed value: no forecast (the query returns 3 series).',
    ],
    [
      'the forecast stands in',
      outage,
      {},
      'Serving the forecast 150 at 12:06 UTC (quantile 0.9, lead time 10m): the load is unknown: connection refused; the forecast lasts until 13:58 UTC.',
    ],
    [
      'the last value is held',
      { ...outage, heldValue: 222.26 },
      {},
      'Holding the last value 222.3, above the forecast 150: the load is unknown: connection refused; until 13:58 UTC at most.',
    ],
    [
      'the last value is held because the forecast may not stand in',
      { ...outage, heldValue: 100, evidence: BAD },
      {},
      'Holding the last value 100: the load is unknown: connection refused; until 13:58 UTC at most.',
    ],
    [
      'the forecast may not stand in and nothing is held',
      outage,
      { mode: 'observe' },
      'The load is unknown: connection refused, and the forecast may not stand in: mode is observe.',
    ],
    [
      'nothing is left',
      { ...outage, forecast: windowOf(null) },
      {},
      'The load is unknown: connection refused, and the forecast was used up at 12:00 UTC.',
    ],
    [
      'there never was anything',
      { ...cold, observation: null },
      {},
      'The load is unknown: the source has not answered yet, and there is no forecast.',
    ],
  ];
  it.each(cases)('when %s', (_, changes, settings, expected) => {
    expect(decide('shop/web/s0', inputOf(changes, settings)).reason).toBe(expected);
  });

  it('of a missing forecast tells waiting (cold) from a problem (degraded)', () => {
    expect(decide('a', inputOf(cold)).state).toBe('cold');
    expect(decide('a', inputOf({ ...cold, forecastProblem: 'the query returns 3 series' })).state).toBe('degraded');
  });
});
