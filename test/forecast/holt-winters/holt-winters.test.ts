import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../../src/core/duration.js';
import { filtered } from '../../../src/forecast/filtered.js';
import { holtWinters, holtWintersWith } from '../../../src/forecast/holt-winters/holt-winters.js';
import { Hindsight } from '../../../src/forecast/holt-winters/hindsight.js';
import { initialState } from '../../../src/forecast/holt-winters/initial-state.js';
import { optimise } from '../../../src/forecast/holt-winters/optimise.js';
import { Smoothing, type Parameters } from '../../../src/forecast/holt-winters/smoothing.js';
import { decodeFloats } from '../../../src/forecast/floats.js';
import { destabilise } from '../../../src/forecast/transform.js';
import { readGolden } from '../../golden/read.js';
import { dailyLoad, generate, seriesOf } from '../generators.js';

interface HoltWintersCase {
  readonly title: string;
  readonly values: readonly number[];
  readonly season: number;
  readonly given: readonly {
    readonly parameters: Omit<Parameters, 'rho'>;
    /** One-step forecasts of the values after the first season. */
    readonly fitted: readonly number[];
    readonly forecast: readonly number[];
  }[];
  /** Mean squared one-step error of the parameters that statsmodels finds. */
  readonly leastSquares: number;
  readonly leads: readonly number[];
  /** Least mean logarithm of the mean squared errors at the leads. */
  readonly leastCriterion: number;
}

const cases = readGolden('holt-winters') as HoltWintersCase[];

describe('Smoothing', () => {
  it.each(cases)(
    'filters and forecasts as statsmodels with the same parameters: $title',
    ({ values, season, given }) => {
      for (const { parameters, fitted, forecast } of given) {
        const initial = initialState(Float64Array.from(values.slice(0, season)), 0);
        const smoothing = new Smoothing({ ...parameters, rho: 0 }, initial, forecast.length);
        fitted.forEach((expected, i) => {
          expect(smoothing.ahead(1)).toBeCloseTo(expected, 9);
          smoothing.push(values[season + i]!);
        });
        forecast.forEach((expected, k) => {
          expect(smoothing.ahead(k + 1)).toBeCloseTo(expected, 9);
        });
      }
    },
  );

  it.each(cases)("adds Taylor's term to that: $title", ({ values, season, given }) => {
    const { parameters, fitted, forecast } = given[0]!;
    const initial = initialState(Float64Array.from(values.slice(0, season)), 0);
    const smoothing = new Smoothing({ ...parameters, rho: 0.5 }, initial, forecast.length);
    for (const value of values.slice(season)) smoothing.push(value);
    const lastError = values.at(-1)! - fitted.at(-1)!;
    forecast.forEach((expected, k) => {
      expect(smoothing.ahead(k + 1)).toBeCloseTo(expected + lastError / 2 ** (k + 1), 9);
    });
  });

  it('lets a gap pass as if what was expected had come, and forgets the error', () => {
    const state = { level: 10, trend: 2, error: 4, season: Float64Array.of(1, -1), phase: 0 };
    const smoothing = new Smoothing({ alpha: 0.5, beta: 0.5, gamma: 0.1, phi: 0.5, rho: 0.5 }, state, 3);
    // Two ahead: 10 + (0.5 + 0.25) 2 - 1 + 0.25 * 4.
    expect(smoothing.ahead(2)).toBe(11.5);
    smoothing.push(NaN);
    expect(smoothing.ahead(1)).toBe(11.5);
    expect(smoothing.state).toMatchObject({ level: 11, trend: 1, error: 2, phase: 1 });
  });
});

describe('initialState', () => {
  it.each([
    ['its mean and what it differs by', [1, 2, 6], 0, 3, [-2, -1, 3]],
    ['smoothed around the circle', [0, 3, 0, 9], 1, 3, [1, -2, 1, 0]],
    ['a gap drawn over', [1, NaN, 3], 0, 2, [-1, 0, 1]],
    ['a gap around the end of the circle', [NaN, 1, 4, NaN], 0, 2.5, [-0.5, -1.5, 1.5, 0.5]],
    ['one known sample', [NaN, 5, NaN], 0, 5, [0, 0, 0]],
  ])('of a season has %s', (_, samples, halfWidth, level, season) => {
    const state = initialState(Float64Array.from(samples), halfWidth);
    expect(state).toMatchObject({ level, trend: 0, error: 0, phase: 0 });
    expect([...state.season].map((value) => Number(value.toFixed(12)) + 0)).toEqual(season);
  });
});

describe('optimise', () => {
  it.each(cases)('does no worse than the least squares of statsmodels: $title', ({ values, season, leastSquares }) => {
    const task = { values: Float64Array.from(values), season, halfWidth: 0, leads: [1] };
    const [error] = new Hindsight(task).meanSquaredErrors(optimise(task));
    // It stops a thousandth from its optimum; the errors' memory is a parameter more, so that it may do better.
    expect(error!).toBeLessThanOrEqual(1.005 * leastSquares);
  });

  it.each(cases)('comes within a hundredth of the best that scipy finds: $title', (golden) => {
    const { values, season, leads, leastCriterion } = golden;
    const task = { values: Float64Array.from(values), season, halfWidth: 0, leads };
    const errors = new Hindsight(task).meanSquaredErrors(optimise(task));
    const criterion = errors.reduce((sum, error) => sum + Math.log(error), 0) / leads.length;
    expect(criterion).toBeGreaterThanOrEqual(leastCriterion - 1e-6);
    expect(criterion).toBeLessThanOrEqual(leastCriterion + 0.01);
  });
});

describe('holt-winters', () => {
  const options = { horizonSteps: 60, levels: [0.5], seasonSteps: [720] };

  it('goes on with a load that repeats itself', () => {
    const shape = (i: number): number => destabilise(20 + 10 * Math.sin((2 * Math.PI * i) / 720));
    const forecast = holtWinters.fit(generate(2_160, 2 * MINUTE_MS, shape), options).forecast();
    // 0.2 %: the initial season is smoothed, and the two seasons since have not quite mended its curvature.
    forecast.values[0]!.forEach((value, k) => {
      expect(Math.abs(value / shape(2_160 + k) - 1)).toBeLessThan(0.002);
    });
  });

  it('knows nothing of the newest two fifths of the history when it chooses its parameters', () => {
    const load = dailyLoad(1, 4);
    const other = load.values.map((value, i) => (i < 0.6 * load.length ? value : 1_000 - value));
    const optimumOf = (values: Float64Array): unknown =>
      (holtWinters.fit(seriesOf(values), options).toJSON() as { filter: { settings: unknown } }).filter.settings;
    expect(optimumOf(other)).toEqual(optimumOf(load.values));
    expect(optimumOf(load.values)).toMatchObject({ optimisedSteps: 0.6 * load.length });
  });

  it('makes its band from what it got wrong after the part that its parameters come from', () => {
    const load = dailyLoad(1, 4);
    const { residuals } = holtWinters.fit(load, options).toJSON() as { residuals: { residuals: string }[] };
    // One step ahead, every sample of the last two fifths is judged.
    expect(decodeFloats(residuals[0]!.residuals).length).toBe(0.4 * load.length);
  });

  it('goes on with the parameters it is given', () => {
    const load = dailyLoad(1, 3);
    const parameters = { alpha: 0.01, beta: 0.01, gamma: 0.2, phi: 0.9, rho: 0.5 };
    const fitted = filtered(holtWintersWith({ parameters, optimisedSteps: 800 })).fit(load, options);
    expect(fitted.toJSON()).toMatchObject({ model: 'holt-winters', filter: { settings: { parameters } } });
    expect(fitted.forecast().values).not.toEqual(holtWinters.fit(load, options).forecast().values);
  });
});
