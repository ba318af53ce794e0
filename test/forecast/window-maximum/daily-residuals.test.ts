import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../../src/core/duration.js';
import { conformalQuantile } from '../../../src/forecast/conformal-quantile.js';
import { DailyResiduals } from '../../../src/forecast/window-maximum/daily-residuals.js';

/** 50 points an hour: five hours around a time of day hold 251 of each day. */
const STEP_MS = HOUR_MS / 50;
const DAY = 24 * 50;

describe('residuals by time of day', () => {
  /** Three days: 1 from 06:00 to 18:00, 0 at night. */
  const residuals = new DailyResiduals(STEP_MS);
  for (let i = 0; i < 3 * DAY; i++) residuals.set(i, i % DAY >= 300 && i % DAY < 900 ? 1 : 0);

  it.each([
    ['noon counts what was wrong around noon', 3 * DAY + 600, 1],
    ['midnight what was wrong around midnight', 3 * DAY, 0],
  ])('%s', (_, index, expected) => {
    const pool = residuals.around(index, 3 * DAY);
    expect(pool.length).toBeGreaterThanOrEqual(2 * 251);
    expect(new Set(pool)).toEqual(new Set([expected]));
  });

  it('does not count what is not judged yet', () => {
    // Before 08:30 of the first day: at noon two and a half hours around 12:00 hold nothing, so all of it counts.
    expect(residuals.around(600, 425)).toHaveLength(425);
  });

  it('has none while there are fewer than 20', () => {
    expect(residuals.around(10, 19)).toHaveLength(0);
    expect(residuals.around(10, 20)).toHaveLength(20);
  });

  it('forgets after a week', () => {
    const long = new DailyResiduals(STEP_MS);
    for (let i = 0; i < 9 * DAY; i++) long.set(i, i < 2 * DAY ? 1 : 0);
    expect(Math.max(...long.around(9 * DAY, 9 * DAY))).toBe(0);
  });

  it('are the same however often they are looked at, and in whatever steps: property', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: -60, max: 60 })), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, fc.integer(), (looks, seed) => {
        const watched = new DailyResiduals(STEP_MS);
        let newest = 0;
        for (const [forward, ahead] of looks) {
          for (let i = 0; i < forward; i++, newest++) {
            // Few different numbers, with gaps: what leaves has to leave as often as it is there.
            const number = Math.abs((newest * 7_919 + seed) % 13);
            watched.set(newest, number === 12 ? NaN : number);
          }
          const index = Math.max(0, newest + ahead);
          const unwatched = new DailyResiduals(STEP_MS, watched.toJSON());
          expect(watched.around(index, newest)).toEqual(unwatched.around(index, newest));
        }
      }),
    );
  });

  it('leaves out what was not judged, and is rebuilt from what it saves', () => {
    const holed = new DailyResiduals(STEP_MS);
    for (let i = 0; i < 30; i++) holed.set(i, i < 5 ? NaN : i);
    expect(holed.around(0, 30)).toHaveLength(25);
    expect(new DailyResiduals(STEP_MS, holed.toJSON()).around(0, 30)).toEqual(holed.around(0, 30));
  });
});

describe('the conformal quantile', () => {
  // Four numbers: position level * 5 - 1.
  it.each([
    ['lies between two of them', 0.5, 25],
    ['is one of them', 0.6, 30],
    ['is held at the largest', 0.99, 40],
    ['is held at the smallest', 0.01, 10],
  ])('%s', (_, level, expected) => {
    expect(conformalQuantile(Float64Array.of(10, 20, 30, 40), level)).toBeCloseTo(expected, 12);
  });
});
