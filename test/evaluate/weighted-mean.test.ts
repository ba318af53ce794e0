import { describe, expect, it } from 'vitest';
import { WeightedMean } from '../../src/evaluate/weighted-mean.js';

describe('WeightedMean', () => {
  it('weighs each value', () => {
    const mean = new WeightedMean();
    mean.add(1, 3);
    mean.add(5, 1);
    expect(mean.value).toBe(2); // (1 * 3 + 5) / 4
    expect(mean.weight).toBe(4);
  });

  it('ignores what has no weight, even a NaN', () => {
    const mean = new WeightedMean();
    mean.add(7, 2);
    mean.add(NaN, 0);
    expect(mean.value).toBe(7);
  });

  it('is NaN as long as there is nothing to average', () => {
    expect(new WeightedMean().value).toBeNaN();
  });
});
