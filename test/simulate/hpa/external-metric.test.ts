import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  averageValueProposal,
  MAX_REPLICAS,
  totalMilli,
  valueProposal,
} from '../../../src/simulate/hpa/external-metric.js';

const tenPercent = { scaleUp: 0.1, scaleDown: 0.1 };

/** Items and target in units, as in a manifest. */
function averageValue(items: number[], target: number, status: number, tolerance = tenPercent): number {
  return averageValueProposal(totalMilli(items), target * 1_000, { status }, tolerance);
}

describe('AverageValue: ceil(total / target), unless total / (target * replicas) is within the tolerance', () => {
  it.each<[sentence: string, items: number[], target: number, status: number, expected: number]>([
    ['two items are added up: 25 + 17.5 = 42.5; ratio 42.5 / 30 = 1.417; 42.5 / 10 = 4.25', [25, 17.5], 10, 3, 5],
    ['a ratio of 32 / 30 = 1.067 is within the tolerance', [32], 10, 3, 3],
    ['32.9 / 30 = 1.0967 is still within', [32.9], 10, 3, 3],
    ['33.1 / 30 = 1.1033 is not: 3.31, rounded up', [33.1], 10, 3, 4],
    ['27.1 / 30 = 0.9033 is within', [27.1], 10, 3, 3],
    ['26.9 / 30 = 0.8967 is not, but 2.69 rounds up to what there is', [26.9], 10, 3, 3],
    ['19 / 30 = 0.633: 1.9, rounded up', [19], 10, 3, 2],
    ['exactly two targets are two replicas, not three', [20], 10, 3, 2],
    ['a thousandth more is three', [20.001], 10, 3, 3],
    ['the smallest positive value asks for one replica: 0.0001 becomes 1m; 1 / 10000, rounded up', [0.0001], 10, 3, 1],
    ['0 asks for 0 replicas', [0], 10, 3, 0],
    ['from 0 replicas the ratio is infinite, within no tolerance: 25 / 10', [25], 10, 0, 3],
    ['from 0 replicas, 0 / 0 is within no tolerance either: 0', [0], 10, 0, 0],
    ['from 0 replicas any positive value gives one', [0.001], 10, 0, 1],
    ['KEDA with threshold 100: 450 / 100 = 4.5', [450], 100, 3, 5],
    ['KEDA in fallback, static 6: 600 / 100', [600], 100, 3, 6],
    ['KEDA falling back to currentReplicasIfHigher 10: 100 / 10', [100], 10, 4, 10],
    ['KEDA falling back to currentReplicasIfLower 4: ratio 40 / (10 * 4) = 1 keeps what there is', [40], 10, 4, 4],
    ["KEDA's external scaler answers with 2.5 and 4: 6.5 / 1.5 = 4.33", [2.5, 4], 1.5, 1, 5],
    ["KEDA's formula a + b = 7 with target 2: 3.5", [7], 2, 1, 4],
    ["KEDA's formula with a fallback of 10 replicas: 20 / 2", [20], 2, 4, 10],
    ['a target of 0.5: 3 / 0.5', [3], 0.5, 1, 6],
    ['a negative total is read as an overflow: as many as there can be', [-1], 10, 3, MAX_REPLICAS],
    ['more than an int32 holds is cut off', [1e12], 1, 3, MAX_REPLICAS],
  ])('%s', (_sentence, items, target, status, expected) => {
    expect(averageValue(items, target, status)).toBe(expected);
  });

  it.each<[sentence: string, item: number, expected: number]>([
    ['up by 3 % with a tolerance of 2 %: 103 / 10 = 10.3', 103, 11],
    ['up by 1 % with a tolerance of 2 %', 101, 10],
    ['down by 20 % with a tolerance of 25 %', 80, 10],
    ['down by 30 % with a tolerance of 25 %: 70 / 10', 70, 7],
  ])('takes the tolerance of its direction: %s', (_sentence, item, expected) => {
    expect(averageValue([item], 10, 10, { scaleUp: 0.02, scaleDown: 0.25 })).toBe(expected);
  });
});

describe('Value: ceil(total / target * ready pods), unless total / target is within the tolerance', () => {
  it.each<[sentence: string, value: number, spec: number, ready: number, existing: number, expected: number | null]>([
    ['1.3 * 4 = 5.2, rounded up', 130, 4, 4, 4, 6],
    ['with 2 of 4 pods ready 1.3 * 2 = 2.6: unready pods pull it down', 130, 4, 2, 4, 3],
    ['KEDA with threshold 100, value 450 and 3 ready pods: 4.5 * 3 = 13.5', 450, 3, 3, 3, 14],
    ['KEDA in fallback, static 6, 4 ready: value 100 * 6 / 4 = 150; 1.5 * 4', 150, 4, 4, 4, 6],
    ['a ratio of 1.09 keeps what was asked for, whatever is ready', 109, 4, 1, 4, 4],
    ['a ratio of 0.91 too', 91, 4, 1, 4, 4],
    ['0.5 * 4', 50, 4, 4, 4, 2],
    ['no pod is ready: 2 * 0', 200, 4, 0, 4, 0],
    ['there is no pod: the HPA fails', 200, 4, 0, 0, null],
    ['there is no pod, but the ratio is within the tolerance, and pods are not asked for', 100, 4, 0, 0, 4],
    ['from 0 replicas: ceil(1.3), without looking at pods', 130, 0, 0, 0, 2],
    ['from 0 replicas without tolerance: ceil(1.05)', 105, 0, 0, 0, 2],
    ['from 0 replicas: ceil(0.4)', 40, 0, 0, 0, 1],
    ['from 0 replicas: 0', 0, 0, 0, 0, 0],
  ])('%s', (_sentence, value, spec, ready, existing, expected) => {
    expect(valueProposal(value * 1_000, 100_000, { spec, ready, existing }, tenPercent)).toBe(expected);
  });
});

it('grows with the demand: from the same replicas, more load never proposes less', () => {
  const load = fc.integer({ min: 0, max: 1_000_000 });
  fc.assert(
    fc.property(load, load, fc.integer({ min: 1, max: 20_000 }), fc.integer({ min: 0, max: 50 }), (a, b, target, n) => {
      const [less, more] = [Math.min(a, b), Math.max(a, b)];
      const counts = { spec: n, status: n, ready: n, existing: n };
      expect(averageValueProposal(less, target, counts, tenPercent)).toBeLessThanOrEqual(
        averageValueProposal(more, target, counts, tenPercent),
      );
      expect(valueProposal(less, target, counts, tenPercent)).toBeLessThanOrEqual(
        valueProposal(more, target, counts, tenPercent)!,
      );
    }),
  );
});
