import { expect, it } from 'vitest';
import { believed, blend } from '../../../src/forecast/pooled/blend.js';

it('gives two thirds to the errors of other loads', () => {
  const own = Float64Array.of(-3, 0, 3);
  // -3 / 3 + 2 / 3 * 0, 0 + 2 / 3 * 3, 3 / 3 + 2 / 3 * 6
  expect([...blend(own, Float64Array.of(0, 3, 6))]).toEqual(
    [-1, 2, 5].map((value) => expect.closeTo(value, 12) as number),
  );
  expect([...own]).toEqual([-3, 0, 3]);
});

it.each([
  ['near', 1.5, 1, 1.5],
  ['far above', 9, 1, 3],
  ['far below', -9, 1, -1],
])('believes pooled errors no further than so many scales from the own ones: %s', (_, pooled, own, expected) => {
  expect(believed(pooled, own, 2)).toBe(expected);
});
