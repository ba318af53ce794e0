import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Series } from '../../src/core/series.js';
import { mask, trimEnd, trimStart } from '../../src/series/mask.js';

/** From 100 on, every 10 ms. */
const series = (...values: number[]): Series => new Series(100, 10, Float64Array.from(values));
const content = ({ startMs, stepMs, values }: Series): unknown => ({ startMs, stepMs, values: [...values] });

describe('mask', () => {
  const load = series(1, 2, 3, 4, 5);
  it.each<[string, { fromMs: number; toMs: number }[], number[]]>([
    ['leaves everything without windows', [], [1, 2, 3, 4, 5]],
    ['takes out what lies inside a window, both ends included', [{ fromMs: 110, toMs: 130 }], [1, NaN, NaN, NaN, 5]],
    ['takes out a single sample', [{ fromMs: 120, toMs: 120 }], [1, 2, NaN, 4, 5]],
    ['leaves what lies beside a window between two grid times', [{ fromMs: 111, toMs: 119 }], [1, 2, 3, 4, 5]],
    [
      'takes out the ends',
      [
        { fromMs: -Infinity, toMs: 105 },
        { fromMs: 135, toMs: 1e9 },
      ],
      [NaN, 2, 3, 4, NaN],
    ],
    [
      'takes out what two windows cover once',
      [
        { fromMs: 100, toMs: 120 },
        { fromMs: 110, toMs: 130 },
      ],
      [NaN, NaN, NaN, NaN, 5],
    ],
    ['takes out everything', [{ fromMs: 0, toMs: 200 }], [NaN, NaN, NaN, NaN, NaN]],
    [
      'leaves everything for a window elsewhere',
      [
        { fromMs: 0, toMs: 99 },
        { fromMs: 141, toMs: 200 },
      ],
      [1, 2, 3, 4, 5],
    ],
  ])('%s', (_, windows, expected) => {
    expect(content(mask(load, windows))).toEqual({ startMs: 100, stepMs: 10, values: expected });
    expect([...load.values]).toEqual([1, 2, 3, 4, 5]);
  });

  it('keeps a gap a gap, and a zero a zero', () => {
    expect([...mask(series(NaN, 0, 7), [{ fromMs: 120, toMs: 120 }]).values]).toEqual([NaN, 0, NaN]);
  });
});

describe('trimStart and trimEnd', () => {
  it.each<[string, number[], [number, number[]], [number, number[]]]>([
    ['nothing to trim', [1, NaN, 2], [100, [1, NaN, 2]], [100, [1, NaN, 2]]],
    ['gaps at both ends', [NaN, NaN, 1, NaN, 2, NaN], [120, [1, NaN, 2, NaN]], [100, [NaN, NaN, 1, NaN, 2]]],
    ['a zero, which is known', [NaN, 0, NaN], [110, [0, NaN]], [100, [NaN, 0]]],
    ['no samples', [], [100, []], [100, []]],
  ])('%s', (_, values, start, end) => {
    expect(content(trimStart(series(...values)))).toEqual({ startMs: start[0], stepMs: 10, values: start[1] });
    expect(content(trimEnd(series(...values)))).toEqual({ startMs: end[0], stepMs: 10, values: end[1] });
  });

  it('leave no sample behind, and move none: property', () => {
    const values = fc.array(fc.oneof(fc.constant(NaN), fc.integer()), { maxLength: 30 });
    fc.assert(
      fc.property(values, (list) => {
        const whole = series(...list);
        for (const trimmed of [trimStart(whole), trimEnd(whole), trimEnd(trimStart(whole))]) {
          expect(trimmed.countKnown()).toBe(whole.countKnown());
          trimmed.values.forEach((value, i) => {
            expect(value).toBe(whole.at(trimmed.timeAt(i)));
          });
        }
      }),
    );
  });
});
