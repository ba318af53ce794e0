import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import type { Series } from '../../src/core/series.js';
import { findSeasons } from '../../src/series/seasonality.js';
import {
  dailyLoad,
  dice,
  generate,
  randomWalk,
  seriesOf,
  staircase,
  wave,
  whiteNoise,
  withGaps,
} from '../forecast/generators.js';

const STEP = 5 * MINUTE_MS;
const DAY = DAY_MS / STEP;

/** Season lengths in hours. */
const hours = (series: Series): number[] => findSeasons(series).map((steps) => (steps * series.stepMs) / HOUR_MS);

/** A job of `minutes` that starts every `period` hours on a quiet background. */
function batch(seed: number, period: number, minutes: number): Series {
  const random = dice(seed);
  return generate(7 * DAY, STEP, (i) => {
    const runs = (i * STEP) % (period * HOUR_MS) < minutes * MINUTE_MS;
    return Math.max(0, 20 + (runs ? 300 : 0) + 5 * random.normal());
  });
}

describe('findSeasons finds', () => {
  const week = dailyLoad(1, 7, { stepMs: STEP });
  const random = dice(2);
  it.each<[string, Series, number[]]>([
    ['a day in a week of a daily curve', week, [24]],
    ['a day in two days of it', dailyLoad(2, 2, { stepMs: STEP }), [24]],
    ['a day at a step of 30 s', dailyLoad(3, 3, { stepMs: 30 * SECOND_MS }), [24]],
    ['a day at a step of 15 min', dailyLoad(4, 7, { stepMs: 15 * MINUTE_MS }), [24]],
    ['a day at a step of an hour', dailyLoad(5, 14, { stepMs: HOUR_MS }), [24]],
    ['a day in a faint curve', dailyLoad(6, 7, { stepMs: STEP, base: 100, height: 30 }), [24]],
    ['the week on top of the day', dailyLoad(7, 21, { stepMs: STEP, weekend: 0.3 }), [168, 24]],
    ['an hourly job', batch(8, 1, 15), [1]],
    ['a job every two hours', batch(9, 2, 20), [2]],
    ['a job every six hours', batch(10, 6, 50), [6]],
    ['a job every five hours, which no calendar knows', batch(11, 5, 50), [5]],
    ['a nightly job', batch(12, 24, 60), [24]],
    [
      'six hours in a wave under noise',
      generate(7 * DAY, STEP, (i) => 100 + 50 * wave(i * STEP, 6 * HOUR_MS) + 10 * random.normal()),
      [6],
    ],
    [
      'a job every two hours on top of a daily curve',
      generate(7 * DAY, STEP, (i) => 100 + 200 * wave(i * STEP) + (i % 24 < 4 ? 150 : 0) + 10 * random.normal()),
      [24, 2],
    ],
    [
      'a day in a load below zero',
      seriesOf(
        week.values.map((value) => -value),
        STEP,
      ),
      [24],
    ],
    [
      'a day in a load that grows',
      seriesOf(
        week.values.map((value, i) => value * (1 + i / DAY / 3)),
        STEP,
      ),
      [24],
    ],
    ['a day through an outage of more than a day', withGaps(week, (i) => i > 2 * DAY && i < 3.3 * DAY), [24]],
    ['a day with half of the samples missing', withGaps(week, () => random.uniform() < 0.5), [24]],
    ['a day where every night is missing', withGaps(week, (i) => i % DAY < DAY / 4), [24]],
    [
      'a day through eight hours of zeros',
      seriesOf(
        week.values.map((v, i) => (i > 600 && i < 696 ? 0 : v)),
        STEP,
      ),
      [24],
    ],
    [
      'a day under single samples fifty times too high',
      seriesOf(
        week.values.map((v, i) => (i % 401 ? v : 50 * v)),
        STEP,
      ),
      [24],
    ],
  ])('%s', (_, series, expected) => {
    expect(hours(series)).toEqual(expected);
  });

  it('the same in another unit', () => {
    expect(
      hours(
        seriesOf(
          week.values.map((value) => value * 1e9),
          STEP,
        ),
      ),
    ).toEqual([24]);
    expect(
      hours(
        seriesOf(
          week.values.map((value) => value * 1e-9),
          STEP,
        ),
      ),
    ).toEqual([24]);
  });

  it('a day in a hundred different daily loads of a week', () => {
    for (let seed = 1; seed <= 100; seed++) expect(hours(dailyLoad(seed, 7, { stepMs: STEP }))).toEqual([24]);
  });
});

describe('findSeasons finds none in', () => {
  it.each<[string, Series]>([
    ['nothing', seriesOf([])],
    ['one sample', seriesOf([5])],
    ['nothing but gaps', generate(7 * DAY, STEP, () => NaN)],
    ['zeros', generate(7 * DAY, STEP, () => 0)],
    ['a constant that is no binary number', generate(7 * DAY, STEP, () => 0.1)],
    ['a line', generate(7 * DAY, STEP, (i) => 100 + i)],
    ['a falling line', generate(7 * DAY, STEP, (i) => 3_000 - i)],
    ['exponential growth', generate(7 * DAY, STEP, (i) => Math.exp(i / 300))],
    ['one step', generate(7 * DAY, STEP, (i) => (i < 1_000 ? 100 : 400))],
    ['one day of a daily curve: it has not come again', dailyLoad(1, 1, { stepMs: STEP })],
  ])('%s', (_, series) => {
    expect(findSeasons(series)).toEqual([]);
  });

  // The share of loads without a season in which one is seen all the same. The seeds are fixed, so the share is too.
  const chance: [string, number, (seed: number) => Series][] = [
    ['a week of white noise', 0, (seed) => whiteNoise(seed, 7 * DAY, STEP)],
    ['a week of a random walk', 0.01, (seed) => randomWalk(seed, 7 * DAY, STEP)],
    ['a week of unpredictable steps', 0.03, (seed) => staircase(seed, 7 * DAY, STEP)],
    ['a week of a trend under noise', 0.01, (seed) => withTrend(whiteNoise(seed, 7 * DAY, STEP))],
    // With two days, half of the series is all there is to compare a day with.
    ['two days of a random walk', 0.08, (seed) => randomWalk(seed, 2 * DAY, STEP)],
    ['two days of white noise', 0.1, (seed) => whiteNoise(seed, 2 * DAY, STEP)],
  ];
  it.each(chance)('%s, but for a share of at most %d', (_, share, generated) => {
    const seeds = 300;
    let wrong = 0;
    for (let seed = 1; seed <= seeds; seed++) if (findSeasons(generated(seed)).length > 0) wrong++;
    expect(wrong / seeds).toBeLessThanOrEqual(share);
  });

  function withTrend(series: Series): Series {
    return seriesOf(
      series.values.map((value, i) => value + i),
      series.stepMs,
    );
  }
});

describe('findSeasons returns', () => {
  it('whole steps of at least an hour that come at least twice within the series, all different', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const length = 100 + 37 * seed;
      for (const series of [dailyLoad(seed, 9, { stepMs: STEP }), randomWalk(seed, length, STEP), batch(seed, 3, 20)]) {
        const seasons = findSeasons(series);
        expect(new Set(seasons).size).toBe(seasons.length);
        for (const season of seasons) {
          expect(Number.isInteger(season)).toBe(true);
          expect(season * STEP).toBeGreaterThanOrEqual(HOUR_MS);
          expect(2 * season).toBeLessThanOrEqual(series.length);
        }
      }
    }
  });

  it('the same for the same series, and leaves it as it was', () => {
    const series = dailyLoad(1, 7, { stepMs: STEP });
    const before = series.values.slice();
    expect(findSeasons(series)).toEqual(findSeasons(series));
    expect(series.values).toEqual(before);
  });
});
