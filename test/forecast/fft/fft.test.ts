import { describe, expect, it } from 'vitest';
import { fft } from '../../../src/forecast/fft/fft.js';
import { destabilise } from '../../../src/forecast/transform.js';
import { generate } from '../generators.js';

describe('fft', () => {
  const wave = (i: number): number => 20 + 5 * Math.sin((2 * Math.PI * i) / 50) + 3 * Math.cos((2 * Math.PI * i) / 20);

  it('goes on with a sum of sines whose periods are found in the window', () => {
    // 100 steps hold both periods; the window is a multiple of 100 from then on.
    const series = generate(430, 120_000, (i) => destabilise(wave(i)));
    const forecast = fft.fit(series, { horizonSteps: 70, levels: [0.5], seasonSteps: [100] }).forecast();
    forecast.values[0]!.forEach((value, k) => {
      expect(value / destabilise(wave(430 + k))).toBeCloseTo(1, 9);
    });
  });

  it('replays the window it has, not what was seen since: a new level comes with the next transform', () => {
    // The level doubles (on the square-root scale) in the third season; the transform after the fourth sees half of each.
    const series = (length: number): ReturnType<typeof generate> =>
      generate(length, 120_000, (i) => destabilise(i < 200 ? 10 : 20));
    const centre = (length: number): number =>
      fft.fit(series(length), { horizonSteps: 1, levels: [0.5], seasonSteps: [100] }).forecast().values[0]![0]!;
    // Still that of the second season: a constant of 10. Three quarters of the residuals are 0, and so is their median,
    // although the newest thirty lie above it.
    expect(centre(230)).toBeCloseTo(100, 6);
    expect(centre(400)).toBeGreaterThan(100);
  });
});
