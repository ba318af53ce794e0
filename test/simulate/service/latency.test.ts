import { describe, expect, it } from 'vitest';
import { LatencyTally } from '../../../src/simulate/service/latency.js';

describe('LatencyTally', () => {
  // scipy.optimize.brentq on the tail of the test of erlang-c, scipy 1.17.1.
  it.each([
    ['8 requests/s of 1 s on 10 servers', 8, 10, 1, 3.328274678560131, 4.946111327611452],
    ['90 requests/s of 0.1 s on 10 servers', 90, 10, 0.1, 0.43608665677803615, 0.6249876698856329],
    ['950 requests/s of 0.1 s on 100 servers', 950, 100, 0.1, 0.3114948701211938, 0.47243870489491535],
  ])('has the quantiles of one M/M/c queue: %s', (_sentence, rate, servers, serviceS, p95S, p99S) => {
    const tally = new LatencyTally({ serviceS, serversPerReplica: 5 });
    for (let minute = 0; minute < 10; minute++) tally.add(15, rate, servers / 5, 0);
    expect(tally.quantiles().p95S).toBeCloseTo(p95S, 8);
    expect(tally.quantiles().p99S).toBeCloseTo(p99S, 8);
  });

  it('mixes stretches by their requests', () => {
    // One server of mean 1 s, idle: exponential with rate 1 - 0.5 and 1 - 0.9. Requests 0.5 * 900 = 450 and 0.9 * 100 = 90.
    // (450 e^-0.5t + 90 e^-0.1t) / 540 = 0.05: checked by inserting the result.
    const tally = new LatencyTally({ serviceS: 1, serversPerReplica: 1 });
    for (let i = 0; i < 15; i++) tally.add(60, 0.5, 1, 0);
    tally.add(100, 0.9, 1, 0);
    const { p95S } = tally.quantiles();
    expect((450 * Math.exp(-0.5 * p95S) + 90 * Math.exp(-0.1 * p95S)) / 540).toBeCloseTo(0.05, 9);
  });

  it('takes requests above capacity for endless', () => {
    const tally = new LatencyTally({ serviceS: 0.1, serversPerReplica: 1 });
    tally.add(96, 1, 1, 0);
    tally.add(1, 4, 0, 0);
    // 4 % of 100 requests found no server at all.
    expect(tally.quantiles().p95S).toBeLessThan(10);
    expect(tally.quantiles().p99S).toBe(Infinity);
  });

  it('lets requests wait for what is before them when the queue is carried over', () => {
    // 200 wait for 10 servers of 0.5 s: 10 s. Then a service time of mean 0.5 s: 10 - 0.5 ln 0.05.
    const tally = new LatencyTally({ serviceS: 0.5, serversPerReplica: 10 });
    tally.add(1, 30, 1, 200);
    expect(tally.quantiles().p95S).toBeCloseTo(10 - 0.5 * Math.log(0.05), 8);
  });

  it('knows nothing without requests', () => {
    const tally = new LatencyTally({ serviceS: 1, serversPerReplica: 1 });
    tally.add(60, 0, 1, 0);
    tally.add(60, NaN, 1, 0);
    expect(tally.quantiles()).toEqual({ p95S: NaN, p99S: NaN });
  });

  it.each([
    [{ serviceS: 0, serversPerReplica: 1 }, 'serviceS must be > 0, got 0'],
    [{ serviceS: 1, serversPerReplica: 1.5 }, 'serversPerReplica must be a whole number >= 1, got 1.5'],
  ])('refuses %j', (settings, message) => {
    expect(() => new LatencyTally(settings)).toThrow(message);
  });
});
