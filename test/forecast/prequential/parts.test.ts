import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Filter } from '../../../src/forecast/filtered.js';
import { FilterMember } from '../../../src/forecast/prequential/filter-member.js';
import { RecentMean } from '../../../src/forecast/prequential/recent-mean.js';
import { SeasonalSpread } from '../../../src/forecast/prequential/seasonal-spread.js';

describe('RecentMean', () => {
  it('is unknown before it has as many numbers as it is the mean of', () => {
    const mean = new RecentMean(3);
    mean.push(1);
    mean.push(2);
    expect(mean.value).toBeNaN();
    mean.push(6);
    expect(mean.value).toBe(3);
  });

  it('is that of the last numbers, also after it was restored: property', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 5, maxLength: 40 }),
        fc.nat(40),
        (numbers, at) => {
          let mean = new RecentMean(5);
          numbers.forEach((number, i) => {
            if (i === at) mean = new RecentMean(5, mean.toJSON());
            mean.push(number);
          });
          expect(mean.value).toBeCloseTo(numbers.slice(-5).reduce((sum, number) => sum + number, 0) / 5, 9);
        },
      ),
    );
  });
});

describe('SeasonalSpread', () => {
  it('is unknown where nothing near has been judged', () => {
    const spread = new SeasonalSpread(48);
    spread.learn(10, 4);
    expect([8, 9, 10, 11, 12].map((index) => spread.at(index))).toEqual([NaN, 4, 4, 4, NaN]);
  });

  it('weighs a part twice as much as those beside it, around the end of the season', () => {
    const spread = new SeasonalSpread(48);
    spread.learn(47, 8);
    spread.learn(0, 4);
    spread.learn(1, 0);
    expect(spread.at(48)).toBe((8 + 2 * 4 + 0) / 4);
  });

  it('is one for all times where there is no season', () => {
    const spread = new SeasonalSpread(1);
    for (let i = 0; i < 2_000; i++) spread.learn(i, i < 1_000 ? 1 : 5);
    expect(spread.at(0)).toBeCloseTo(5, 3);
    expect(spread.at(12_345)).toBe(spread.at(0));
  });

  it('has no more parts than the season has steps', () => {
    const spread = new SeasonalSpread(6);
    for (let i = 0; i < 600; i++) spread.learn(i, i % 6 === 3 ? 4 : 0);
    expect(spread.at(603)).toBeCloseTo(2, 9);
    expect(spread.at(600)).toBeCloseTo(0, 9);
  });
});

/** Says that h steps ahead comes what came last plus h. */
class Counting implements Filter {
  #last = NaN;

  push(value: number): void {
    if (!Number.isNaN(value)) this.#last = value;
  }

  forecast(path: Float64Array): void {
    for (let k = 0; k < path.length; k++) path[k] = this.#last + k + 1;
  }

  toJSON(): number {
    return this.#last;
  }
}

describe('FilterMember', () => {
  it('says what was expected at each knot, from as many steps before, on the scale of the filter', () => {
    const member = new FilterMember(new Counting(), [1, 3]);
    const expected = new Float64Array(2);
    const seen = [4, 9, 16, 25].map((sample) => {
      member.push(sample, expected);
      return [...expected];
    });
    // Square roots 2, 3, 4, 5: one step ahead of each, and three steps ahead of the first.
    expect(seen).toEqual([
      [NaN, NaN],
      [3, NaN],
      [4, NaN],
      [5, 5],
    ]);
  });

  it('expected nothing of a gap, and goes on after it', () => {
    const member = new FilterMember(new Counting(), [1]);
    const expected = new Float64Array(1);
    const seen = [4, NaN, 9].map((sample) => {
      member.push(sample, expected);
      return expected[0];
    });
    expect(seen).toEqual([NaN, NaN, 3]);
  });
});
