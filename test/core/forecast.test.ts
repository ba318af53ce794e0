import { describe, expect, it } from 'vitest';
import { DEFAULT_LEVELS, Forecast, type ForecastProps } from '../../src/core/forecast.js';

const PROPS: ForecastProps = {
  model: 'ridge',
  originMs: 1_000,
  stepMs: 100,
  levels: [0.5, 0.9],
  values: [Float64Array.of(1, 2, 3), Float64Array.of(10, 20, 30)],
};
const forecast = new Forecast(PROPS);

describe('a forecast', () => {
  it('knows its times: point k lies k + 1 steps after the origin', () => {
    expect([forecast.horizonSteps, forecast.endMs]).toEqual([3, 1_300]);
    expect([0, 1, 2].map((k) => forecast.targetMs(k))).toEqual([1_100, 1_200, 1_300]);
  });

  it('cannot be changed', () => {
    expect(Object.isFrozen(forecast)).toBe(true);
    expect(Object.isFrozen(forecast.levels)).toBe(true);
    expect(Object.isFrozen(forecast.values)).toBe(true);
  });

  it('does not follow the lists it was made from', () => {
    const levels = [0.5];
    const values = [Float64Array.of(1)];
    const mine = new Forecast({ ...PROPS, levels, values });
    levels.push(0.9);
    values.pop();
    expect(mine.levels).toEqual([0.5]);
    expect(mine.values).toHaveLength(1);
  });

  it('may have equal quantiles, negative values and a single step', () => {
    const values = [Float64Array.of(-5), Float64Array.of(-5)];
    expect(new Forecast({ ...PROPS, values }).quantile(0.7)[0]).toBe(-5);
  });

  it.each<[string, Partial<ForecastProps>, string]>([
    ['an origin that is not finite', { originMs: NaN }, 'originMs must be finite, got NaN'],
    ['no step', { stepMs: 0 }, 'stepMs must be > 0, got 0'],
    ['an infinite step', { stepMs: Infinity }, 'stepMs must be > 0, got Infinity'],
    ['no levels', { levels: [], values: [] }, '0 levels need as many value arrays, got 0'],
    ['more levels than values', { levels: [0.1, 0.5, 0.9] }, '3 levels need as many value arrays, got 2'],
    ['levels out of order', { levels: [0.9, 0.5] }, 'levels must ascend within (0, 1), got 0.9, 0.5'],
    ['a level twice', { levels: [0.5, 0.5] }, 'levels must ascend within (0, 1), got 0.5, 0.5'],
    ['a level of 0', { levels: [0, 0.5] }, 'levels must ascend within (0, 1), got 0, 0.5'],
    ['a level of 1', { levels: [0.5, 1] }, 'levels must ascend within (0, 1), got 0.5, 1'],
    ['a level in per cent', { levels: [0.5, 90] }, 'levels must ascend within (0, 1), got 0.5, 90'],
    ['a level that is not a number', { levels: [NaN, 0.5] }, 'levels must ascend within (0, 1), got NaN, 0.5'],
    ['no steps', { values: [new Float64Array(), new Float64Array()] }, 'a forecast needs at least one step'],
    [
      'rows of different length',
      { values: [Float64Array.of(1, 2), Float64Array.of(3)] },
      'level 0.9 has 1 steps, level 0.5 has 2',
    ],
    [
      'a value that is not a number',
      { values: [Float64Array.of(1, NaN), Float64Array.of(3, 4)] },
      'level 0.5, step 2: NaN is not finite',
    ],
    [
      'an infinite value',
      { values: [Float64Array.of(1, 2), Float64Array.of(3, Infinity)] },
      'level 0.9, step 2: Infinity is not finite',
    ],
    [
      'quantiles that cross',
      { values: [Float64Array.of(1, 2), Float64Array.of(3, 1.5)] },
      'quantiles cross at step 2: level 0.9 is below level 0.5',
    ],
  ])('cannot have %s', (_, changes, message) => {
    expect(() => new Forecast({ ...PROPS, ...changes })).toThrow(new RangeError(message));
  });
});

describe('quantile', () => {
  it('is what is stored at a stored level', () => {
    expect(forecast.quantile(0.9)).toBe(forecast.values[1]);
  });

  it('is interpolated between two', () => {
    // 0.8 is three quarters of the way from 0.5 to 0.9: 1 + 0.75 * 9 = 7.75, 2 + 0.75 * 18 = 15.5, 3 + 0.75 * 27.
    const between = [...forecast.quantile(0.8)];
    [7.75, 15.5, 23.25].forEach((value, k) => {
      expect(between[k]).toBeCloseTo(value, 12);
    });
  });

  it.each([0.49, 0.91, 0, 1, 90, -1, NaN])('does not extrapolate to %d', (level) => {
    expect(() => forecast.quantile(level)).toThrow(
      new RangeError(`level ${level} is outside the stored levels 0.5 to 0.9`),
    );
  });

  it('has one level too', () => {
    const single = new Forecast({ ...PROPS, levels: [0.9], values: [Float64Array.of(7)] });
    expect([...single.quantile(0.9)]).toEqual([7]);
    expect(() => single.quantile(0.5)).toThrow(RangeError);
  });
});

describe('at', () => {
  it.each([
    ['at a point', 1_200, 20],
    ['at the first point', 1_100, 10],
    ['at the last point', 1_300, 30],
    ['between two points', 1_225, 22.5],
    ['at the origin, of which nothing is forecast', 1_000, NaN],
    ['between the origin and the first point', 1_099, NaN],
    ['after the last point', 1_301, NaN],
    ['at no time', NaN, NaN],
  ])('%s', (_, timeMs, value) => {
    expect(forecast.at(timeMs, 0.9)).toBe(value);
  });

  it('throws on a level that is not there', () => {
    expect(() => forecast.at(1_200, 0.99)).toThrow(RangeError);
  });
});

describe('the default levels', () => {
  it('are quantile levels around the median, and hold the level served by default', () => {
    expect(DEFAULT_LEVELS).toContain(0.5);
    expect(DEFAULT_LEVELS).toContain(0.9);
    expect(Object.isFrozen(DEFAULT_LEVELS)).toBe(true);
    const values = DEFAULT_LEVELS.map((level) => Float64Array.of(level));
    expect(() => new Forecast({ ...PROPS, levels: DEFAULT_LEVELS, values })).not.toThrow();
  });
});

describe('the highest value of a window', () => {
  const windowed = new Forecast({
    ...PROPS,
    windowMaxima: [
      { steps: 2, values: Float64Array.of(2, 20) },
      { steps: 4, values: Float64Array.of(4, 40) },
    ],
  });

  it.each([
    ['of the shortest window that reaches a moment', 1_150, 0.9, 20],
    ['of the window that ends then', 1_200, 0.5, 2],
    ['of the next one after that', 1_201, 0.5, 4],
    ['between two levels', 1_400, 0.7, 22],
  ])('is that %s', (_, timeMs, level, expected) => {
    expect(windowed.highestUntil(timeMs, level)).toBeCloseTo(expected, 12);
  });

  it('is not known where none was forecast, nor beyond the longest, and never beyond the levels', () => {
    expect(forecast.highestUntil(1_100, 0.5)).toBeNaN();
    expect(windowed.highestUntil(1_401, 0.5)).toBeNaN();
    expect(() => windowed.highestUntil(1_100, 0.99)).toThrow(RangeError);
  });

  it.each([
    [
      'descend',
      [
        { steps: 2, values: Float64Array.of(1, 2) },
        { steps: 2, values: Float64Array.of(1, 2) },
      ],
    ],
    ['have no length', [{ steps: 0, values: Float64Array.of(1, 2) }]],
    ['lack a level', [{ steps: 1, values: Float64Array.of(1) }]],
    ['cross', [{ steps: 1, values: Float64Array.of(2, 1) }]],
    ['are not finite', [{ steps: 1, values: Float64Array.of(1, NaN) }]],
  ])('is refused where windows %s', (_, windowMaxima) => {
    expect(() => new Forecast({ ...PROPS, windowMaxima })).toThrow(RangeError);
  });
});
