import { describe, expect, it } from 'vitest';
import { cpuProposal, type CpuPods } from '../../../src/simulate/hpa/cpu-utilization.js';

const tenPercent = { scaleUp: 0.1, scaleDown: 0.1 };

describe('CPU utilisation, target 50 %, each pod requesting 1000m', () => {
  it.each<[sentence: string, pods: Partial<CpuPods>, replicas: number, expected: number | null]>([
    // 4 pods, 3200 / 4000 = 80 %; 80 / 50 = 1.6; 1.6 * 4 = 6.4
    ['80 % on 4 pods', { ready: 4, usageMilli: 3_200 }, 4, 7],
    // 6090 / 10000 = 60.9 %, cut to 60 %; 1.2 * 10 = 12, where 1.218 * 10 would be 13
    ['the percentage is cut off before it is compared', { ready: 10, usageMilli: 6_090 }, 10, 12],
    // 2160 / 4000 = 54 %; 1.08
    ['54 % is within the tolerance', { ready: 4, usageMilli: 2_160 }, 4, 4],
    // 2240 / 4000 = 56 %; 1.12 * 4 = 4.48
    ['56 % is not', { ready: 4, usageMilli: 2_240 }, 4, 5],
    // 1000 / 4000 = 25 %; 0.5 * 4
    ['25 % on 4 pods', { ready: 4, usageMilli: 1_000 }, 4, 2],
    ['idle pods', { ready: 4, usageMilli: 0 }, 4, 0],
    ['no pod with a sample that counts: the HPA fails', { ready: 0, unready: 4 }, 4, null],
    // 1600 / 2000 = 80 %: up, so 2 unready pods count as idle: 1600 / 4000 = 40 %, ratio 0.8: the other way round
    [
      '2 ready pods at 80 % and 2 starting ones: counting those as idle turns it round',
      { ready: 2, usageMilli: 1_600, unready: 2 },
      4,
      4,
    ],
    // 1950 / 2000 = 97 %: up. 1950 / 3000 = 65 %; 1.3 * 3 = 3.9
    ['2 ready pods at 97 % and 1 starting one: 65 % of 3', { ready: 2, usageMilli: 1_950, unready: 1 }, 3, 4],
    // 1600 / 2000 = 80 %. 1600 / 3000 = 53 %; 1.06
    [
      '2 ready pods at 80 % and 1 starting one: 53 % of 3 is within the tolerance',
      { ready: 2, usageMilli: 1_600, unready: 1 },
      3,
      3,
    ],
    // 500 / 2000 = 25 %; 0.5 * 2 = 1
    ['scaling down, starting pods are not counted at all', { ready: 2, usageMilli: 500, unready: 2 }, 4, 1],
    // 400 / 2000 = 20 %: down, so 1 missing pod counts as 1000m: 1400 / 3000 = 46 %; 0.92
    [
      'scaling down, a missing pod counts as using its request: 46 % is within the tolerance',
      { ready: 2, usageMilli: 400, missing: 1 },
      3,
      3,
    ],
    // 300 / 3000 = 10 %. (300 + 1000) / 4000 = 32 %; 0.64 * 4 = 2.56
    ['scaling down with one missing of 4: 32 % of 4', { ready: 3, usageMilli: 300, missing: 1 }, 4, 3],
    // 600 / 2000 = 30 %. (600 + 2000) / 4000 = 65 %, ratio 1.3
    ['scaling down with two missing of 4 turns it round', { ready: 2, usageMilli: 600, missing: 2 }, 4, 4],
    // 2700 / 3000 = 90 %. 2700 / 4000 = 67 %; 1.34 * 4 = 5.36
    ['scaling up, a missing pod counts as idle', { ready: 3, usageMilli: 2_700, missing: 1 }, 4, 6],
    // 2700 / 3000 = 90 %. 2700 / 5000 = 54 %; 1.08
    [
      'scaling up, missing and starting pods both count as idle',
      { ready: 3, usageMilli: 2_700, missing: 1, unready: 1 },
      5,
      5,
    ],
    // 1000 / 2000 = 50 %: neither up nor down
    ['exactly on target with a missing pod', { ready: 2, usageMilli: 1_000, missing: 1 }, 3, 3],
    // 1700 / 2000 = 85 %. 1700 / 3000 = 56 %; 1.12 * 3 = 3.36 -> 4, but 6 were asked for
    [
      'fewer pods than asked for: scaling up would mean going down from 6 to 4',
      { ready: 2, usageMilli: 1_700, unready: 1 },
      6,
      6,
    ],
    // 300 / 3000 = 10 %: down. 1300 / 4000 = 32 %; 0.64 * 4 = 2.56 -> 3, but 2 were asked for
    [
      'more pods than asked for: scaling down would mean going up from 2 to 3',
      { ready: 3, usageMilli: 300, missing: 1 },
      2,
      2,
    ],
  ])('%s', (_sentence, pods, replicas, expected) => {
    const all = { requestMilli: 1_000, ready: 0, usageMilli: 0, unready: 0, missing: 0, ...pods };
    expect(cpuProposal(all, 50, replicas, tenPercent)).toBe(expected);
  });

  it('takes a missing pod to use the target if that is above its request', () => {
    // Target 150 %: 2 pods at 1000m are 100 %, ratio 0.667. With 1500m for the missing one (2000 + 1500) / 3000 = 116 %;
    // 116 / 150 = 0.773; 0.773 * 3 = 2.32.
    const pods = { requestMilli: 1_000, ready: 2, usageMilli: 2_000, unready: 0, missing: 1 };
    expect(cpuProposal(pods, 150, 3, tenPercent)).toBe(3);
    // With 1000m it would have been 100 %, 0.667 * 3 = 2.
  });
});
