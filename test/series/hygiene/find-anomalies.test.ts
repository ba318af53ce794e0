import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../src/core/duration.js';
import type { MaskKind } from '../../../src/core/history-mask.js';
import { Series } from '../../../src/core/series.js';
import { findAnomalies } from '../../../src/series/hygiene/find-anomalies.js';
import { findSeasons } from '../../../src/series/seasonality.js';
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
} from '../../forecast/generators.js';
import { at, loadTest, outage, withEvents, type Event } from './planted.js';

const STEP = 5 * MINUTE_MS;
const WEEK = dailyLoad(1, 7, { stepMs: STEP });

const anomalies = (series: Series): ReturnType<typeof findAnomalies> => findAnomalies(series, findSeasons(series));
const kinds = (series: Series): MaskKind[] => anomalies(series).map(({ kind }) => kind);

describe('findAnomalies finds', () => {
  it.each<[string, Series, Event[]]>([
    ['an outage and a load test', WEEK, [outage(at(2, 14)), loadTest(at(4, 10))]],
    ['them in another order', WEEK, [loadTest(at(1, 20)), outage(at(5, 9))]],
    ['them at a step of 30 s', dailyLoad(2, 4, { stepMs: 30 * SECOND_MS }), [outage(at(1, 14)), loadTest(at(2, 10))]],
    ['them at a step of 2 min', dailyLoad(3, 7), [outage(at(2, 14)), loadTest(at(4, 10))]],
    ['them at a step of 15 min', dailyLoad(4, 7, { stepMs: 15 * MINUTE_MS }), [outage(at(2, 14)), loadTest(at(4, 10))]],
    ['them at a step of an hour', dailyLoad(5, 14, { stepMs: HOUR_MS }), [outage(at(2, 14)), loadTest(at(4, 10))]],
    ['them at a step that does not divide the hour', dailyLoad(6, 7, { stepMs: 7.5 * MINUTE_MS }), [outage(at(2, 15))]],
    ['an outage of 20 minutes', WEEK, [outage(at(3, 12), 20 * MINUTE_MS)]],
    ['an outage of five hours', WEEK, [outage(at(3, 9), 5 * HOUR_MS)]],
    ['a load test at night', WEEK, [loadTest(at(3, 2), HOUR_MS, 8)]],
    ['a load test over midnight', WEEK, [loadTest(at(2, 23))]],
    ['them in a load that grows', generate(7 * 288, STEP, grow), [outage(at(2, 14)), loadTest(at(4, 10))]],
    ['them in a load without a season', whiteNoise(7, 7 * 288, STEP), [outage(at(2, 14)), loadTest(at(4, 10))]],
    [
      'them in a load with quiet weekends',
      dailyLoad(8, 14, { stepMs: STEP, weekend: 0.4 }),
      [outage(at(2, 14)), loadTest(at(6, 10))],
    ],
    ['an outage in a load with gaps', withGaps(WEEK, (i) => i % 3 === 0), [outage(at(2, 14))]],
    ['an outage in three days of history', dailyLoad(9, 3, { stepMs: STEP }), [outage(at(1, 14))]],
  ])('%s, from edge to edge and little more', (_, series, events) => {
    const found = anomalies(withEvents(series, ...events));
    const expected = events.toSorted((a, b) => a.atMs - b.atMs);
    expect(found.map(({ kind }) => kind)).toEqual(expected.map(({ factor }) => (factor === 0 ? 'outage' : 'surge')));
    found.forEach(({ fromMs, toMs }, i) => {
      const startMs = series.startMs + expected[i]!.atMs;
      const lastMs = startMs + expected[i]!.forMs - series.stepMs;
      const slackMs = Math.max(15 * MINUTE_MS, 2 * series.stepMs);
      expect(fromMs).toBeLessThanOrEqual(startMs);
      expect(fromMs).toBeGreaterThanOrEqual(startMs - slackMs);
      expect(toMs).toBeGreaterThanOrEqual(lastMs);
      expect(toMs).toBeLessThanOrEqual(lastMs + slackMs);
    });
  });

  it('a retry storm together with the outage before it', () => {
    const storm = { atMs: at(2, 16), forMs: 20 * MINUTE_MS, factor: 4 };
    const found = anomalies(withEvents(WEEK, outage(at(2, 14)), storm));
    expect(found).toHaveLength(1);
    expect(found[0]!.toMs).toBeGreaterThanOrEqual(WEEK.startMs + at(2, 16) + 15 * MINUTE_MS);
  });

  it('says what, how much and how long', () => {
    const steady = generate(7 * 288, STEP, () => 230);
    const series = withEvents(steady, loadTest(at(2, 6), 2 * HOUR_MS, 5.1), outage(at(4, 6), 90 * MINUTE_MS));
    const minute = series.startMs + 5 * MINUTE_MS;
    expect(findAnomalies(series, [])).toEqual([
      {
        kind: 'surge',
        // One bucket of 5 minutes more on either side.
        fromMs: series.startMs + at(2, 6) - STEP,
        toMs: minute + at(2, 8) - STEP,
        reason: 'up to 5.1 times the usual 230, for 2h',
      },
      {
        kind: 'outage',
        fromMs: series.startMs + at(4, 6) - STEP,
        toMs: minute + at(4, 7.5) - STEP,
        reason: 'down to 0 times the usual 230, for 1h30m',
      },
    ]);
  });
});

/** Twice as much after a week. */
function grow(i: number): number {
  return (1 + i / 2_016) * (100 + 400 * wave(i * STEP));
}

/** Open from 9 to 21 o'clock on the days that `isOpen` names. */
function shop(days: number, isOpen: (day: number) => boolean): Series {
  const random = dice(11);
  return generate(days * 288, STEP, (i) => {
    const hour = ((i * STEP) % DAY_MS) / HOUR_MS;
    return isOpen(Math.floor(i / 288)) && hour >= 9 && hour < 21 ? 200 + 10 * random.normal() : 0;
  });
}

/** Bursts of half an hour to eight times the load, `perDay` a day, at times that nobody knows. */
function bursts(perDay: number): Series {
  const random = dice(12);
  let left = 0;
  return generate(7 * 288, STEP, () => {
    if (random.uniform() < perDay / 288) left = 6;
    return (left-- > 0 ? 800 : 100) + 5 * random.normal();
  });
}

describe('findAnomalies leaves alone', () => {
  const levelFrom = (day: number, factor: number): Series =>
    withEvents(WEEK, { atMs: at(day, 11), forMs: Infinity, factor });
  const sparse = dice(10);
  it.each<[string, Series]>([
    ['a load as it is every day', WEEK],
    ['nights that are really empty', shop(7, () => true)],
    ['a shop that is closed on Sundays', shop(7, (day) => day % 7 !== 6)],
    ['an office that is closed at weekends', shop(14, (day) => day % 7 < 5)],
    ['quiet weekends', dailyLoad(2, 14, { stepMs: STEP, weekend: 0.05 })],
    [
      'a weekly peak',
      withEvents(dailyLoad(3, 14, { stepMs: STEP }), loadTest(at(3, 20), HOUR_MS), loadTest(at(10, 20), HOUR_MS)),
    ],
    ['a job at the same hour of two days', withEvents(WEEK, loadTest(at(1, 3)), loadTest(at(4, 3)))],
    ['maintenance at the same hour of two days', withEvents(WEEK, outage(at(1, 12)), outage(at(4, 12)))],
    ['a load of one event an hour', generate(7 * 288, STEP, () => sparse.poisson(1 / 12))],
    ['a load of an event a minute at noon', generate(7 * 288, STEP, (i) => sparse.poisson(5 * wave(i * STEP)))],
    ['a bursty load', bursts(3)],
    ['a load with a burst a day', bursts(1)],
    ['a load that jumps between levels', staircase(4, 7 * 288, STEP)],
    ['a random walk', randomWalk(5, 7 * 288, STEP)],
    ['a level that rises and stays', levelFrom(4, 5)],
    ['a level that falls and stays', levelFrom(4, 0.05)],
    ['a service that is switched off and stays off', levelFrom(5, 0)],
    ['a level that rises shortly before the end', levelFrom(6, 5)],
    ['half a day off', withEvents(WEEK, outage(at(3, 8), 8 * HOUR_MS))],
    ['a load of twice the usual', withEvents(WEEK, loadTest(at(3, 10), 2 * HOUR_MS, 2))],
    ['a load of half the usual', withEvents(WEEK, loadTest(at(3, 10), 2 * HOUR_MS, 0.5))],
    ['a single sample', withEvents(WEEK, outage(at(3, 10), STEP), loadTest(at(4, 10), STEP))],
    ['an outage at the end', withEvents(WEEK, outage(at(6, 22.5)))],
    ['a load test at the end', withEvents(WEEK, loadTest(at(6, 22.5)))],
    ['an outage that ended 20 minutes ago', withEvents(WEEK, outage(at(6, 22) - 20 * MINUTE_MS))],
    ['what was going on at the start', withEvents(WEEK, outage(at(0, 0)), loadTest(at(0, 4), -1))],
    ['two days of history', withEvents(dailyLoad(6, 2, { stepMs: STEP }), outage(at(1, 10)))],
    ['nothing but zeros', generate(7 * 288, STEP, () => 0)],
    ['a load that goes below zero', generate(7 * 288, STEP, (i) => 100 * (wave(i * STEP) - 0.5))],
    ['nothing but gaps', generate(7 * 288, STEP, () => NaN)],
    ['no samples', seriesOf([], STEP)],
  ])('%s', (_, series) => {
    expect(kinds(series)).toEqual([]);
  });

  it('everyday loads, whatever their size and shape: property', () => {
    // Of a level of five or ten with nothing but noise upon it, one in some hundred weeks has an hour that looks like an event.
    const shapes = fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      base: fc.double({ min: 50, max: 1_000, noNaN: true }),
      height: fc.double({ min: 0, max: 5_000, noNaN: true }),
      weekend: fc.double({ min: 0, max: 2, noNaN: true }),
    });
    fc.assert(
      fc.property(shapes, ({ seed, ...shape }) => {
        expect(kinds(dailyLoad(seed, 7, { stepMs: 10 * MINUTE_MS, ...shape }))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});

describe('findAnomalies', () => {
  const series = withEvents(WEEK, outage(at(2, 14)), loadTest(at(4, 10)));

  it('finds the same in other units and at other times: property', () => {
    const found = findAnomalies(series, [288]);
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.integer(), (factor, shiftMs) => {
        const other = new Series(
          series.startMs + shiftMs,
          STEP,
          series.values.map((value) => value * factor),
        );
        const there = findAnomalies(other, [288]);
        expect(there.map(({ fromMs, toMs, kind }) => [fromMs - shiftMs, toMs - shiftMs, kind])).toEqual(
          found.map(({ fromMs, toMs, kind }) => [fromMs, toMs, kind]),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('masks an event as soon as the load has been back for half an hour', () => {
    const endMs = series.startMs + at(4, 12);
    const until = (timeMs: number): MaskKind[] => kinds(series.between(series.startMs, timeMs));
    expect(until(endMs)).toEqual(['outage']);
    expect(until(endMs + 20 * MINUTE_MS)).toEqual(['outage']);
    expect(until(endMs + 40 * MINUTE_MS)).toEqual(['outage', 'surge']);
  });

  it('survives any series: property', () => {
    const values = fc.array(fc.oneof(fc.double({ min: -1e9, max: 1e9 }), fc.constant(0)), { maxLength: 200 });
    fc.assert(
      fc.property(values, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 2 }), (samples, seasons) => {
        const load = seriesOf(samples, HOUR_MS);
        for (const { fromMs, toMs, reason } of findAnomalies(load, seasons)) {
          expect(fromMs).toBeGreaterThanOrEqual(load.startMs);
          expect(toMs).toBeLessThanOrEqual(load.lastMs);
          expect(toMs).toBeGreaterThanOrEqual(fromMs);
          expect(reason).not.toContain('unknown');
        }
      }),
    );
  });
});
