import { describe, expect, it } from 'vitest';
import { findCounterResets } from '../../../src/series/hygiene/find-counter-resets.js';
import { generate, START_MS } from '../../forecast/generators.js';

const STEP = 60_000;
const load = (changes: Readonly<Record<number, number>>): ReturnType<typeof generate> =>
  generate(500, STEP, (i) => changes[i] ?? 100 + (i % 7));

describe('findCounterResets', () => {
  it('finds the negative rate that a restart leaves', () => {
    expect(findCounterResets(load({ 50: -12_345.6 }))).toEqual([
      {
        kind: 'counter-reset',
        fromMs: START_MS + 50 * STEP,
        toMs: START_MS + 50 * STEP,
        reason: '-12350 in a load that is never below 0',
      },
    ]);
  });

  it.each<[string, Record<number, number>, number]>([
    ['finds one of two samples', { 50: -100, 51: -3 }, 1],
    ['finds several', { 50: -100, 200: -100, 300: -100 }, 3],
    ['finds one before a gap', { 50: -100, 51: NaN }, 1],
    ['leaves zeros', { 50: 0, 51: -0 }, 0],
    ['leaves one at the end, of which it is not known what comes', { 499: -100 }, 0],
    ['leaves a series that goes below zero for longer', { 50: -1, 51: -1, 52: -1 }, 0],
    [
      'leaves a series that goes below zero often',
      Object.fromEntries(Array.from({ length: 6 }, (_, i) => [i * 20, -1])),
      0,
    ],
  ])('%s', (_, changes, masks) => {
    expect(findCounterResets(load(changes))).toHaveLength(masks);
  });
});
