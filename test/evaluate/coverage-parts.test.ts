import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/core/duration.js';
import { Forecast } from '../../src/core/forecast.js';
import { CoverageParts } from '../../src/evaluate/coverage-parts.js';

/** Hourly, from `originMs` on: 10 at 0.5 and 20 at 0.9 for the next three hours. */
function forecastFrom(originMs: number): Forecast {
  const values = [Float64Array.of(10, 10, 10), Float64Array.of(20, 20, 20)];
  return new Forecast({ model: 'm', originMs, stepMs: HOUR_MS, levels: [0.5, 0.9], values });
}

const BUCKETS = [
  { upToMs: HOUR_MS, fromIndex: 0, toIndex: 1 },
  { upToMs: 3 * HOUR_MS, fromIndex: 1, toIndex: 3 },
];

describe('coverage by parts', () => {
  const parts = new CoverageParts([0.5, 0.9], BUCKETS);
  // At 1, 2 and 3 o'clock; then at 23, 0 and (unknown) 1 o'clock.
  parts.add(forecastFrom(0), Float64Array.of(10, 15, 25));
  parts.add(forecastFrom(22 * HOUR_MS), Float64Array.of(25, 5, NaN));

  it('counts by how far ahead a moment was', () => {
    expect(parts.byHorizon()).toEqual([
      // 10 and 25: one at or below 10, one at or below 20.
      {
        upToMs: HOUR_MS,
        points: 2,
        coverage: [
          { level: 0.5, share: 0.5 },
          { level: 0.9, share: 0.5 },
        ],
      },
      // 15, 25 and 5: one at or below 10, two at or below 20.
      {
        upToMs: 3 * HOUR_MS,
        points: 3,
        coverage: [
          { level: 0.5, share: 1 / 3 },
          { level: 0.9, share: 2 / 3 },
        ],
      },
    ]);
  });

  it('counts by the hour of the day of what was forecast, and knows nothing of the other hours', () => {
    const [night, morning, forenoon] = parts.byHour();
    // 10, 15 and 5
    expect(night).toEqual({
      fromHour: 0,
      toHour: 3,
      points: 3,
      coverage: [
        { level: 0.5, share: 2 / 3 },
        { level: 0.9, share: 1 },
      ],
    });
    expect(morning).toMatchObject({ fromHour: 3, toHour: 6, points: 1 });
    expect(forenoon!.coverage).toEqual([
      { level: 0.5, share: NaN },
      { level: 0.9, share: NaN },
    ]);
    expect(parts.byHour()).toHaveLength(8);
    expect(parts.byHour()[7]).toMatchObject({ fromHour: 21, toHour: 24, points: 1 });
  });
});
