import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Forecast } from '../../src/core/forecast.js';
import { forecastWindow, leadWindowSteps } from '../../src/scaling/forecast-window.js';

/** From an origin at 1,000 on, every 100 ms: 1,100 to 1,500. */
const forecast = new Forecast({
  model: 'ridge',
  originMs: 1_000,
  stepMs: 100,
  levels: [0.5, 0.9],
  values: [Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(10, 20, 30, 40, 50)],
});
const settings = { quantile: 0.9, leadTimeMs: 200, targetPerReplica: 10, maxReplicaCount: 4 };

describe('forecastWindow', () => {
  const cases: [string, { atMs: number; leadTimeMs: number }, number[]][] = [
    ['from the origin, the points up to the end of the lead time', { atMs: 1_000, leadTimeMs: 200 }, [1_100, 1_200]],
    ['a lead time between two points takes in the later one', { atMs: 1_000, leadTimeMs: 201 }, [1_100, 1_200, 1_300]],
    ['a lead time shorter than a step still sees one point', { atMs: 1_000, leadTimeMs: 1 }, [1_100]],
    ['no lead time at all still sees one point', { atMs: 1_000, leadTimeMs: 0 }, [1_100]],
    ['a point at the present moment is the past', { atMs: 1_100, leadTimeMs: 100 }, [1_200]],
    ['between two points, from the next one on', { atMs: 1_150, leadTimeMs: 100 }, [1_200, 1_300]],
    ['a point exactly at the end is the last one', { atMs: 1_150, leadTimeMs: 50 }, [1_200]],
    ['across the end, what is left', { atMs: 1_350, leadTimeMs: 5_000 }, [1_400, 1_500]],
    ['at the last point, nothing', { atMs: 1_500, leadTimeMs: 200 }, []],
    ['long after it, nothing', { atMs: 9_000, leadTimeMs: 200 }, []],
    ['before the origin, from the first point on', { atMs: 500, leadTimeMs: 700 }, [1_100, 1_200]],
  ];
  it.each(cases)('%s', (_, { atMs, leadTimeMs }, times) => {
    const { points } = forecastWindow(forecast, { ...settings, leadTimeMs }, atMs);
    expect(points).toEqual(times.map((timeMs) => ({ timeMs, value: (timeMs - 1_000) / 10 })));
  });

  it('carries what a reason needs to name', () => {
    const window = forecastWindow(forecast, settings, 1_000);
    expect(window).toMatchObject({ model: 'ridge', originMs: 1_000, endMs: 1_500, level: 0.9 });
  });

  it('is of the level asked for, also between two stored ones', () => {
    // Halfway from 0.5 to 0.9: (1 + 10) / 2 and (2 + 20) / 2.
    const { points, level } = forecastWindow(forecast, { ...settings, quantile: 0.7 }, 1_000);
    expect(level).toBe(0.7);
    expect(points[0]!.value).toBeCloseTo(5.5, 12);
    expect(points[1]!.value).toBeCloseTo(11, 12);
  });

  it('throws on a level that the forecast does not have', () => {
    expect(() => forecastWindow(forecast, { ...settings, quantile: 0.99 }, 1_000)).toThrow(RangeError);
  });

  describe('with the highest value of a window forecast directly', () => {
    const windowed = new Forecast({
      model: 'ridge',
      originMs: 1_000,
      stepMs: 100,
      levels: [0.5, 0.9],
      values: [Float64Array.of(1, 2, 3, 4, 3), Float64Array.of(10, 20, 40, 30, 50)],
      windowMaxima: [
        { steps: 3, values: Float64Array.of(5, 35) },
        { steps: 4, values: Float64Array.of(7, 70) },
      ],
    });
    const valuesAt = (atMs: number, leadTimeMs: number): number[] =>
      forecastWindow(windowed, { ...settings, leadTimeMs }, atMs).points.map(({ value }) => value);

    it.each([
      ['lowers the highest point to it, and none is above it', 1_000, 300, [10, 20, 35]],
      ['raises the highest point to that of the shortest window that reaches the end', 1_000, 400, [10, 20, 70, 30]],
      ['does so later on, while a window reaches the end', 1_100, 300, [20, 70, 30]],
      ['takes the path where no window reaches the end', 1_150, 300, [20, 40, 30, 50]],
    ])('%s', (_, atMs, leadTimeMs, expected) => {
      expect(valuesAt(atMs, leadTimeMs)).toEqual(expected);
    });
  });

  describe('saturation', () => {
    // Four replicas of 10 carry 40, which is reached at 1,400 and exceeded at 1,500.
    it.each([
      ['is the first point above what the maximum can carry, far beyond the lead time', 1_000, 4, 1_500],
      ['is nowhere while the forecast only touches it', 1_000, 5, null],
      ['is at the first point when it is exceeded at once', 1_000, 0.5, 1_100],
      ['does not count what is over', 1_250, 0.5, 1_300],
      ['is nowhere once the forecast is used up', 1_500, 0.5, null],
    ])('%s', (_, atMs, maxReplicaCount, expected) => {
      expect(forecastWindow(forecast, { ...settings, maxReplicaCount }, atMs).saturatesAtMs).toBe(expected);
    });
  });

  it('has one point after the present for any lead time, as long as there is one: property', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 2_000 }), (atMs, leadTimeMs) => {
        const { points } = forecastWindow(forecast, { ...settings, leadTimeMs }, atMs);
        expect(points.length > 0).toBe(atMs < 1_500);
        expect(points.every(({ timeMs }) => timeMs > atMs)).toBe(true);
        // All but the last lie before the end of the lead time.
        expect(points.slice(0, -1).every(({ timeMs }) => timeMs < atMs + leadTimeMs)).toBe(true);
      }),
    );
  });
});

describe('leadWindowSteps', () => {
  it.each([
    ['a lead time of whole steps, from a moment up to a step after the sample', 300, 100, 4],
    ['a lead time that ends within a step', 301, 100, 5],
    ['a lead time shorter than a step', 10, 100, 2],
    ['no lead time', 0, 100, 2],
  ])('covers %s', (_, leadTimeMs, stepMs, expected) => {
    expect(leadWindowSteps(leadTimeMs, stepMs)).toBe(expected);
  });
});
