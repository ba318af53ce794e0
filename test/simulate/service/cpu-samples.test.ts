import { describe, expect, it } from 'vitest';
import { Demand } from '../../../src/simulate/demand.js';
import { fixedDelay } from '../../../src/simulate/pods/delay.js';
import { PodFleet } from '../../../src/simulate/pods/pod-fleet.js';
import { seededRandom } from '../../../src/core/random.js';
import { CpuSamples, DEFAULT_CPU, type CpuSettings } from '../../../src/simulate/service/cpu-samples.js';

/** 2 pods ready all along, 2 more asked for at 100 s and ready after `startupS`; a replica can serve 50. */
function at(second: number, startupS: number, settings: Partial<CpuSettings> = {}, load = 60) {
  const fleet = new PodFleet({ startup: fixedDelay(startupS), terminationS: 30, nodes: null }, seededRandom(1));
  fleet.settle(0, 2);
  const demand = new Demand(0, new Float64Array(2_000).fill(load));
  const cpu = new CpuSamples({ ...DEFAULT_CPU, ...settings }, demand, 50);
  for (let now = 0; now <= second; now++) {
    fleet.advance(now);
    if (now === 100) fleet.resize(now, 4);
    if (now % 15 === 0) cpu.sample(now, fleet.ready);
  }
  return cpu.pods(second, fleet);
}

describe('the pods as the HPA sees them', () => {
  it('are unknown before the first sample covers anything', () => {
    expect(at(14, 60)).toBeNull();
  });

  it('share the load: 60 / 50 / 2 = 60 % of a core each', () => {
    expect(at(95, 60)).toEqual({ requestMilli: 1_000, ready: 2, usageMilli: 1_200, unready: 0, missing: 0 });
  });

  it('are unready until they are ready', () => {
    expect(at(159, 60)).toMatchObject({ ready: 2, usageMilli: 1_200, unready: 2 });
  });

  it('are unready until a whole sample was taken while they were ready', () => {
    // Ready at 160 s. The sample of 165 s covers 150 to 165 s; the one of 180 s counts. 60 / 50 / 4 = 300m each.
    expect(at(179, 60)).toMatchObject({ ready: 2, usageMilli: 600, unready: 2 });
    expect(at(180, 60)).toMatchObject({ ready: 4, usageMilli: 1_200, unready: 0 });
  });

  it('count at once when they started 300 s ago, with the part of the sample they were ready for', () => {
    // Ready at 500 s; the sample of 510 s covers 495 to 510 s, of which 10 s: 2 * 300 + 2 * 300 * 10 / 15.
    expect(at(510, 400)).toMatchObject({ ready: 4, usageMilli: 1_000, unready: 0 });
  });

  it('cannot use more than their limit', () => {
    expect(at(95, 60, {}, 900)!.usageMilli).toBe(2_000);
    expect(at(95, 60, { limitMilli: 1_500 }, 900)!.usageMilli).toBe(3_000);
    expect(at(95, 60, { limitMilli: null }, 900)!.usageMilli).toBe(18_000); // 900 / 50 / 2 = 9 cores each
  });

  it('may need less than they request', () => {
    expect(at(95, 60, { milliAtCapacity: 500 })!.usageMilli).toBe(600);
  });
});
