import { describe, expect, it } from 'vitest';
import { arithmeticMean, byFamily, geometricMean } from '../../bench/support/means.js';

describe('geometricMean', () => {
  it.each([
    ['of 2 and 1/2 is 1', [2, 0.5], 1],
    ['of 1, 2 and 4 is 2', [1, 2, 4], 2], // cube root of 8
    ['of one number is that number', [0.7], 0.7],
  ])('%s', (_, values, expected) => {
    expect(geometricMean(values)).toBeCloseTo(expected, 12);
  });

  it('of nothing is unknown', () => {
    expect(geometricMean([])).toBeNaN();
  });
});

it('byFamily averages within families and leaves out series without the figure', () => {
  const items = [
    { family: 'a', figure: 1 },
    { family: 'a', figure: 3 },
    { family: 'b', figure: 5 },
    { family: 'b', figure: null },
    { family: 'c', figure: null },
  ];
  expect([...byFamily(items, (item) => item.figure, arithmeticMean)]).toEqual([
    ['a', 2],
    ['b', 5],
  ]);
});
