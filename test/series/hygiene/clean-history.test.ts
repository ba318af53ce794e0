import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/duration.js';
import { DEFAULT_LEVELS } from '../../../src/core/forecast.js';
import { Series } from '../../../src/core/series.js';
import { allForecasters, forecasterByName } from '../../../src/forecast/registry.js';
import { cleanHistory, type HygieneOptions } from '../../../src/series/hygiene/clean-history.js';
import { findSeasons } from '../../../src/series/seasonality.js';
import { dailyLoad } from '../../forecast/generators.js';
import { at, loadTest, outage, withEvents } from './planted.js';

const STEP = 5 * MINUTE_MS;
const DAY = 288;
const OPTIONS: HygieneOptions = { ignoreWindows: [], seasonSteps: [DAY] };
const fortnight = dailyLoad(1, 14, { stepMs: STEP });
const week = fortnight.between(fortnight.startMs, fortnight.startMs + at(7, 0));

/** The series with one value for a while. */
function withLevel(series: Series, atMs: number, forMs: number, level: number): Series {
  return new Series(
    series.startMs,
    STEP,
    series.values.map((value, i) => (i * STEP >= atMs && i * STEP < atMs + forMs ? level : value)),
  );
}

describe('cleanHistory', () => {
  it('returns the series itself when there is nothing to mask', () => {
    const { series, masks } = cleanHistory(week, OPTIONS);
    expect(series).toBe(week);
    expect(masks).toEqual([]);
  });

  it('makes gaps of everything that it masks and of nothing else, in order of time', () => {
    const spoilt = withEvents(week, outage(at(3, 14)), loadTest(at(5, 10)));
    spoilt.values[100] = -1;
    const ignoreWindows = [{ fromMs: week.startMs + at(4, 0), toMs: week.startMs + at(4, 1) }];
    const { series, masks } = cleanHistory(spoilt, { ...OPTIONS, ignoreWindows, saturation: 5_000 });
    expect(masks.map(({ kind }) => kind)).toEqual(['counter-reset', 'outage', 'ignored', 'surge']);
    series.values.forEach((value, i) => {
      const timeMs = series.timeAt(i);
      const isMasked = masks.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs <= toMs);
      expect(value).toEqual(isMasked ? NaN : spoilt.values[i]);
    });
  });

  it('masks a plateau only where a limit is known', () => {
    const capped = withLevel(week, at(3, 10), 3 * HOUR_MS, 600);
    const kinds = (options: Partial<HygieneOptions>): string[] =>
      cleanHistory(capped, { ...OPTIONS, ...options }).masks.map(({ kind }) => kind);
    expect(kinds({})).toEqual([]);
    expect(kinds({ saturation: 600 })).toEqual(['saturation']);
  });

  it('names an ignored window, and one that lies elsewhere not', () => {
    const window = { fromMs: week.startMs + at(2, 8), toMs: week.startMs + at(2, 10) };
    const elsewhere = { fromMs: week.startMs - at(2, 0), toMs: week.startMs - 1 };
    expect(cleanHistory(week, { ...OPTIONS, ignoreWindows: [window, elsewhere] }).masks).toEqual([
      { ...window, kind: 'ignored', reason: 'configured in ignoreWindows' },
    ]);
  });

  it('leaves its input as it was', () => {
    const spoilt = withEvents(week, outage(at(3, 14)));
    const before = spoilt.values.slice();
    cleanHistory(spoilt, OPTIONS);
    expect(spoilt.values).toEqual(before);
  });
});

describe('an outage of 2 h and a load test of five times the load in week one', () => {
  const spoiltWeek = withEvents(week, outage(at(2, 14)), loadTest(at(4, 10)));
  const later = fortnight.between(week.endMs, fortnight.endMs).values;

  /** Medians of a forecast every two hours of week two, from a model that was fitted at the end of week one. */
  function secondWeek(name: string, history: Series): number[] {
    const options = { horizonSteps: 24, levels: DEFAULT_LEVELS, seasonSteps: findSeasons(history) };
    const model = forecasterByName(name).fit(history, options);
    const medians: number[] = [];
    later.forEach((value, i) => {
      model.update(value);
      if (i % 24 === 0) medians.push(...model.forecast().quantile(0.5));
    });
    return medians;
  }

  /** Sum of the differences, as a share of the sum. */
  function change(before: readonly number[], after: readonly number[]): number {
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
    return sum(before.map((value, i) => Math.abs(value - after[i]!))) / sum(before);
  }

  const clean = (series: Series): Series =>
    cleanHistory(series, { ...OPTIONS, seasonSteps: findSeasons(series) }).series;

  it.each(allForecasters().map(({ name }) => name))(
    'change the forecasts of %s in week two by less than 5 %%',
    (name) => {
      expect(change(secondWeek(name, clean(week)), secondWeek(name, clean(spoiltWeek)))).toBeLessThan(0.05);
    },
  );

  it('would change those of the default model by more than that without hygiene', () => {
    expect(change(secondWeek('ridge', week), secondWeek('ridge', spoiltWeek))).toBeGreaterThan(0.05);
  });
});
