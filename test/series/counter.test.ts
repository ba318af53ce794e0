import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Series } from '../../src/core/series.js';
import { counterToRate } from '../../src/series/counter.js';

// One sample per 10 s.
const counter = (values: readonly number[]): Series => new Series(60_000, 10_000, Float64Array.from(values));

describe('counterToRate', () => {
  const cases: [string, number[], number[]][] = [
    ['divides the increase by the seconds of a step', [0, 20, 50], [NaN, 2, 3]],
    ['is zero while nothing is counted', [7, 7], [NaN, 0]],
    ['takes the value after a reset as the increase since', [100, 130, 40, 60], [NaN, 3, 4, 2]],
    ['sees a reset to zero', [100, 0, 10], [NaN, 0, 1]],
    ['keeps a gap, and knows no rate until two samples follow each other', [10, NaN, 30, 50], [NaN, NaN, NaN, 2]],
    ['knows no rate of a single sample', [5], [NaN]],
    ['stays empty', [], []],
  ];
  it.each(cases)('%s', (_, values, expected) => {
    const rate = counterToRate(counter(values));
    expect([...rate.values]).toEqual(expected);
    expect([rate.startMs, rate.stepMs]).toEqual([60_000, 10_000]);
  });

  it('gives back the increments of a counter, wherever it was reset', () => {
    // A reset to a value that is not below the one before cannot be seen, by Prometheus either.
    const increment = fc.record({ added: fc.integer({ min: 1, max: 1000 }), isReset: fc.boolean() });
    fc.assert(
      fc.property(fc.array(increment, { minLength: 1 }), (increments) => {
        let total = 1_000_000;
        const values = [total];
        for (const { added, isReset } of increments) {
          total = isReset && added < total ? added : total + added;
          values.push(total);
        }
        const rates = [...counterToRate(counter(values)).values].slice(1);
        expect(rates).toEqual(increments.map(({ added }) => added / 10));
      }),
    );
  });
});
