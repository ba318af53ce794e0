import { describe, expect, it } from 'vitest';
import type { CompositionInput } from '../../../src/core/composition.js';
import { metricValues } from '../../../src/serve/external-metrics/metric-values.js';
import { aReactiveTrigger, aScaledObject, aTriggerInput, anObjectStatus } from '../../support/fake-scaled-objects.js';
import { FakeServiceView, NOW_MS, aDecision, aStatus, aWorkload } from '../../support/fake-service-view.js';

const workload = aWorkload();
const FORECAST = workload.metricName;

function ask(metric: string, input: Partial<CompositionInput>, ...statuses: ReturnType<typeof aStatus>[]) {
  const view = new FakeServiceView(...statuses);
  view.scaledObjects.set(anObjectStatus(NOW_MS, input));
  const answer = metricValues(view, { namespace: 'shop', metric, selector: 'scaledobject.keda.sh/name=checkout' });
  return answer.kind === 'Status' ? { code: answer.code, message: answer.message } : answer.items;
}

const item = (metricName: string, value: string) => [
  { metricName, metricLabels: {}, timestamp: '2026-03-01T12:00:00Z', value },
];

describe('a metric of a reactive trigger', () => {
  it.each(['s1-rabbitmq-orders', 'S1-RABBITMQ-Orders'])('is served as it was composed, in any case: %s', (metric) => {
    expect(ask(metric, {})).toEqual(item('s1-rabbitmq-orders', '55'));
  });

  it('is an error with the reason while it is unknown', () => {
    const triggers = [aTriggerInput(NOW_MS, { problem: 'connection refused', failures: 2 })];
    expect(ask('s1-rabbitmq-orders', { triggers })).toEqual({
      code: 503,
      message:
        's1-rabbitmq-orders of ScaledObject shop/checkout has no value: The last 2 polls failed: connection refused.',
    });
  });

  it('is an error before the first poll', () => {
    const view = new FakeServiceView();
    const object = aScaledObject({ triggers: [aReactiveTrigger()] });
    view.scaledObjects.set({ object, composition: null, pollErrors: [0] });
    const query = { namespace: 'shop', metric: 's1-rabbitmq-orders', selector: 'scaledobject.keda.sh/name=checkout' };
    expect(metricValues(view, query)).toMatchObject({
      code: 503,
      message: 'ScaledObject shop/checkout has no values yet: its triggers have not been asked',
    });
  });

  it('that there is not is 404, with those there are', () => {
    expect(ask('s9-nothing', {}, aStatus({ workload }))).toEqual({
      code: 404,
      message: `no metric s9-nothing: ScaledObject shop/checkout has ${FORECAST}, s1-rabbitmq-orders`,
    });
  });
});

describe('the composite metric', () => {
  it('is served under the name that KEDA gives it', () => {
    const modifiers = { formula: 'orders * 2', target: 1, activationTarget: 0, metricType: 'AverageValue' as const };
    expect(ask('composite-metric', { modifiers })).toEqual(item('composite-metric', '110'));
  });
});

describe('the metric of a forecast trigger', () => {
  const failing = { kind: 'forecast' as const, index: 0, type: 'predictkube', name: null, failures: 9 };
  const trigger = aTriggerInput(NOW_MS, {
    ...failing,
    metrics: [{ name: FORECAST, target: 50 }],
    problem: 'the load is unknown',
  });
  const stale = aStatus({ workload, decision: aDecision(workload, { value: null, reason: 'The load is unknown.' }) });
  const fallback = { failureThreshold: 3, replicas: 4, behavior: 'static' as const };

  it('is the decision, of which there is one for all protocols', () => {
    const decision = aDecision(workload, { value: 181, atMs: NOW_MS });
    expect(ask(FORECAST, { triggers: [trigger], fallback }, aStatus({ workload, decision }))).toEqual(
      item(FORECAST, '181'),
    );
  });

  it('is the fallback of the ScaledObject where there is no decision to serve', () => {
    expect(ask(FORECAST, { triggers: [trigger], fallback }, stale)).toEqual(item(FORECAST, '200'));
  });

  it('is the error of the decision where there is no fallback either', () => {
    expect(ask(FORECAST, { triggers: [trigger] }, stale)).toEqual({
      code: 503,
      message: `${FORECAST} of ScaledObject shop/checkout has no value: The load is unknown.`,
    });
  });
});
