import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/core/duration.js';
import { drainLoad, type DrainSettings, type QueueLoad } from '../../src/scaling/backlog.js';

const settings: DrainSettings = { perReplica: 10, drainTimeMs: 5 * MINUTE_MS, partitions: null };

/** As an HPA counts them. */
function replicasFor(...asked: Parameters<typeof drainLoad>): number | null {
  const rate = drainLoad(...asked);
  return rate === null ? null : Math.ceil(rate / asked[1].perReplica);
}

describe('the replicas that keep up with a queue and drain it', () => {
  it.each<[string, QueueLoad, Partial<DrainSettings>, number | null, number | null]>([
    ['arrivals alone', { arrivalRate: 45, backlog: 0 }, {}, null, 5],
    // 3,000 messages in 300 s: 10 a second
    ['a backlog alone', { arrivalRate: 0, backlog: 3_000 }, {}, null, 1],
    ['both are added', { arrivalRate: 45, backlog: 3_000 }, {}, null, 6],
    ['a shorter time to drain needs more', { arrivalRate: 45, backlog: 3_000 }, { drainTimeMs: MINUTE_MS }, null, 10],
    ['partitions are the ceiling', { arrivalRate: 450, backlog: 3_000 }, { partitions: 12 }, null, 12],
    ['nothing to do', { arrivalRate: 0, backlog: 0 }, {}, null, 0],
    ['negative readings count as nothing, not against the other', { arrivalRate: 20, backlog: -600 }, {}, null, 2],
    ['unknown arrivals: at least the backlog', { arrivalRate: null, backlog: 9_000 }, {}, null, 3],
    ['unknown arrivals: not below what it was', { arrivalRate: null, backlog: 9_000 }, {}, 72, 8],
    ['unknown backlog: at least the arrivals', { arrivalRate: 95, backlog: null }, {}, 72, 10],
    ['both unknown: what it was', { arrivalRate: null, backlog: null }, {}, 72, 8],
    ['both unknown, never known: unknown, not 0', { arrivalRate: null, backlog: null }, {}, null, null],
    ['both known: nothing is held', { arrivalRate: 20, backlog: 0 }, {}, 72, 2],
  ])('%s', (_what, load, more, held, expected) => {
    expect(replicasFor(load, { ...settings, ...more }, held)).toBe(expected);
  });

  it('are a number, however much waits', () => {
    const load = { arrivalRate: 0, backlog: 1e307 };
    expect(drainLoad(load, { ...settings, drainTimeMs: 1 })).toBe(Number.MAX_VALUE);
  });

  it.each([
    ['perReplica', { perReplica: 0 }, 'perReplica must be > 0, got 0'],
    ['drainTimeMs', { drainTimeMs: -1 }, 'drainTimeMs must be > 0, got -1'],
    ['partitions', { partitions: NaN }, 'partitions must be > 0, got NaN'],
  ])('need a %s above 0', (_what, more, message) => {
    expect(() => drainLoad({ arrivalRate: 1, backlog: 1 }, { ...settings, ...more })).toThrow(message);
  });

  it('work the backlog off in time when the arrivals are as forecast', () => {
    const rate = fc.double({ min: 0, max: 1_000, noNaN: true });
    fc.assert(
      fc.property(rate, fc.nat(1_000_000), (arrivalRate, backlog) => {
        const replicas = replicasFor({ arrivalRate, backlog }, settings)!;
        const seconds = settings.drainTimeMs / 1_000;
        const workedOff = replicas * settings.perReplica * seconds;
        expect(workedOff).toBeGreaterThanOrEqual((arrivalRate * seconds + backlog) * (1 - 1e-9) - 1e-9);
      }),
    );
  });
});
