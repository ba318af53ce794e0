import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/core/duration.js';
import { baselines } from '../../src/evaluate/baselines.js';
import { STEP_MS, seriesOf } from './stubs.js';

function forecastOf(name: string, values: number[], horizonSteps: number): number[] {
  const baseline = baselines(STEP_MS).find((candidate) => candidate.name === name)!;
  const fitted = baseline.fit(seriesOf(...values), { horizonSteps, levels: [0.5], seasonSteps: [] });
  return [...fitted.forecast().values[0]!];
}

// A step is 6 hours, so a day is four steps.
describe('naive', () => {
  it.each([
    ['repeats the last value', [1, 2, 7], [7, 7]],
    ['repeats the last known value after a gap', [1, 7, NaN, NaN], [7, 7]],
  ])('%s', (_, values, expected) => {
    expect(forecastOf('naive', values, expected.length)).toEqual(expected);
  });
});

describe('seasonal-naive-1d', () => {
  it.each([
    ['repeats the last day', [9, 1, 2, 3, 4], [1, 2, 3, 4]],
    ['repeats it again beyond a day', [1, 2, 3, 4], [1, 2, 3, 4, 1, 2]],
    ['goes back another day where there is a gap', [1, 2, 3, 4, 5, NaN, 7, 8], [5, 2, 7, 8]],
    ['takes the last known value where no day has one', [NaN, 2, 3, 4], [4, 2, 3, 4]],
  ])('%s', (_, values, expected) => {
    expect(forecastOf('seasonal-naive-1d', values, expected.length)).toEqual(expected);
  });

  it('needs a day of samples', () => {
    const options = { horizonSteps: 1, levels: [0.5], seasonSteps: [] };
    expect(baselines(STEP_MS).map((baseline) => [baseline.name, baseline.minSamples(options)])).toEqual([
      ['naive', 1],
      ['seasonal-naive-1d', 4],
    ]);
  });

  it.each([
    ['rounds a day to whole steps', 7 * HOUR_MS, 3], // 24 / 7 = 3.4
    ['is there with steps of a day', DAY_MS, 1],
  ])('%s', (_, stepMs, expected) => {
    const seasonal = baselines(stepMs)[1]!;
    expect(seasonal.minSamples({ horizonSteps: 1, levels: [0.5], seasonSteps: [] })).toBe(expected);
  });

  it('is left out when a step is longer than a day', () => {
    expect(baselines(7 * DAY_MS).map((baseline) => baseline.name)).toEqual(['naive']);
  });
});

it('baselines forecast the same at every level', () => {
  const options = { horizonSteps: 2, levels: [0.1, 0.5, 0.99], seasonSteps: [] };
  for (const baseline of baselines(STEP_MS)) {
    const forecast = baseline.fit(seriesOf(1, 2, 3, 4, 5), options).forecast();
    expect(forecast.model).toBe(baseline.name);
    expect(forecast.values[0]).toEqual(forecast.values[2]);
  }
});
