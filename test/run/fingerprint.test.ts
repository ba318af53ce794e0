import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Workload } from '../../src/core/workload.js';
import { fingerprint, phaseOf } from '../../src/run/fingerprint.js';
import { aWorkload } from '../support/fake-service-view.js';

const ENDPOINT = { address: 'http://prometheus:9090', headers: { 'X-Scope-OrgID': 'shop' } };
const WORKLOAD = aWorkload({ endpoint: ENDPOINT });

describe('fingerprint', () => {
  it.each<[string, Partial<Workload>]>([
    ['the query', { query: 'sum(rate(http_requests_total[5m]))' }],
    ['the step', { stepMs: 60_000 }],
    ['the server', { endpoint: { ...ENDPOINT, address: 'http://thanos:9090' } }],
    ['the tenant', { endpoint: { ...ENDPOINT, headers: { 'X-Scope-OrgID': 'other' } } }],
  ])('differs where %s does: the samples are others', (_, change) => {
    expect(fingerprint({ ...WORKLOAD, ...change })).not.toBe(fingerprint(WORKLOAD));
  });

  it.each<[string, Partial<Workload>]>([
    ['the password', { endpoint: { ...ENDPOINT, basic: { username: 'u', password: 'rotated' } } }],
    ['the bearer token', { endpoint: { ...ENDPOINT, bearerToken: 'rotated' } }],
    ['the target', { targetPerReplica: 7 }],
    ['the quantile', { quantile: 0.99 }],
    ['the window', { historyWindowMs: 86_400_000 }],
    ['the name', { id: 'a/b/c', namespace: 'a' }],
  ])('is the same where only %s differs: the samples stay what they are', (_, change) => {
    expect(fingerprint({ ...WORKLOAD, ...change })).toBe(fingerprint(WORKLOAD));
  });

  it('does not show the headers, which may be secret', () => {
    expect(fingerprint(WORKLOAD)).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('phaseOf', () => {
  it('is in [0, 1) and the same each time, for any name', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const phase = phaseOf(id);
        expect(phase).toBeGreaterThanOrEqual(0);
        expect(phase).toBeLessThan(1);
        expect(phaseOf(id)).toBe(phase);
      }),
    );
  });

  it('spreads workloads of similar names evenly', () => {
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 1_000; i++)
      tenths[Math.floor(phaseOf(`shop/app-${i}/s0-predictkube-predictkube_metric`) * 10)]!++;
    // Binomial(1000, 0.1): mean 100, standard deviation 9.5; four of them on either side.
    for (const count of tenths) {
      expect(count).toBeGreaterThan(62);
      expect(count).toBeLessThan(138);
    }
  });
});
