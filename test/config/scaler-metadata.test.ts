import { describe, expect, it } from 'vitest';
import { describingEntries, readExternalTrigger } from '../../src/config/scaler-metadata.js';
import { ConfigError } from '../../src/core/errors.js';
import type { Workload } from '../../src/core/workload.js';

const METADATA = {
  prometheusAddress: 'http://prometheus:9090',
  query: 'sum(rate(requests[2m]))',
  predictHorizon: '2h',
  historyTimeWindow: '7d',
  queryStep: '2m',
  threshold: '50',
};

function read(metadata: Record<string, string>, name = 'checkout'): Workload {
  return readExternalTrigger({ namespace: 'shop', name, metadata }, ['ridge']);
}

function messageFor(metadata: Record<string, string>, name?: string): string {
  try {
    read(metadata, name);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('no problem was found');
}

describe('a trigger that KEDA describes', () => {
  it('is a workload, with defaults for what KEDA does not send', () => {
    expect(read({ ...METADATA, scalerAddress: 'tidecast:9190' })).toEqual({
      id: 'shop/checkout/s0-predictkube-predictkube_metric',
      namespace: 'shop',
      scaledObject: 'checkout',
      triggerIndex: 0,
      metricName: 's0-predictkube-predictkube_metric',
      metricType: 'AverageValue',
      endpoint: { address: 'http://prometheus:9090' },
      query: 'sum(rate(requests[2m]))',
      stepMs: 120_000,
      historyWindowMs: 604_800_000,
      horizonMs: 7_200_000,
      targetPerReplica: 50,
      activationThreshold: 0,
      pollingIntervalMs: 30_000,
      bounds: { minReplicaCount: 0, maxReplicaCount: 100 },
      mode: 'auto',
      leadTimeMs: 'auto',
      quantile: 0.9,
      model: 'auto',
      seasonalityMs: 'auto',
      ignoreWindows: [],
    });
  });

  it('may have all keys of predictkube and tidecast', () => {
    const workload = read({
      ...METADATA,
      activationThreshold: '3',
      mode: 'active',
      leadTime: '3m',
      quantile: '0.95',
      model: 'ridge',
      seasonality: '1d,7d',
      ignoreWindows: '2026-03-01T08:00:00Z/2026-03-01T10:00:00Z',
      apiKey: 'a.b.c',
    });
    expect(workload).toMatchObject({
      activationThreshold: 3,
      mode: 'active',
      leadTimeMs: 180_000,
      quantile: 0.95,
      model: 'ridge',
      seasonalityMs: [86_400_000, 604_800_000],
      ignoreWindows: [{ fromMs: Date.UTC(2026, 2, 1, 8), toMs: Date.UTC(2026, 2, 1, 10) }],
    });
  });

  it('takes the values of FromEnv keys as they are, and never reads the environment of this process', () => {
    process.env['TIDECAST_TEST_SECRET'] = 'ours';
    try {
      const workload = read({
        ...METADATA,
        query: '',
        queryFromEnv: 'up',
        authModes: 'bearer',
        bearerTokenFromEnv: 'TIDECAST_TEST_SECRET',
      });
      expect(workload).toMatchObject({ query: 'up', endpoint: { bearerToken: 'TIDECAST_TEST_SECRET' } });
    } finally {
      delete process.env['TIDECAST_TEST_SECRET'];
    }
  });

  it('verifies the certificate of Prometheus, as unsafeSsl is about the scaler', () => {
    expect(read({ ...METADATA, unsafeSsl: 'true' }).endpoint).toEqual({ address: 'http://prometheus:9090' });
  });

  it('may hold any text without being taken for something else', () => {
    const query = 'sum(x{a=~"\\\\d+", b!="\'"}) # *&!: {{ }}\n\t\u2028';
    expect(read({ ...METADATA, query: `${query}1` }).query).toBe(`${query}1`);
    expect(() => read({ ...METADATA, __proto__: 'x', constructor: 'y', '': 'z' })).not.toThrow();
  });
});

describe('a trigger that describes no workload', () => {
  it('is refused with all problems at once', () => {
    expect(
      messageFor({ ...METADATA, threshold: '', queryStep: 'soon', quantile: '2' })
        .split('; ')
        .sort(),
    ).toEqual([
      'expected a duration such as 30s, 5m, 2h, 7d, 1w or 1d12h)',
      'expected a level from 0.05 to 0.99, such as 0.9)',
      'quantile: out of range (got "2"',
      'queryStep: not a duration (got "soon"',
      'threshold: threshold is required',
    ]);
  });

  it('is refused with what is required when it says nothing', () => {
    const message = messageFor({ scalerAddress: 'tidecast:9190' });
    for (const key of ['prometheusAddress', 'query', 'predictHorizon', 'historyTimeWindow', 'queryStep', 'threshold']) {
      expect(message).toContain(`${key}: ${key} is required`);
    }
  });

  it.each(['Checkout', 'a/b', '../x', 'a'.repeat(64), 'ünï'])('is refused for the ScaledObject name %s', (name) => {
    expect(messageFor(METADATA, name)).toMatch(/^metadata\.name: not a name KEDA accepts/);
  });

  it('is refused without saying what came from the environment, or the password in an address', () => {
    expect(messageFor({ ...METADATA, queryStep: '', queryStepFromEnv: 'hush' })).not.toContain('hush');
    expect(messageFor({ ...METADATA, prometheusAddress: 'ftp://me:hush@host' })).not.toContain('hush');
  });
});

describe('describingEntries', () => {
  it('are the same in any order, and whatever says only how to reach the scaler', () => {
    const reordered = Object.fromEntries(Object.entries(METADATA).reverse());
    const extra = { scalerAddress: 'a:1', enableTLS: 'true', unsafeSsl: 'true', mode: '  ' };
    expect(describingEntries({ ...extra, ...reordered })).toEqual(describingEntries(METADATA));
    expect(describingEntries({ ...METADATA, threshold: '51' })).not.toEqual(describingEntries(METADATA));
  });
});
