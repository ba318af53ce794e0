import { describe, expect, it } from 'vitest';
import { coverage } from '../../../src/evaluate/metrics/coverage.js';

describe('coverage', () => {
  it.each([
    ['counts actual values below the quantile', [1, 2, 3, 4], [2.5, 2.5, 2.5, 2.5], 0.5],
    ['counts an actual value exactly on the quantile', [0, 0, 5], [0, 0, 5], 1],
    ['is 0 when everything was above', [3, 4], [2, 2], 0],
    // known: 1 <= 2 yes, 9 <= 2 no; the gap counts neither way
    ['leaves out steps whose actual is not known', [1, NaN, 9], [2, 2, 2], 0.5],
    ['is NaN when nothing is known', [NaN], [2], NaN],
  ])('%s', (_, actual, predicted, expected) => {
    expect(coverage(actual, predicted)).toBe(expected);
  });

  it('refuses a NaN forecast', () => {
    expect(() => coverage([1], [NaN])).toThrow(new RangeError('predicted value 0 must be finite, got NaN'));
  });
});
