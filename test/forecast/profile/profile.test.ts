import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../../src/core/duration.js';
import { profile } from '../../../src/forecast/profile/profile.js';
import { readGolden } from '../../golden/read.js';
import { dailyLoad, generate, seriesOf, wave } from '../generators.js';

interface ProfileCase {
  readonly title: string;
  readonly stepMinutes: number;
  readonly season: number;
  readonly horizon: number;
  readonly values: readonly (number | null)[];
  readonly levels: readonly number[];
  readonly quantiles: readonly (readonly number[])[];
}

describe('profile', () => {
  it.each(readGolden('profile') as ProfileCase[])(
    'agrees with the definition evaluated in numpy, residual quantiles included: $title',
    ({ stepMinutes, season, horizon, values, levels, quantiles }) => {
      const series = seriesOf(
        values.map((value) => value ?? NaN),
        stepMinutes * MINUTE_MS,
      );
      const forecast = profile.fit(series, { horizonSteps: horizon, levels, seasonSteps: [season] }).forecast();
      quantiles.forEach((row, l) => {
        row.forEach((value, k) => {
          expect(Math.abs(forecast.values[l]![k]! - value)).toBeLessThanOrEqual(1e-9 * (1 + value));
        });
      });
    },
  );

  const options = { horizonSteps: 60, levels: [0.5], seasonSteps: [720] };

  it('is what it was when half a day of the last week was an outage', () => {
    const usual = generate(8 * 720, 2 * MINUTE_MS, (i) => 100 + 400 * wave(i * 2 * MINUTE_MS));
    const outage = seriesOf(usual.values.slice().fill(0, 3 * 720, 3.5 * 720));
    const [before, after] = [usual, outage].map((series) => profile.fit(series, options).forecast().values[0]!);
    after!.forEach((value, k) => {
      expect(value / before![k]!).toBeCloseTo(1, 9);
    });
  });

  it('follows a level that has moved, the whole horizon long', () => {
    // Days at different levels teach it that deviations last; the last one is a quarter higher than usual.
    const levels = [1, 1.2, 0.85, 1.1, 0.9, 1, 1.25];
    const load = dailyLoad(2, 7);
    const moved = seriesOf(load.values.map((value, i) => value * levels[Math.floor(i / 720)]!).subarray(0, 6.5 * 720));
    const forecast = profile.fit(moved, options).forecast().values[0]!;
    const ratio = forecast.map((value, k) => value / (1.25 * load.values[6.5 * 720 + k]!));
    expect(ratio.reduce((sum, share) => sum + share, 0) / ratio.length).toBeCloseTo(1, 1);
  });
});
