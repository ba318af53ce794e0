import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseDuration } from '../../src/core/duration.js';
import { scaledObjectYaml } from '../../src/demo/scaled-object.js';
import { demoWorkloads } from '../../src/demo/workloads.js';

const workloads = demoWorkloads({ seed: 1, startMs: Date.UTC(2026, 10, 23) });

interface Manifest {
  spec: { triggers: [{ metadata: Record<string, unknown> }] };
}

describe('scaledObjectYaml', () => {
  it('writes what a user of KEDA would have applied', () => {
    expect(scaledObjectYaml(workloads[0]!, 'http://127.0.0.1:9090')).toBe(
      `# generated: two peaks a day, the steep one at noon
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: checkout
  namespace: shop
spec:
  scaleTargetRef:
    name: checkout
  pollingInterval: 30
  minReplicaCount: 2
  maxReplicaCount: 40
  triggers:
    - type: predictkube
      metadata:
        prometheusAddress: http://127.0.0.1:9090
        query: sum(rate(http_requests_total{namespace="shop",app="checkout"}[2m]))
        queryStep: 2m
        historyTimeWindow: 14d
        predictHorizon: 2h
        threshold: "50"
        leadTime: 5m
`,
    );
  });

  it.each(workloads.map((workload) => [workload.name, workload] as const))(
    '%s: the query survives YAML, all metadata are strings, and the window fits into one answer of Prometheus',
    (_name, workload) => {
      const { metadata } = (parse(scaledObjectYaml(workload, 'http://127.0.0.1:1')) as Manifest).spec.triggers[0];
      expect(metadata['query']).toBe(workload.query);
      expect(Object.values(metadata).filter((value) => typeof value !== 'string')).toEqual([]);
      const windowMs = parseDuration(metadata['historyTimeWindow'] as string);
      expect(windowMs / parseDuration(metadata['queryStep'] as string)).toBeLessThanOrEqual(11_000);
    },
  );
});
