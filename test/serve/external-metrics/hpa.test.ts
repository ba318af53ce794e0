import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { externalMetricsRoutes } from '../../../src/serve/external-metrics/routes.js';
import { averageValueProposal, valueProposal } from '../../../src/simulate/hpa/external-metric.js';
import { fakeView, workloadStatus } from './fake-view.js';

/**
 * The HPA's arithmetic is proven in `test/simulate/hpa`; here it is given what is on the wire: served, read as a quantity,
 * and counted in whole thousandths, as kube-controller-manager does.
 */
const METRIC = 's0-predictkube-predictkube_metric';
const tenPercent = { scaleUp: 0.1, scaleDown: 0.1 };
const SUFFIXES: Readonly<Record<string, number>> = { m: 1, '': 1e3, k: 1e6, M: 1e9, G: 1e12, T: 1e15 };

/** Thousandths of all items of the answer; null for an error, which the HPA reports as FailedGetExternalMetric. */
async function servedMilli(value: number | null): Promise<number | null> {
  const app = fastify();
  await app.register(externalMetricsRoutes, { view: fakeView([workloadStatus(['shop', 'checkout', METRIC], value)]) });
  const { statusCode, body } = await app.inject({
    url: `/apis/external.metrics.k8s.io/v1beta1/namespaces/shop/${METRIC}?labelSelector=scaledobject.keda.sh%2Fname%3Dcheckout`,
    headers: { accept: 'application/vnd.kubernetes.protobuf, */*' },
  });
  await app.close();
  if (statusCode !== 200) return null;
  const { items } = JSON.parse(body) as { items: { value: string }[] };
  return items.reduce((sum, item) => {
    const [, mantissa, suffix] = /^(\d+)([mkMGT]?)$/.exec(item.value)!;
    return sum + Number(mantissa) * SUFFIXES[suffix!]!;
  }, 0);
}

describe('an HPA that is served a decision proposes', () => {
  it.each<[sentence: string, value: number, target: number, replicas: number, proposal: number]>([
    ['5 for 42.5 at 10 per pod and 3 pods: a ratio of 1.417, 4.25 pods', 42.5, 10, 3, 5],
    ['the 3 there are for 32: a ratio of 1.067 is within the tolerance', 32, 10, 3, 3],
    ['4 for 33.1: 1.103 is outside', 33.1, 10, 3, 4],
    ['1 for a thousandth', 0.001, 10, 3, 1],
    ['0 for 0, which is then raised to minReplicas', 0, 10, 3, 0],
    ['0 for what would be negative, never the maximum', -5, 10, 3, 0],
    ['100 for 1,000, before limits', 1_000, 10, 3, 100],
    ['1 from no pods for any load', 0.5, 10, 0, 1],
    ['250,000 for 2.5 million, read with its suffix', 2.5e6, 10, 3, 250_000],
  ])('AverageValue: %s', async (_, value, target, status, proposal) => {
    const milli = await servedMilli(value);
    expect(averageValueProposal(milli!, target * 1_000, { status }, tenPercent)).toBe(proposal);
  });

  it.each<[sentence: string, value: number, ready: number, proposal: number]>([
    ['6 for 130 at a target of 100 with 4 ready pods: 1.3 * 4 = 5.2', 130, 4, 6],
    ['3 with 2 of the 4 ready: unready pods pull it down', 130, 2, 3],
  ])('Value: %s', async (_, value, ready, proposal) => {
    const milli = await servedMilli(value);
    expect(valueProposal(milli!, 100_000, { spec: 4, ready, existing: 4 }, tenPercent)).toBe(proposal);
  });

  it('nothing where there is no value: it has an error, and not a 0', async () => {
    expect(await servedMilli(null)).toBeNull();
  });
});
