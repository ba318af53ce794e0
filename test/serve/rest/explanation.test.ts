import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../src/core/decision.js';
import { explain, explanationJson } from '../../../src/serve/rest/explanation.js';
import { explainModel } from '../../../src/serve/rest/model-explanation.js';
import { NOW_MS, STEP_MS, aDecision, aStatus, aWorkload } from '../../support/fake-service-view.js';

const workload = aWorkload();
const base = aDecision(workload);
const { settings, forecast } = base.input;

const cases: { about: string; decision: Decision; sentences: string[] }[] = [
  {
    about: 'a fresh forecast above the observation',
    decision: base,
    sentences: [
      'At 2026-03-01T11:59:50Z the observed load was 120, measured 12s earlier.',
      // Origin 11:58:00, decision 11:59:50; the peak of 150, 180, 170 is the second, at 12:02.
      'The forecast of direct-ridge (from data 1m50s old) peaks within the lead time of 5m at 180, at 2026-03-01T12:02:00Z, on its quantile level 0.9.',
      "Mode is auto; over 48 moments of the workload's history, serving max(observed, forecast) lost 3.25 on average and the observed value alone 6.5, so the forecast helps.",
      // 180 / 50 = 3.6.
      'Served is 180 (fresh, forecast); at 50 per replica that is 4 replicas.',
      'The workload is active: the activation threshold is 5, and active is what is strictly above.',
      'The forecast is higher than what is observed.',
    ],
  },
  {
    about: 'a cold start',
    decision: aDecision(workload, {
      state: 'cold',
      origin: 'observed',
      value: 2.5,
      active: false,
      reason: 'Not enough history.',
      input: {
        observation: { timeMs: NOW_MS - 10_000, value: 2.5 },
        forecast: null,
        history: { knownSamples: 420, neededSamples: 720, stepMs: STEP_MS },
        evidence: null,
        heldValue: null,
      },
    }),
    sentences: [
      'At 2026-03-01T11:59:50Z the observed load was 2.5.',
      // 300 missing samples at 2 m are 10 h.
      'There was no forecast: none has been made yet. 420 samples were known of the 720 needed, which takes about 10h more.',
      "Mode is auto; the workload's history has not yet been tried for evidence.",
      'Served is 2.5 (cold, observed); at 50 per replica that is 1 replica.',
      'The workload is not active: the activation threshold is 5, and active is what is strictly above.',
      'Not enough history.',
    ],
  },
  {
    about: 'a source that is down, with the last value held above an ageing forecast that will saturate',
    decision: aDecision(workload, {
      atMs: NOW_MS + 10 * 60_000,
      state: 'degraded',
      origin: 'held',
      value: 640,
      reason: 'The source is down.',
      input: {
        observation: null,
        sourceProblem: 'connection refused.',
        forecast: { ...forecast!, saturatesAtMs: NOW_MS + 40 * 60_000 },
        forecastProblem: 'the source is down',
        evidence: { origins: 10, servedLoss: 7, observedLoss: 7 },
        heldValue: 640,
      },
    }),
    sentences: [
      'At 2026-03-01T12:10:00Z the load was not known: connection refused.',
      'The forecast of direct-ridge (from data 12m old, more than the 6m it is current for) peaks within the lead time of 5m at 180, at 2026-03-01T12:02:00Z, on its quantile level 0.9.',
      'The forecast was not renewed: the source is down.',
      // 10 replicas at 50 each.
      'From 2026-03-01T12:40:00Z on, the forecast exceeds the 500 that the maximum of 10 replicas can carry.',
      "Mode is auto; over 10 moments of the workload's history, serving max(observed, forecast) lost 7 on average and the observed value alone 7, so the forecast does not help.",
      'The last value decided on an observation was 640.',
      // 640 / 50 = 12.8.
      'Served is 640 (degraded, held); at 50 per replica that is 13 replicas, of which at most 10 may run.',
      'The workload is active: the activation threshold is 5, and active is what is strictly above.',
      'The source is down.',
    ],
  },
  {
    about: 'nothing left to serve',
    decision: aDecision(workload, {
      atMs: NOW_MS + 3 * 3_600_000,
      state: 'stale',
      origin: 'none',
      value: null,
      active: null,
      reason: 'The forecast is exhausted.',
      input: {
        settings: { ...settings, mode: 'observe' },
        observation: null,
        forecast: { ...forecast!, points: [] },
        heldValue: null,
      },
    }),
    sentences: [
      'At 2026-03-01T15:00:00Z the load was not known: the source has no value.',
      'The forecast of direct-ridge (from data 3h2m old, more than the 6m it is current for) ended at 2026-03-01T13:58:00Z and says nothing about the lead time of 5m.',
      "Mode is observe; over 48 moments of the workload's history, serving max(observed, forecast) lost 3.25 on average and the observed value alone 6.5, so the forecast helps.",
      'No earlier decision on an observation is there to be held.',
      'No value is served (stale): every protocol answers with an error, which arms fallbacks.',
      'Whether the workload should run is not known.',
      'The forecast is exhausted.',
    ],
  },
];

describe('explain', () => {
  it.each(cases)('tells $about', ({ decision, sentences }) => {
    expect(explain(decision)).toEqual(sentences);
  });
});

describe('explanationJson', () => {
  it('has the decision, the sentences and the whole input, with times as strings and durations in seconds', () => {
    expect(explanationJson(base, null)).toEqual({
      workloadId: 'shop/checkout/s0-predictkube-predictkube_metric',
      at: '2026-03-01T11:59:50Z',
      state: 'fresh',
      origin: 'forecast',
      value: 180,
      active: true,
      reason: 'The forecast is higher than what is observed.',
      explanation: cases[0]!.sentences,
      input: {
        settings: {
          mode: 'auto',
          quantile: 0.9,
          leadTimeSeconds: 300,
          activationThreshold: 5,
          targetPerReplica: 50,
          maxReplicaCount: 10,
          freshForSeconds: 360,
        },
        observed: { time: '2026-03-01T11:59:38Z', value: 120 },
        sourceProblem: null,
        forecast: {
          model: 'direct-ridge',
          origin: '2026-03-01T11:58:00Z',
          end: '2026-03-01T13:58:00Z',
          level: 0.9,
          points: [
            { time: '2026-03-01T12:00:00Z', value: 150 },
            { time: '2026-03-01T12:02:00Z', value: 180 },
            { time: '2026-03-01T12:04:00Z', value: 170 },
          ],
          saturatesAt: null,
        },
        forecastProblem: null,
        history: { knownSamples: 5_000, neededSamples: 720, stepSeconds: 120 },
        evidence: { origins: 48, servedLoss: 3.25, observedLoss: 6.5 },
        heldValue: 120,
      },
    });
  });

  it('adds what is known of the model to the present decision', () => {
    const { explanation } = explanationJson(base, aStatus());
    expect(explanation.slice(cases[0]!.sentences.length)).toEqual([
      'Model direct-ridge is in use: over 48 moments of the history it lost 3.25 on average, and the next best, last-value 4.063.',
      'For the end of the lead time: over the last day (700 samples) the load was 90 % at or below level 0.9; over the last week (5000 samples) the load was 91 % at or below level 0.9.',
    ]);
  });
});

describe('explainModel', () => {
  const model = aStatus().model!;
  it.each<[string, Parameters<typeof explainModel>[0], string[]]>([
    ['nothing of no model', { model: null, coverage: aStatus().coverage }, []],
    ['nothing of what is not known', { model: { ...model, selection: null }, coverage: null }, []],
    [
      'that no other could be tried',
      { model: { ...model, selection: { origins: 20, loss: 2, runnerUp: null } }, coverage: null },
      [
        'Model direct-ridge is in use: over 20 moments of the history it lost 2 on average, and no other could be tried.',
      ],
    ],
    [
      'why a model is kept that was not the best',
      {
        model: { ...model, selection: { origins: 20, loss: 2, runnerUp: { model: 'last-value', loss: 1.9 } } },
        coverage: null,
      },
      [
        'Model direct-ridge is in use: over 20 moments of the history it lost 2 on average; last-value 1.9 is less, but not by enough, long enough, to change the model.',
      ],
    ],
    [
      'until when forecasts are provisional',
      { model: { ...model, selection: null, provisionalUntilMs: Date.UTC(2026, 2, 2, 8, 30) }, coverage: null },
      ['Until 2026-03-02 08:30 UTC forecasts are provisional: a daily curve takes two days to show.'],
    ],
  ])('says %s', (_, status, expected) => {
    expect(explainModel(status)).toEqual(expected);
  });
});
