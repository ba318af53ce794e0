import { describe, expect, it } from 'vitest';
import { Account } from '../../src/simulate/account.js';
import { Demand } from '../../src/simulate/demand.js';
import type { Outcome } from '../../src/simulate/outcome.js';
import type { ServiceSettings } from '../../src/simulate/service/service-settings.js';

const service: ServiceSettings = { capacityPerReplica: 10, carriesOver: false, latency: null };

/** One second each, with so many ready pods. */
function account(demand: number[], ready: number[], over: Partial<ServiceSettings> = {}): Outcome {
  const result = new Account(new Demand(1_000, Float64Array.from(demand)), { ...service, ...over });
  ready.forEach((pods, s) => {
    result.pass(s, s + 1, { replicas: pods, ready: pods, billed: pods });
  });
  return result.outcome(demand.length);
}

const MINUTE = 1 / 60;

describe('without a queue', () => {
  it('is short in the seconds in which demand exceeds capacity, not where it equals it', () => {
    const outcome = account([10, 11, 15, 20, 5, 30], [1, 1, 1, 2, 2, 2]);
    expect(outcome.minutesShort).toBeCloseTo(3 * MINUTE, 12);
    // 1 + 5 + 10 of 91 found no capacity.
    expect(outcome.shortfall).toBeCloseTo(16 / 91, 12);
    expect(outcome.utilization).toBeCloseTo((91 - 16) / 90, 12);
    expect(outcome.episodes).toEqual([
      { startMs: 2_000, endMs: 4_000, depth: 1 - 10 / 15 },
      { startMs: 6_000, endMs: 7_000, depth: 1 - 20 / 30 },
    ]);
    expect(outcome.depth).toBeCloseTo(1 / 3, 12);
    expect(outcome.longestShortMinutes).toBeCloseTo(2 * MINUTE, 12);
  });

  it('is short without pods as soon as there is any demand', () => {
    const outcome = account([0, 1], [0, 0]);
    expect(outcome).toMatchObject({ minutesShort: MINUTE, depth: 1, shortfall: 1, utilization: NaN });
  });

  it('counts what is unknown neither as short nor as served, and ends an episode there', () => {
    const outcome = account([20, NaN, 20, 5], [1, 1, 1, 1]);
    expect(outcome.minutes).toBeCloseTo(3 * MINUTE, 12);
    expect(outcome.minutesUnknown).toBeCloseTo(MINUTE, 12);
    expect(outcome.episodes).toHaveLength(2);
    expect(outcome.utilization).toBeCloseTo(25 / 30, 12);
    expect(outcome.podHours).toBeCloseTo(4 / 3_600, 12);
  });

  it('has no episode when nothing is short', () => {
    expect(account([5, 5], [1, 1])).toMatchObject({
      minutesShort: 0,
      depth: 0,
      longestShortMinutes: 0,
      episodes: [],
      shortfall: 0,
      latency: null,
    });
  });
});

describe('with a queue', () => {
  it('stays short until what was left over has been worked off', () => {
    // Waiting: 15 (5 left), 13 (3 left), 11 (1 left), 7, 4: short for three seconds; served 10, 10, 10, 7, 4.
    const outcome = account([15, 8, 8, 6, 4], [1, 1, 1, 1, 1], { carriesOver: true });
    expect(outcome.minutesShort).toBeCloseTo(3 * MINUTE, 12);
    expect(outcome.episodes).toEqual([{ startMs: 1_000, endMs: 4_000, depth: 1 - 10 / 15 }]);
    expect(outcome.utilization).toBeCloseTo(41 / 50, 12);
    // Only 5 came when there was no capacity for them.
    expect(outcome.shortfall).toBeCloseTo(5 / 41, 12);
  });

  it('goes on with it in a fresh account', () => {
    const demand = new Demand(0, Float64Array.of(25, 8, 4));
    const before = new Account(demand, { ...service, carriesOver: true });
    before.pass(0, 1, { replicas: 1, ready: 1, billed: 1 });
    const after = before.afresh();
    after.pass(1, 3, { replicas: 1, ready: 1, billed: 1 });
    // 15 were left: 23 waiting (13 left), 17 waiting (7 left).
    expect(after.outcome(3)).toMatchObject({ minutesShort: 2 * MINUTE, minutes: 2 * MINUTE, utilization: 1 });
  });
});

describe('pods and scaling', () => {
  it('adds up what is billed, changes and the peak', () => {
    const result = new Account(new Demand(0, new Float64Array(7_200)), service);
    result.pass(0, 3_600, { replicas: 2, ready: 1, billed: 3 });
    result.rescale(2, 6);
    result.pass(3_600, 7_200, { replicas: 6, ready: 6, billed: 6 });
    result.rescale(6, 5);
    result.rescale(5, 3);
    expect(result.outcome(7_200)).toMatchObject({ podHours: 9, churn: 7, scaleUps: 1, scaleDowns: 2, peakReplicas: 6 });
  });

  it('has response times where they are asked for', () => {
    const latency = { serviceS: 0.1, serversPerReplica: 1 };
    const outcome = account(new Array<number>(120).fill(5), new Array<number>(120).fill(1), { latency });
    // One server of rate 10 with 5 per second: exponential with rate 5.
    expect(outcome.latency!.p95S).toBeCloseTo(-Math.log(0.05) / 5, 8);
  });

  it('refuses a replica that can do nothing', () => {
    expect(() => account([1], [1], { capacityPerReplica: 0 })).toThrow('capacityPerReplica must be > 0, got 0');
  });
});
