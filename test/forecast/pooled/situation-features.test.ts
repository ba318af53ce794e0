import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../../src/core/duration.js';
import { SituationFeatures } from '../../../src/forecast/pooled/situation-features.js';
import { ImputedValues } from '../../../src/forecast/ridge/imputed-values.js';

const STEP = 5 * MINUTE_MS;
const DAY = DAY_MS / STEP;

/** Squares, so that the regressions see the numbers themselves. */
function valuesOf(roots: ArrayLike<number>): ImputedValues {
  const values = new ImputedValues(DAY);
  for (const root of Array.from(roots)) values.push(root * root);
  return values;
}

describe('the features of a situation', () => {
  it('are distances from what is forecast, in units of the scale', () => {
    // Two days and one sample at 10 and 30, by turns of a day; now it is 10 again.
    const values = valuesOf(
      Float64Array.from({ length: 2 * DAY + 1 }, (_, i) => (Math.floor(i / DAY) === 1 ? 30 : 10)),
    );
    const now = values.length - 1;
    const features = new SituationFeatures(values, STEP, values.length - 1);
    const row = features.describe({ from: now + 1, to: now + 3, centre: 4, scale: 2 }, [1, NaN], [0.5]);
    // All levels are relative to the first sample: 10 is 0, 30 is 20.
    expect([...row.slice(0, 7)]).toEqual([
      0.5, // context, as it is
      5, // minutes from the origin to the first
      15, // and to the last
      5, // step
      7, // (4 + 10) / 2: how large the load is
      0.5, // 1 / 2
      0, // not known
    ]);
    const lags = [...row.slice(7, 17)];
    // 0, 1 and 2 minutes are less than half a step ago. From 3 minutes on it is yesterday: (20 - 4) / 2.
    expect(lags).toEqual([-2, -2, -2, 8, 8, 8, 8, 8, 8, 8]);
    const days = [...row.slice(-35)];
    // Yesterday at this time it had just become 30: at the origin (20 - 4) / 2, the quarter hour before it two thirds at 10,
    // afterwards 30 throughout, in the wider stretch too.
    expect(days.slice(0, 5)).toEqual([8, expect.closeTo((20 / 3 - 4) / 2, 5), 8, 8, 8]);
    // The day before: 10, as far as it is there.
    expect(days.slice(5, 10)).toEqual([-2, -2, -2, -2, -2]);
    // And nothing before that.
    expect(days.slice(10)).toEqual(new Array(25).fill(0));
  });

  it('have a least scale: half of the mean change from sample to sample over the last day', () => {
    // Up and down by 2 at each step.
    const values = valuesOf(Float64Array.from({ length: 3 * DAY }, (_, i) => 5 + 2 * (i % 2)));
    expect(new SituationFeatures(values, STEP, values.length - 1).leastScale).toBeCloseTo(1, 12);
    expect(new SituationFeatures(valuesOf([3, 3, 3]), STEP, 2).leastScale).toBe(0);
    expect(new SituationFeatures(valuesOf([3]), STEP, 0).leastScale).toBe(0);
  });

  it('are the same for the same load in another unit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 700 }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (roots, unit) => {
          const rowOf = (factor: number): Float64Array => {
            const values = valuesOf(roots.map((root) => root * factor));
            const from = values.length;
            const stretch = { from, to: from + 2, centre: 3 * factor, scale: 50 * factor };
            return new SituationFeatures(values, STEP, values.length - 1).describe(stretch, [factor], [1]);
          };
          const plain = rowOf(1);
          rowOf(unit).forEach((feature, i) => {
            expect(feature).toBeCloseTo(plain[i]!, 4);
          });
        },
      ),
      { numRuns: 30 },
    );
  });

  it('stay within bounds, however far off a load is', () => {
    const row = new SituationFeatures(valuesOf([0, 1e6]), STEP, 1).describe(
      { from: 2, to: 2, centre: 0, scale: 1e-9 },
      [-1e9],
      [],
    );
    for (const feature of row) expect(Math.abs(feature)).toBeLessThanOrEqual(200);
  });
});
