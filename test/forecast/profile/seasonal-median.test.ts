import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SeasonalMedian } from '../../../src/forecast/profile/seasonal-median.js';

describe('SeasonalMedian', () => {
  it.each([
    ['nothing', [], NaN],
    ['one sample', [4], 4],
    ['two: their mean', [4, 6], 5],
    ['three', [9, 1, 4], 4],
    ['more than it remembers: the most recent', [100, 100, 100, 1, 2, 3], 2],
  ])('of %s', (_, samples, expected) => {
    const medians = new SeasonalMedian(2, 3);
    for (const sample of samples) medians.push(1, sample);
    expect(medians.at(1)).toBe(expected);
    expect(medians.at(0)).toBeNaN();
  });

  it('is not moved by an outage in fewer than half of the seasons: property', () => {
    const outages = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 3 });
    fc.assert(
      fc.property(outages, fc.nat({ max: 4 }), (wrong, position) => {
        const medians = new SeasonalMedian(1, 7);
        const usual = Array<number>(7 - wrong.length).fill(50);
        for (const sample of usual.toSpliced(position, 0, ...wrong)) medians.push(0, sample);
        expect(medians.at(0)).toBe(50);
      }),
    );
  });

  it('goes on from its saved state', () => {
    const medians = new SeasonalMedian(2, 3);
    for (const sample of [5, 1, 3]) medians.push(0, sample);
    const restored = new SeasonalMedian(2, 3, medians.toJSON());
    restored.push(0, 7);
    expect(restored.at(0)).toBe(3);
    expect(restored.at(1)).toBeNaN();
  });
});
