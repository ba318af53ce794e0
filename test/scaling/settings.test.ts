import { describe, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import type { Workload } from '../../src/core/workload.js';
import { decisionSettings } from '../../src/scaling/settings.js';

const workload: Workload = {
  id: 'shop/web/s0-predictkube-predictkube_metric',
  namespace: 'shop',
  scaledObject: 'web',
  triggerIndex: 0,
  metricName: 's0-predictkube-predictkube_metric',
  metricType: 'AverageValue',
  endpoint: { address: 'http://127.0.0.1:9090' },
  query: 'sum(rate(http_requests_total[2m]))',
  stepMs: 2 * MINUTE_MS,
  historyWindowMs: 7 * 24 * 60 * MINUTE_MS,
  horizonMs: 120 * MINUTE_MS,
  targetPerReplica: 25,
  activationThreshold: 5,
  pollingIntervalMs: 30 * SECOND_MS,
  bounds: { minReplicaCount: 1, maxReplicaCount: 40 },
  mode: 'active',
  leadTimeMs: 3 * MINUTE_MS,
  quantile: 0.95,
  model: 'auto',
  seasonalityMs: 'auto',
  ignoreWindows: [],
};

describe('decisionSettings', () => {
  it('are those of the workload', () => {
    expect(decisionSettings(workload)).toEqual({
      mode: 'active',
      quantile: 0.95,
      leadTimeMs: 3 * MINUTE_MS,
      activationThreshold: 5,
      targetPerReplica: 25,
      maxReplicaCount: 40,
      // Three steps of 2 min and one poll.
      freshForMs: 6 * MINUTE_MS + 30 * SECOND_MS,
    });
  });

  it('count on five minutes from decision to ready until that is measured', () => {
    expect(decisionSettings({ ...workload, leadTimeMs: 'auto' }).leadTimeMs).toBe(5 * MINUTE_MS);
  });
});
