import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../../src/core/duration.js';
import type { FitOptions, FittedForecaster } from '../../../src/core/forecaster.js';
import { LARGEST_LOAD, type Series } from '../../../src/core/series.js';
import { ridge } from '../../../src/forecast/ridge/ridge.js';
import { withWindowMaxima } from '../../../src/forecast/window-maximum/with-window-maxima.js';
import { dailyLoad, generate, withGaps } from '../generators.js';

const STEP_MS = 5 * MINUTE_MS;
const DAY = 288;
const WINDOW = 6;
const OPTIONS: FitOptions = { horizonSteps: 12, levels: [0.1, 0.5, 0.9], seasonSteps: [DAY], windowSteps: [WINDOW] };
const forecaster = withWindowMaxima(ridge, null);
const load = dailyLoad(3, 7, { stepMs: STEP_MS });

function maximaOf(model: FittedForecaster) {
  return model.forecast().windowMaxima.map(({ steps, values }) => ({ steps, values: [...values] }));
}

function until(series: Series, length: number): Series {
  return series.between(series.startMs, series.timeAt(length));
}

describe('a forecaster with window maxima', () => {
  it('forecasts each window asked for once, shortest first, beside the same path', () => {
    const forecast = forecaster.fit(load, { ...OPTIONS, windowSteps: [12, 3, 12] }).forecast();
    expect(forecast.windowMaxima.map(({ steps }) => steps)).toEqual([3, 12]);
    expect(forecast.values).toEqual(ridge.fit(load, OPTIONS).forecast().values);
    for (const { values } of forecast.windowMaxima) expect([...values]).toEqual([...values].sort((a, b) => a - b));
  });

  it('is the forecaster as it is where no window is asked for', () => {
    const plain: FitOptions = { horizonSteps: 12, levels: OPTIONS.levels, seasonSteps: [DAY] };
    const state = forecaster.fit(load, plain).toJSON();
    expect(state).toEqual(ridge.fit(load, plain).toJSON());
    expect(maximaOf(forecaster.restore(state))).toEqual([]);
  });

  it.each([
    ['a load without gaps', load],
    ['a load with gaps', withGaps(load, (i) => i % 100 < 7)],
  ])('comes to the same by updates as by a fit: %s', (_, series) => {
    const half = forecaster.fit(until(series, 4 * DAY), OPTIONS);
    // The seasons depend on how much was known at the fit: the same from there on.
    const whole = forecaster.restore(forecaster.fit(until(series, 4 * DAY), OPTIONS).toJSON());
    for (let i = 4 * DAY; i < series.length; i++) {
      half.update(series.values[i]!);
      whole.update(series.values[i]!);
      if (i % 97 === 0) expect(maximaOf(whole)).toEqual(maximaOf(half));
    }
    expect(maximaOf(half)).toEqual(maximaOf(forecaster.fit(series, OPTIONS)));
    expect(maximaOf(half)[0]!.values).toHaveLength(3);
  });

  it('refuses the state of another model', () => {
    expect(() => forecaster.restore({ format: 'window-maxima 5', model: 'other' })).toThrow(RangeError);
  });

  it('covers the highest load of the window as often as it says', () => {
    const model = forecaster.fit(until(load, 4 * DAY), OPTIONS);
    const covered = [0, 0, 0];
    let origins = 0;
    for (let i = 4 * DAY; i + WINDOW < load.length; i++) {
      model.update(load.values[i]!);
      const highest = Math.max(...load.values.slice(i + 1, i + 1 + WINDOW));
      const [maximum] = maximaOf(model);
      maximum!.values.forEach((value, l) => (covered[l]! += highest <= value ? 1 : 0));
      origins++;
    }
    // 858 windows, of which 143 are independent: a standard error of 0.03 at the tails.
    covered.forEach((count, l) => {
      expect(Math.abs(count / origins - OPTIONS.levels[l]!)).toBeLessThan(0.09);
    });
  });

  it.each([7, 0, 123_456.789])('forecasts itself for a constant load of %d', (level) => {
    const [maximum] = maximaOf(
      forecaster.fit(
        generate(4 * DAY, STEP_MS, () => level),
        OPTIONS,
      ),
    );
    for (const value of maximum!.values) expect(Math.abs(value - level)).toBeLessThanOrEqual(1e-9 * level);
  });

  it.each([1_000, LARGEST_LOAD / Math.max(...load.values)])('scales with the load, times %d', (factor) => {
    const scaled = generate(load.length, STEP_MS, (i) => factor * load.values[i]!);
    const [small, large] = [load, scaled].map((series) => maximaOf(forecaster.fit(series, OPTIONS))[0]!);
    small!.values.forEach((value, l) => {
      expect(large!.values[l]! / (factor * value)).toBeCloseTo(1, 6);
    });
  });

  it('has no maxima while there is too little to go by', () => {
    const needed = ridge.minSamples(OPTIONS);
    expect(maximaOf(forecaster.fit(until(load, needed), { ...OPTIONS, windowSteps: [200] }))).toEqual([]);
  });
});
