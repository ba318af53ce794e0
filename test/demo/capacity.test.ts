import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import {
  addToTally,
  capacitySettings,
  EMPTY_TALLY,
  HPA_SYNC_MS,
  replicasFor,
  settledReplicas,
  stepReplicas,
  type CapacitySettings,
  type ReplicaState,
} from '../../src/demo/capacity.js';
import { demoWorkloads } from '../../src/demo/workloads.js';

const settings: CapacitySettings = {
  targetPerReplica: 10,
  capacityPerReplica: 11,
  minReplicas: 1,
  maxReplicas: 50,
  startupMs: 60 * SECOND_MS,
};

/** Steps every 15 s from time 0, with one metric value per step. */
function run(state: ReplicaState, values: readonly (number | null)[], startMs = 0): ReplicaState[] {
  const states: ReplicaState[] = [];
  values.forEach((value, i) => {
    states.push(stepReplicas(settings, states.at(-1) ?? state, value, startMs + i * HPA_SYNC_MS));
  });
  return states;
}

function desired(states: readonly ReplicaState[]): number[] {
  return states.map((state) => state.desired);
}

describe('one step, from 3 settled replicas with a target of 10', () => {
  it.each<[string, number | null, number]>([
    ['the worked example of the HPA: 42.5 / 10 = 4.25, rounded up', 42.5, 5],
    ['32 is 6.7 % above 30: within the tolerance', 32, 3],
    ['34 is 13 % above 30: 3.4, rounded up', 34, 4],
    ['28 is 6.7 % below 30: within the tolerance', 28, 3],
    ['1000 asks for 100, but +4 pods (more than +100 %) is the limit: 3 + 4', 1000, 7],
    ['0 asks for 0, raised to the minimum of 1; nothing was asked for before', 0, 1],
    ['an unknown value changes nothing', null, 3],
  ])('%s', (_sentence, value, expected) => {
    expect(stepReplicas(settings, settledReplicas(3), value, 0).desired).toBe(expected);
  });
});

describe('scaling up', () => {
  it('doubles at most every 15 s: 10, 20, 40, then the maximum of 50', () => {
    expect(desired(run(settledReplicas(5), [1000, 1000, 1000, 1000]))).toEqual([10, 20, 40, 50]);
  });

  it('counts what was added within the last 15 s when steps come faster', () => {
    const first = stepReplicas(settings, settledReplicas(5), 1000, 0);
    // 5 s later the period began with 10 - 5 = 5 replicas, whose limit of 10 is reached.
    expect(stepReplicas(settings, first, 1000, 5_000).desired).toBe(10);
    expect(stepReplicas(settings, first, 1000, 15_000).desired).toBe(20);
  });

  it('has the new replicas ready one start-up later, not before', () => {
    // Asked for at 0 s with 60 s to start: ready at the step at 60 s.
    const states = run(settledReplicas(3), [50, 50, 50, 50, 50]);
    expect(states.map(({ ready }) => ready)).toEqual([3, 3, 3, 3, 5]);
    expect(states.map(({ readyAtMs }) => readyAtMs.length)).toEqual([2, 2, 2, 2, 0]);
  });

  it('lets replicas become ready while the metric is unknown', () => {
    const states = run(settledReplicas(3), [50, null, null, null, null]);
    expect(states.map(({ ready }) => ready)).toEqual([3, 3, 3, 3, 5]);
    expect(desired(states)).toEqual([5, 5, 5, 5, 5]);
  });
});

describe('scaling down', () => {
  it('waits until the highest proposal is 300 s old', () => {
    // 10 replicas at full load at 0 s, then a load for 2: the proposal of 10 counts until 300 s, the 20th step after.
    const states = run(settledReplicas(10), [100, ...Array<number>(20).fill(20)]);
    expect(desired(states.slice(0, 20))).toEqual(Array(20).fill(10));
    expect(states[20]!.desired).toBe(2);
  });

  it('goes down to the highest proposal of the window, step by step', () => {
    // 100 at 0 s, 60 at 15 s, then 20: when the first has left the window 6 remain, 15 s later 2.
    const states = run(settledReplicas(10), [100, 60, ...Array<number>(20).fill(20)]);
    expect(desired(states.slice(19))).toEqual([10, 6, 2]);
  });

  it('does not scale up to what was asked for earlier', () => {
    const limited = stepReplicas(settings, settledReplicas(3), 1000, 0);
    // The proposal of 100 is still in the window, but the load now asks for 2: stays at 7.
    expect(stepReplicas(settings, limited, 20, HPA_SYNC_MS).desired).toBe(7);
  });

  it('removes replicas that are not ready first, the youngest of them before the others', () => {
    const state: ReplicaState = { ...settledReplicas(8), ready: 5, readyAtMs: [70_000, 80_000, 90_000] };
    expect(stepReplicas(settings, state, 65, 0)).toMatchObject({ desired: 7, ready: 5, readyAtMs: [70_000, 80_000] });
    expect(stepReplicas(settings, state, 35, 0)).toMatchObject({ desired: 4, ready: 4, readyAtMs: [] });
  });
});

describe('addToTally', () => {
  const state = settledReplicas(3);
  it.each<[string, number | null, { minutesShort: number; podHours: number; minutesUnknown: number }]>([
    ['33 is just what 3 replicas of 11 can carry', 33, { minutesShort: 0, podHours: 0.1, minutesUnknown: 0 }],
    ['33.1 is more', 33.1, { minutesShort: 2, podHours: 0.1, minutesUnknown: 0 }],
    ['an unknown load is not a shortage', null, { minutesShort: 0, podHours: 0.1, minutesUnknown: 2 }],
  ])('2 minutes with 3 replicas: %s', (_sentence, load, expected) => {
    // 3 replicas for 2 min: 6 pod-minutes = 0.1 pod-hours.
    expect(addToTally(EMPTY_TALLY, { settings, state, load, durationMs: 2 * MINUTE_MS })).toEqual(expected);
  });

  it('adds up, counting replicas that are starting as paid for but not as capacity', () => {
    const starting: ReplicaState = { ...settledReplicas(6), ready: 3, readyAtMs: [1, 2, 3] };
    const once = addToTally(EMPTY_TALLY, { settings, state: starting, load: 60, durationMs: 5 * MINUTE_MS });
    // 6 replicas for 5 min are 0.5 pod-hours; 60 is above 3 * 11 = 33 but not above 6 * 11 = 66.
    expect(once).toEqual({ minutesShort: 5, podHours: 0.5, minutesUnknown: 0 });
    const twice = addToTally(once, { settings, state: settledReplicas(6), load: 60, durationMs: 10 * MINUTE_MS });
    expect(twice).toEqual({ minutesShort: 5, podHours: 1.5, minutesUnknown: 0 });
  });
});

describe('a step up in load, with and without notice', () => {
  /** The load is 30 until 5 min and 100 from then on; starting takes 60 s. Steps from 0 s to 10 min. */
  function minutesShort(noticeMs: number): number {
    const loadAt = (timeMs: number): number => (timeMs < 5 * MINUTE_MS ? 30 : 100);
    let state = settledReplicas(3);
    let tally = EMPTY_TALLY;
    for (let timeMs = 0; timeMs < 10 * MINUTE_MS; timeMs += HPA_SYNC_MS) {
      state = stepReplicas(settings, state, Math.max(loadAt(timeMs), loadAt(timeMs + noticeMs)), timeMs);
      tally = addToTally(tally, { settings, state, load: loadAt(timeMs), durationMs: HPA_SYNC_MS });
    }
    return tally.minutesShort;
  }

  it('is short for the start-up and the limit on scaling up without notice', () => {
    // Step at 300 s: 3 -> 7 (limit), at 315 s: 7 -> 10. All ten are ready at 375 s: 75 s short. Of the first 7, ready at
    // 360 s, 77 is less than 100.
    expect(minutesShort(0)).toBe(1.25);
  });

  it('is not short at all with notice of 75 s', () => {
    expect(minutesShort(75 * SECOND_MS)).toBe(0);
  });
});

describe('stepReplicas, whatever the metric does', () => {
  it('stays within bounds, and every replica is either ready or starting', () => {
    const value = fc.option(fc.double({ min: 0, max: 2_000, noNaN: true }));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 100 }), fc.integer({ min: 1, max: 50 }), (values, replicas) => {
        for (const state of run(settledReplicas(replicas), values)) {
          expect(state.desired).toBeGreaterThanOrEqual(settings.minReplicas);
          expect(state.desired).toBeLessThanOrEqual(settings.maxReplicas);
          expect(state.ready + state.readyAtMs.length).toBe(state.desired);
        }
      }),
    );
  });
});

describe('where a calculation starts', () => {
  it.each([
    [0, 1],
    [10, 1],
    [10.1, 2],
    [9_999, 50],
  ])('a load of %s needs %s replicas', (load, replicas) => {
    expect(replicasFor(load, settings)).toBe(replicas);
  });

  it('takes the settings from a generated workload, with 10 % above the target as capacity', () => {
    const [checkout] = demoWorkloads({ seed: 1, startMs: 0 });
    // 50 req/s per replica, and 10 % more.
    expect(capacitySettings(checkout!)).toEqual({
      targetPerReplica: 50,
      capacityPerReplica: expect.closeTo(55, 9) as number,
      minReplicas: 2,
      maxReplicas: 40,
      startupMs: 5 * MINUTE_MS,
    });
  });
});
