import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/duration.js';
import { Forecast } from '../../../src/core/forecast.js';
import { Series } from '../../../src/core/series.js';
import { cronMinimums, hourlyMinimums } from '../../../src/simulate/policies/cron-minimums.js';
import { fourierReplay } from '../../../src/simulate/policies/fourier-replay.js';
import { kedastralBaseline } from '../../../src/simulate/policies/kedastral-baseline.js';
import { predictLinear } from '../../../src/simulate/policies/predict-linear.js';
import { predictKube } from '../../../src/simulate/policies/predictkube.js';
import { replicaHoltWinters } from '../../../src/simulate/policies/replica-holt-winters.js';
import { seasonalNaiveMax } from '../../../src/simulate/policies/seasonal-naive-max.js';
import { served, viewAt } from './view.js';

/** A midnight in UTC. */
const MIDNIGHT_MS = 20_000 * DAY_MS;
const target = { type: 'AverageValue', target: 10 } as const;
const unknown = (): number => NaN;
const constant = (value: number) => (): number => value;
/** Adds a time to `MIDNIGHT_MS`. */
const at = (ms: number): number => MIDNIGHT_MS + ms;

describe('predictkube', () => {
  /** 450 from the next minute on. */
  const forecast = (value: number): Forecast =>
    new Forecast({
      model: 'fixed',
      originMs: MIDNIGHT_MS,
      stepMs: MINUTE_MS,
      levels: [0.1, 0.5, 0.9],
      values: [value - 1, value, value + 1].map((each) => new Float64Array(10).fill(each)),
    });
  // The table of KEDA's behaviour in the wire contract.
  it.each([
    ['serves a forecast that is above the present value', 450, 120, 450, true],
    ['serves the present value when that is above the forecast', 80, 120, 120, true],
    ['is inactive at 0 whatever the forecast', 450, 0, 450, false],
  ])('%s', (_, predicted, present, value, active) => {
    const policy = predictKube(target, () => forecast(predicted), 5 * MINUTE_MS);
    expect(policy.read(viewAt(MIDNIGHT_MS, constant(present)))).toEqual([{ value, active }]);
  });

  it('looks at the horizon alone: a peak before it does not count', () => {
    const peak = Float64Array.from({ length: 10 }, (_, k) => (k === 1 ? 900 : 200));
    const props = { model: 'peak', originMs: MIDNIGHT_MS, stepMs: MINUTE_MS, levels: [0.5], values: [peak] };
    const policy = predictKube(target, () => new Forecast(props), 5 * MINUTE_MS);
    expect(served(policy, MIDNIGHT_MS, constant(100))).toEqual([200]);
  });

  it('serves the present value without a forecast', () => {
    expect(
      served(
        predictKube(target, () => null, MINUTE_MS),
        MIDNIGHT_MS,
        constant(7),
      ),
    ).toEqual([7]);
  });
});

describe('predict_linear', () => {
  const ramp = (timeMs: number): number => 100 + (timeMs - MIDNIGHT_MS) / MINUTE_MS;

  it('goes on along a ramp: one per minute is five more in five minutes', () => {
    expect(served(predictLinear(target, 5 * MINUTE_MS), at(HOUR_MS), ramp)[0]).toBeCloseTo(165, 9);
  });

  it('never serves less than what is observed', () => {
    const falling = (timeMs: number): number => 1_000 - (timeMs - MIDNIGHT_MS) / MINUTE_MS;
    expect(served(predictLinear(target, 5 * MINUTE_MS), at(HOUR_MS), falling)).toEqual([940]);
  });

  it('needs two samples', () => {
    const young = (timeMs: number): number => (timeMs < MIDNIGHT_MS ? NaN : 50);
    expect(served(predictLinear(target, 5 * MINUTE_MS), MIDNIGHT_MS, young)).toEqual([50]);
  });
});

describe('seasonal-naive with maximum', () => {
  /** 500 for a minute at 10:03 on the day before. */
  const bump = (timeMs: number): number =>
    timeMs >= at(-DAY_MS + 10 * HOUR_MS + 3 * MINUTE_MS) && timeMs < at(-DAY_MS + 10 * HOUR_MS + 4 * MINUTE_MS)
      ? 500
      : 100;
  const policy = seasonalNaiveMax(target, 5 * MINUTE_MS);

  it.each([
    ['sees yesterday’s bump within the lead time', 10 * HOUR_MS, 500],
    ['does not see it before', 10 * HOUR_MS - 3 * MINUTE_MS, 100],
    ['forgets it afterwards', 10 * HOUR_MS + 4 * MINUTE_MS, 100],
  ])('%s', (_, timeMs, value) => {
    expect(served(policy, at(timeMs), bump)).toEqual([value]);
  });

  it('serves the observed value where yesterday is unknown', () => {
    const young = (timeMs: number): number => (timeMs < MIDNIGHT_MS ? NaN : 30);
    expect(served(policy, at(HOUR_MS), young)).toEqual([30]);
  });
});

describe('cron minimums', () => {
  it('are the median over the days of the peak of each hour', () => {
    // Three days of hours: 08:00 peaks at 41, 20 and 65, the rest is 10; one hour is unknown throughout.
    const values = Float64Array.from({ length: 72 }, (_, i) => {
      if (i % 24 === 3) return NaN;
      return i % 24 === 8 ? [41, 20, 65][Math.floor(i / 24)]! : 10;
    });
    const minimums = hourlyMinimums(new Series(MIDNIGHT_MS, HOUR_MS, values), 10);
    expect(minimums[8]).toBe(5); // 41 / 10, rounded up
    expect(minimums[9]).toBe(1);
    expect(minimums[3]).toBe(1);
  });

  it('stand beside the observed metric', () => {
    const minimums = Array.from({ length: 24 }, (_, hour) => (hour === 8 ? 5 : 1));
    const policy = cronMinimums(target, minimums);
    expect(served(policy, at(8 * HOUR_MS + 59 * MINUTE_MS), constant(7))).toEqual([7, 5]);
    expect(served(policy, at(9 * HOUR_MS), constant(7))).toEqual([7, 1]);
    expect(served(policy, at(8 * HOUR_MS), unknown)).toEqual(['the query has no value', 5]);
  });
});

describe('Holt-Winters on replicas', () => {
  /** 20 from 08:00 to 10:00 every day, else 100 / 10 = 10 replicas. */
  const clockwork = (timeMs: number): number => {
    const hour = (timeMs % DAY_MS) / HOUR_MS;
    return hour >= 8 && hour < 10 ? 200 : 100;
  };

  it('repeats a day that repeats itself, one step of ten minutes ahead', () => {
    // A first season without any error leaves nothing to smooth: the forecast is the season itself.
    const policy = replicaHoltWinters(10);
    expect(served(policy, at(7 * HOUR_MS + 45 * MINUTE_MS), clockwork)).toEqual([10]);
    expect(served(policy, at(7 * HOUR_MS + 50 * MINUTE_MS), clockwork)).toEqual([20]);
    expect(served(policy, at(9 * HOUR_MS + 55 * MINUTE_MS), clockwork)).toEqual([20]);
    expect(served(policy, at(10 * HOUR_MS), clockwork)).toEqual([10]);
  });

  it('smooths as the recursion says', () => {
    // A first season of 10 replicas: level 10, trend 0, season 0. Then 12: level 0.9 * 12 + 0.1 * 10 = 11.8,
    // trend 0.9 * 1.8 = 1.62; next 11.8 + 1.62 + 0 = 13.42, rounded up 14.
    const load = (timeMs: number): number => (timeMs <= at(DAY_MS) ? 100 : 120);
    expect(served(replicaHoltWinters(10), at(DAY_MS + 10 * MINUTE_MS), load)).toEqual([14]);
  });

  it('serves what an HPA wants before it has learnt a day, and an error when nothing is known', () => {
    expect(served(replicaHoltWinters(10), MIDNIGHT_MS, (timeMs) => (timeMs < MIDNIGHT_MS ? NaN : 95))).toEqual([10]);
    expect(served(replicaHoltWinters(10), MIDNIGHT_MS, unknown)).toEqual(['the query has no value']);
  });
});

describe('Fourier replay', () => {
  const daily = (timeMs: number): number => 100 - 50 * Math.cos((2 * Math.PI * timeMs) / DAY_MS);

  it('serves the highest prediction for the next hour, with the margin that fitted best', () => {
    // From 06:00 to 06:55 the curve rises to 100 - 50 cos(2 pi 6.9167 / 24) = 111.86; the smallest margin is 1 %.
    const [value] = served(fourierReplay(target), at(6 * HOUR_MS), daily);
    expect(value).toBeCloseTo(1.01 * (100 - 50 * Math.cos((2 * Math.PI * (6 + 11 / 12 + 1 / 12)) / 24)), 0);
  });

  it('takes out what is faster than an hour', () => {
    const rippled = (timeMs: number): number =>
      daily(timeMs) + 20 * Math.sin((2 * Math.PI * timeMs) / (20 * MINUTE_MS));
    const smooth = served(fourierReplay(target), at(6 * HOUR_MS), daily)[0] as number;
    expect(served(fourierReplay(target), at(6 * HOUR_MS), rippled)[0]).toBeCloseTo(smooth, 3);
  });

  it('predicts nothing for days that do not resemble each other', () => {
    // Three hours up, three and a half down: a day later it is where it should not be.
    const drifting = (timeMs: number): number => 100 + 50 * Math.sin((2 * Math.PI * timeMs) / (9.6 * HOUR_MS));
    expect(served(fourierReplay(target), at(6 * HOUR_MS), drifting)).toEqual([drifting(at(6 * HOUR_MS))]);
  });

  it('predicts nothing from two days', () => {
    const young = (timeMs: number): number => (timeMs < at(-2 * DAY_MS) ? NaN : daily(timeMs));
    expect(served(fourierReplay(target), at(6 * HOUR_MS), young)).toEqual([daily(at(6 * HOUR_MS))]);
  });
});

describe('the baseline of Kedastral', () => {
  it('asks for what a constant load needs', () => {
    // No slope, and a pattern equal to it: 95 / 10, rounded up.
    expect(served(kedastralBaseline(10, 5 * MINUTE_MS), MIDNIGHT_MS, constant(95))).toEqual([10]);
  });

  it('goes along a ramp half-way, and stays half-way with the pattern', () => {
    // One per minute: 5 min ahead the line is at 725. Each minute of the hour has been seen 12 times; that of 5 min ahead
    // on average at 720 - 55 - 60 * 5.5 = 335: below 0.8 of the line, hence 0.4 * 725 + 0.6 * 335 = 491.
    const ramp = (timeMs: number): number => 720 + (timeMs - MIDNIGHT_MS) / MINUTE_MS;
    expect(served(kedastralBaseline(1, 5 * MINUTE_MS), MIDNIGHT_MS, ramp)).toEqual([491]);
  });

  it('has no forecast without a sample', () => {
    expect(served(kedastralBaseline(10, 5 * MINUTE_MS), MIDNIGHT_MS, unknown)).toEqual(['there is no forecast']);
  });
});
