import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dft } from '../../../src/forecast/fft/dft.js';
import { dominantWaves } from '../../../src/forecast/fft/dominant-waves.js';
import { readGolden } from '../../golden/read.js';

interface FourierCase {
  readonly title: string;
  readonly values: readonly number[];
  readonly re: readonly number[];
  readonly im: readonly number[];
  readonly keep: number;
  readonly waves: readonly number[];
}

const cases = readGolden('fourier') as FourierCase[];

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  Array.from(expected).forEach((value, i) => {
    expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(tolerance);
  });
}

describe('dft', () => {
  it.each(cases)('agrees with numpy on $title', ({ values, re, im }) => {
    const spectrum = dft(values);
    expectClose(spectrum.re, re, 1e-10);
    expectClose(spectrum.im, im, 1e-10);
  });

  it('has the transform of four values that can be worked by hand', () => {
    // 1, 2, 3, 4: sum 10; 1 - 2i - 3 + 4i = -2 + 2i; 1 - 2 + 3 - 4 = -2; and the conjugate of the second.
    const { re, im } = dft([1, 2, 3, 4]);
    expectClose(re, [10, -2, -2, -2], 1e-14);
    expectClose(im, [0, 2, 0, -2], 1e-14);
  });

  it('keeps the energy (Parseval): property', () => {
    const values = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(values, (samples) => {
        const { re, im } = dft(samples);
        const energy = samples.reduce((sum, value) => sum + value * value, 0);
        const spectral = re.reduce((sum, value, j) => sum + value * value + im[j]! ** 2, 0) / samples.length;
        expect(Math.abs(spectral - energy)).toBeLessThanOrEqual(1e-9 * (1 + energy));
      }),
    );
  });
});

describe('dominantWaves', () => {
  it.each(cases)('keeps the strongest frequencies as numpy does, of $title', ({ values, keep, waves }) => {
    expectClose(dominantWaves(Float64Array.from(values), keep), waves, 1e-10);
  });

  it.each(cases)('gives the samples back when it keeps everything, of $title', ({ values }) => {
    expectClose(dominantWaves(Float64Array.from(values), Infinity), values, 1e-10);
  });
});
