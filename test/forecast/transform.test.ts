import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { destabilise, stabilise } from '../../src/forecast/transform.js';

const values = fc.double({ min: -1e15, max: 1e15, noNaN: true });

describe('the variance-stabilising transform', () => {
  it('is undone by its inverse: property', () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(Math.abs(destabilise(stabilise(value)) - value)).toBeLessThanOrEqual(1e-12 * Math.abs(value));
      }),
    );
  });

  it('is odd and keeps the order, so that quantiles survive it: property', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        expect(stabilise(-left) + stabilise(left)).toBe(0);
        if (left < right) expect(stabilise(left)).toBeLessThanOrEqual(stabilise(right));
        if (left < right) expect(destabilise(left)).toBeLessThanOrEqual(destabilise(right));
      }),
    );
  });

  it('keeps a gap a gap, and zero zero', () => {
    expect(stabilise(NaN)).toBeNaN();
    expect(destabilise(NaN)).toBeNaN();
    expect(stabilise(0)).toBe(0);
    expect(destabilise(0)).toBe(0);
  });
});
