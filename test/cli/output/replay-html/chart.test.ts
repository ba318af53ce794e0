import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearScale, roundTicks, stepArea, stepPath } from '../../../../src/cli/output/replay-html/chart.js';
import { placeLabels } from '../../../../src/cli/output/replay-html/place-labels.js';

describe('linearScale', () => {
  it('puts values onto coordinates with one decimal', () => {
    const scale = linearScale(10, 20, 100, 0);
    expect([10, 15, 20, 12.345].map(scale.at)).toEqual([100, 50, 0, 76.6]);
  });

  it('survives a range of nothing', () => {
    expect(linearScale(5, 5, 0, 10).at(5)).toBe(0);
  });
});

describe('roundTicks', () => {
  it.each([
    ['tens', 47, 5, [0, 10, 20, 30, 40, 50]],
    ['two and a half', 9, 4, [0, 2.5, 5, 7.5, 10]],
    ['fractions', 0.03, 3, [0, 0.01, 0.02, 0.03]],
    ['at least one', 0, 4, 2],
  ])('are round numbers: %s', (_, highest, count, expected) => {
    const ticks = roundTicks(highest, count);
    if (typeof expected === 'number') expect(ticks.length).toBeGreaterThanOrEqual(expected);
    else expect(ticks).toEqual(expected);
  });

  it('end at or above the highest value', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (highest, count) => {
          const ticks = roundTicks(highest, count);
          expect(ticks.at(-1)!).toBeGreaterThanOrEqual(highest * (1 - 1e-9));
          expect(ticks.length).toBeLessThanOrEqual(count + 1);
        },
      ),
    );
  });
});

describe('stepPath', () => {
  it.each([
    ['holds a value until the next one', [0, 1, 2], [5, 5, 7], 'M0 5H2V7H3'],
    ['breaks where a value is not known', [0, 1, 2], [5, NaN, 7], 'M0 5H1M2 7H3'],
    ['begins with the first known value, and ends with the last one', [0, 1, 2], [NaN, 5, NaN], 'M1 5H2'],
    ['is nothing without values', [0], [NaN], ''],
  ])('%s', (_, xs, ys, expected) => {
    expect(stepPath(xs, ys, 3)).toBe(expected);
  });

  it('is closed down to the base as an area, one for each stretch', () => {
    expect(stepArea([0, 1, 2], [5, NaN, 7], 3, 9)).toBe('M0 9V5H1V9ZM2 9V7H3V9Z');
  });
});

describe('placeLabels', () => {
  it('moves a label up where another one is, and to the left at the end', () => {
    const [first, second, last] = placeLabels(
      [
        { text: 'hpa', x: 50, y: 100 },
        { text: 'keda', x: 50, y: 100 },
        { text: 'static', x: 190, y: 100 },
      ],
      200,
    );
    expect(first).toEqual({ text: 'hpa', x: 57, y: 95 });
    expect(second).toEqual({ text: 'keda', x: 57, y: 83 });
    expect(last!.x).toBeLessThan(190 - 6 * 6);
  });
});
