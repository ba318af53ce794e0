import { expect, it } from 'vitest';
import { combineProposals } from '../../../src/simulate/hpa/combine.js';

it.each<[sentence: string, proposals: (number | null)[], replicas: number, expected: number | null]>([
  ['the highest proposal counts', [3, 7, 5], 4, 7],
  ['also when all of them scale down', [1, 3, 2], 4, 3],
  ['one metric alone', [0], 4, 0],
  ['all metrics fail: do nothing', [null, null], 4, null],
  ['the only metric fails: do nothing', [null], 4, null],
  ['one fails, another scales up: it may', [null, 6], 4, 6],
  ['one fails, another keeps what there is: it may', [4, null], 4, 4],
  ['one fails, another scales down: it may not', [null, 3], 4, null],
  ['one fails, of the others the highest counts: it scales up', [2, null, 5], 4, 5],
  ['one fails, of the others the highest scales down: it may not', [2, null, 3], 4, null],
  ['there is no metric: do nothing', [], 4, null],
])('%s', (_sentence, proposals, replicas, expected) => {
  expect(combineProposals(proposals, replicas)).toBe(expected);
});
