import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atHorizon, horizonKnots } from '../../src/forecast/horizon-knots.js';

const horizons = fc.integer({ min: 1, max: 2_000 });
const counts = fc.integer({ min: 2, max: 20 });

describe('horizonKnots', () => {
  it.each([
    ['one step', 1, 9, [1]],
    ['as many steps as knots', 4, 4, [1, 2, 3, 4]],
    ['fewer steps than knots', 3, 9, [1, 2, 3]],
    ['two knots: the ends', 50, 2, [1, 50]],
  ])('has every step where that is few enough: %s', (_, horizonSteps, count, steps) => {
    expect(horizonKnots(horizonSteps, count).steps).toEqual(steps);
  });

  it('is denser near the origin', () => {
    const { steps } = horizonKnots(60, 9);
    const widths = steps.slice(1).map((step, i) => step - steps[i]!);
    expect(widths).toEqual(widths.toSorted((left, right) => left - right));
    expect(widths[0]).toBeLessThan(widths.at(-1)!);
  });

  it('ascends from 1 to the horizon, with no more knots than wanted: property', () => {
    fc.assert(
      fc.property(horizons, counts, (horizonSteps, count) => {
        const { steps } = horizonKnots(horizonSteps, count);
        expect(steps.length).toBeLessThanOrEqual(count);
        expect(steps[0]).toBe(1);
        expect(steps.at(-1)).toBe(horizonSteps);
        expect(steps.every((step, i) => Number.isInteger(step) && (i === 0 || step > steps[i - 1]!))).toBe(true);
      }),
    );
  });
});

describe('atHorizon', () => {
  it('interpolates between the knots around a step', () => {
    // Knots at 1 and 5: step 2 is a quarter of the way, 0.25 * 50 + 0.75 * 10 = 20.
    expect(atHorizon(horizonKnots(5, 2), 2, (knot) => [10, 50][knot]!)).toBe(20);
  });

  it('is exact at the knots, and everywhere for what is linear in the steps ahead: property', () => {
    fc.assert(
      fc.property(horizons, counts, (horizonSteps, count) => {
        const knots = horizonKnots(horizonSteps, count);
        knots.steps.forEach((step, knot) => {
          expect(atHorizon(knots, step, (asked) => asked)).toBe(knot);
        });
        for (let h = 1; h <= horizonSteps; h++) {
          expect(atHorizon(knots, h, (knot) => 3 * knots.steps[knot]! - 7)).toBeCloseTo(3 * h - 7, 8);
        }
      }),
    );
  });
});
