import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Demand } from '../../../src/simulate/demand.js';
import { DEFAULT_HPA } from '../../../src/simulate/hpa/controller.js';
import { fixedDelay } from '../../../src/simulate/pods/delay.js';
import { obedient, oracle } from '../../../src/simulate/policies/oracle.js';
import { seededRandom } from '../../../src/core/random.js';
import { simulationSettings } from '../../../src/simulate/settings.js';
import { simulate } from '../../../src/simulate/simulate.js';

const STARTUP_S = 60;
const base = simulationSettings({
  bounds: { min: 1, max: 1_000 },
  service: { capacityPerReplica: 10 },
  pods: { startup: fixedDelay(STARTUP_S), terminationS: 30, nodes: null },
  hpa: obedient(DEFAULT_HPA),
});

function replay(demand: Demand) {
  const policy = oracle(demand, 10, (STARTUP_S + DEFAULT_HPA.syncPeriodS) * 1_000);
  const changes: number[][] = [];
  let last = 0;
  const outcome = simulate(policy, demand, base, seededRandom(1), ({ timeMs, desired }) => {
    if (desired !== last) changes.push([timeMs / 1_000, desired]);
    last = desired;
  });
  return { outcome, changes };
}

describe('a clairvoyant', () => {
  it('asks in time, and lets go when nothing is needed any more until new pods would be ready', () => {
    // 10 from 600 s to 1200 s. The sync of 525 s sees 75 s ahead up to 600 s, exclusive; that of 540 s is the first to see
    // it. Ready at 600 s. From 1200 s on nothing more is needed.
    const values = Float64Array.from({ length: 1_800 }, (_, s) => (s >= 600 && s < 1_200 ? 100 : 10));
    const { outcome, changes } = replay(new Demand(0, values));
    expect(changes).toEqual([
      [0, 1],
      [540, 10],
      [1_200, 1],
    ]);
    expect(outcome.minutesShort).toBe(0);
  });

  it('keeps pods over a pause that is shorter than a start', () => {
    const values = Float64Array.from({ length: 1_800 }, (_, s) => (s >= 600 && s < 650 ? 10 : 100));
    expect(replay(new Demand(0, values)).changes).toEqual([[0, 10]]);
  });

  it('takes unknown demand for none', () => {
    const values = Float64Array.from({ length: 1_800 }, (_, s) => (s >= 600 && s < 1_200 ? NaN : 100));
    expect(replay(new Demand(0, values)).changes).toEqual([
      [0, 10],
      [600, 1],
      [1_140, 10],
    ]);
  });

  it('is never short, whatever comes, once it had the time of one start', () => {
    const stretches = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 600 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(stretches, (parts) => {
        const values = parts.flatMap(([seconds, value]) => new Array<number>(seconds).fill(value));
        const start = new Array<number>(STARTUP_S + DEFAULT_HPA.syncPeriodS).fill(values[0]!);
        expect(replay(new Demand(0, Float64Array.from([...start, ...values]))).outcome.minutesShort).toBe(0);
      }),
    );
  });
});
