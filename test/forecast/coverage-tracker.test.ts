import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { Forecast } from '../../src/core/forecast.js';
import { CoverageTracker } from '../../src/forecast/coverage-tracker.js';
import { generate, START_MS } from './generators.js';

const STEP = 10 * MINUTE_MS;
const LEVELS = [0.5, 0.9];

/** Says 100 at the lower level and 200 at the upper one, three steps ahead; 0 elsewhere. */
const forecastFrom = (originMs: number): Forecast => {
  const values = [100, 200].map((value) => Float64Array.of(0, 0, value, 200).map((v, k) => (k === 3 ? 1_000 : v)));
  return new Forecast({ model: 'test', originMs, stepMs: STEP, levels: LEVELS, values });
};

/** Follows a load sample by sample, forecasting at each. */
function follow(length: number, valueAt: (index: number) => number): CoverageTracker {
  const tracker = new CoverageTracker(LEVELS, 3);
  const load = generate(length, STEP, valueAt);
  for (let i = 0; i < length; i++) {
    tracker.judge(load.between(START_MS, load.timeAt(i) + 1));
    tracker.expect(forecastFrom(load.timeAt(i)));
  }
  return tracker;
}

describe('CoverageTracker', () => {
  it('knows nothing before the first forecast has come due', () => {
    expect(follow(3, () => 0).coverage).toBeNull();
  });

  it('counts what was at or below each level, so many steps ahead', () => {
    // Of 43 samples, 40 come three steps after a forecast: 10 of each of four values.
    const { coverage } = follow(43, (i) => [50, 100, 150, 250][i % 4]!);
    const expected = {
      samples: 40,
      levels: [
        { level: 0.5, share: 0.5 },
        { level: 0.9, share: 0.75 },
      ],
    };
    expect(coverage).toEqual({ day: expected, week: expected });
  });

  it('judges nothing by a gap', () => {
    expect(follow(43, (i) => (i % 2 === 0 ? NaN : 0)).coverage?.week.samples).toBe(20);
  });

  it('forgets what is older than a day, and than a week', () => {
    const day = DAY_MS / STEP;
    // Too high for both levels, but for the last day.
    const coverage = follow(10 * day, (i) => (i < 9 * day ? 500 : 0)).coverage!;
    expect(coverage.day).toMatchObject({ samples: day, levels: [{ share: 1 }, { share: 1 }] });
    expect(coverage.week.samples).toBe(7 * day);
    expect(coverage.week.levels[0]!.share).toBeCloseTo(1 / 7, 12);
  });

  it('goes on after a silence, however long: property', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), (hours) => {
        const tracker = new CoverageTracker(LEVELS, 3);
        const before = generate(10, STEP, () => 0);
        for (let i = 0; i < 10; i++) tracker.expect(forecastFrom(before.timeAt(i)));
        tracker.judge(generate(13, STEP, () => 0));
        const lateMs = START_MS + hours * HOUR_MS + 13 * STEP;
        tracker.expect(forecastFrom(lateMs));
        tracker.judge(generate((lateMs - START_MS) / STEP + 4, STEP, () => 0));
        // The week ends with the hour of the newest sample.
        const lastHour = Math.floor((lateMs + 3 * STEP) / HOUR_MS);
        const kept = (count: number): number =>
          Array.from({ length: 10 }, (_, i) => before.timeAt(i) + 3 * STEP).filter(
            (timeMs) => Math.floor(timeMs / HOUR_MS) > lastHour - count,
          ).length;
        expect(tracker.coverage?.day.samples).toBe(kept(24) + 1);
        expect(tracker.coverage?.week.samples).toBe(kept(168) + 1);
      }),
    );
  });

  it('takes note of a forecast once', () => {
    const tracker = new CoverageTracker(LEVELS, 3);
    for (let i = 0; i < 5; i++) tracker.expect(forecastFrom(START_MS));
    tracker.judge(generate(10, STEP, () => 0));
    expect(tracker.coverage?.day.samples).toBe(1);
  });
});
