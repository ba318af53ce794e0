import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ImputedValues } from '../../../src/forecast/ridge/imputed-values.js';
import { destabilise } from '../../../src/forecast/transform.js';

/** The samples as the regression sees them, in their own unit again. */
function imputed(samples: readonly number[], season: number): number[] {
  const values = new ImputedValues(season);
  for (const sample of samples) values.push(sample);
  return samples.map((_, i) => destabilise(values.at(i) + values.reference));
}

describe('ImputedValues', () => {
  it.each([
    ['keeps what is known', [4, 9, 0], 2, [4, 9, 0]],
    ['fills a gap from one season earlier', [4, 9, 16, NaN, NaN], 3, [4, 9, 16, 4, 9]],
    ['fills a gap longer than a season from what was filled', [4, 9, NaN, NaN, NaN, NaN], 2, [4, 9, 4, 9, 4, 9]],
    ['fills a gap in the first season from the last sample', [4, 9, NaN, NaN, 1], 10, [4, 9, 9, 9, 1]],
    ['fills any gap from the last sample without a season', [4, 9, NaN, NaN, 1, NaN], Infinity, [4, 9, 9, 9, 1, 1]],
    ['counts what lies before the first sample as equal to it', [NaN, NaN, 9, 4], Infinity, [9, 9, 9, 4]],
    ['copes with negative samples', [-4, NaN, 4], Infinity, [-4, -4, 4]],
  ])('%s', (_, samples, season, expected) => {
    imputed(samples, season).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 9);
    });
  });

  it('never fills a gap from a later sample: property', () => {
    const samples = fc.array(fc.oneof(fc.nat({ max: 1_000 }), fc.constant(NaN)), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.nat({ max: 1_000 }),
        samples,
        samples,
        fc.integer({ min: 1, max: 10 }),
        (first, past, more, season) => {
          const short = imputed([first, ...past], season);
          const long = imputed([first, ...past, ...more], season);
          expect(long.slice(0, short.length)).toEqual(short);
        },
      ),
    );
  });

  it('has the means of any stretch, clamped to what is there: property', () => {
    const samples = fc.array(fc.nat({ max: 1_000 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(samples, fc.nat({ max: 60 }), fc.nat({ max: 60 }), (list, from, width) => {
        const values = new ImputedValues(Infinity);
        for (const sample of list) values.push(sample);
        const first = Math.min(from, list.length - 1) - 5;
        const stretch = list.map((_, i) => values.at(i)).filter((_, i) => i >= first && i <= first + 5 + width);
        const mean = stretch.reduce((sum, value) => sum + value, 0) / stretch.length;
        expect(values.mean(first, first + 5 + width)).toBeCloseTo(mean, 9);
      }),
    );
  });
});
