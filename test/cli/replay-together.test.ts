import { describe, expect, it } from 'vitest';
import type { ReplayFlags } from '../../src/cli/replay-flags.js';
import { checkTogether } from '../../src/cli/replay-together.js';

const check = (flags: Partial<ReplayFlags>) => () => {
  checkTogether(flags as ReplayFlags, (flag) => flag in flags);
};

describe('--target beside an objective', () => {
  const asked = { objective: 'short<=1%', target: 0.6 };

  it('says what the target of a file or of a service is of the capacity', () => {
    expect(check({ ...asked, hpa: 'hpa.yaml' })).not.toThrow();
    expect(check({ ...asked, scaledObject: 'so.yaml' })).not.toThrow();
    expect(check({ ...asked, service: 'http://127.0.0.1:8190', workload: 'shop/checkout' })).not.toThrow();
  });

  it('would be overruled where the capacity is told', () => {
    const message = '--target and --objective exclude each other';
    expect(check({ ...asked, hpa: 'hpa.yaml', capacity: 10 })).toThrow(message);
    expect(check(asked)).toThrow(message);
  });
});

describe('flags that belong together', () => {
  it('are taken together', () => {
    expect(check({ noise: 0.1, noiseCorrelation: 1_000, requestTime: 100, concurrency: 4 })).not.toThrow();
    expect(check({ prometheus: 'http://127.0.0.1:9090', query: 'up', username: 'ann' })).not.toThrow();
    expect(check({ objective: 'short<=1%', hpaTarget: 0.6 })).not.toThrow();
  });
});
