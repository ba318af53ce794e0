import { describe, expect, it } from 'vitest';
import { mae } from '../../../src/evaluate/metrics/mae.js';

describe('mae', () => {
  it.each([
    // |10-8| = 2, |4-5| = 1; (2 + 1) / 2 = 1.5
    ['averages the distances on both sides', [10, 4], [8, 5], 1.5],
    ['is 0 for a perfect forecast', [3, 0, -2], [3, 0, -2], 0],
    // the middle step is not scored: (2 + 1) / 2, not / 3
    ['leaves out steps whose actual is not known', [10, NaN, 4], [8, 5, 5], 1.5],
    ['is NaN when nothing is known', [NaN, NaN], [1, 2], NaN],
    ['is NaN without steps', [], [], NaN],
  ])('%s', (_, actual, predicted, expected) => {
    expect(mae(actual, predicted)).toBe(expected);
  });

  it('reads typed arrays and leaves them alone', () => {
    const actual = Float64Array.of(1, NaN);
    const predicted = Float64Array.of(4, 4);
    expect(mae(actual, predicted)).toBe(3);
    expect(actual).toEqual(Float64Array.of(1, NaN));
    expect(predicted).toEqual(Float64Array.of(4, 4));
  });

  it.each([
    ['lengths that differ', [1, 2], [1], '2 actual values need as many predicted ones, got 1'],
    ['a NaN forecast', [1, 2], [1, NaN], 'predicted value 1 must be finite, got NaN'],
    ['a NaN forecast where the actual is missing too', [1, NaN], [1, NaN], 'predicted value 1 must be finite, got NaN'],
    ['an infinite forecast', [1], [Infinity], 'predicted value 0 must be finite, got Infinity'],
  ])('refuses %s', (_, actual, predicted, message) => {
    expect(() => mae(actual, predicted)).toThrow(new RangeError(message));
  });
});
