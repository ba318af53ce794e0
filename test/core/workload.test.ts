import { expect, it } from 'vitest';
import { horizonSteps } from '../../src/core/workload.js';

it.each([
  ['whole steps', 7_200_000, 120_000, 60],
  ['a part of a step: rounded up, so that the whole horizon is covered', 7_200_000, 420_000, 18],
  ['one step', 120_000, 120_000, 1],
  ['less than a step: one all the same', 1_000, 120_000, 1],
])('a horizon has %s', (_, horizonMs, stepMs, expected) => {
  expect(horizonSteps({ horizonMs, stepMs })).toBe(expected);
});
