import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/core/duration.js';
import { InsufficientHistoryError } from '../../src/core/errors.js';
import { Series } from '../../src/core/series.js';
import type { BacktestForecast } from '../../src/evaluate/backtest-round.js';
import {
  backtest,
  finishBacktest,
  type BacktestOptions,
  type BacktestProgress,
  type BacktestResult,
} from '../../src/evaluate/backtest.js';
import type { Contestant } from '../../src/evaluate/contestant.js';
import type { ModelScore } from '../../src/evaluate/model-score.js';
import { OPTIONS, START_MS, STEP_MS, seriesOf, stub } from './stubs.js';

async function run(
  series: Series,
  models: readonly Contestant[],
  options: Partial<BacktestOptions> = {},
): Promise<BacktestResult & { of(model: string): ModelScore }> {
  const result = await finishBacktest(backtest(series, models, { ...OPTIONS, ...options }), () => undefined);
  return { ...result, of: (model) => result.scores.find((score) => score.model === model)! };
}

const always = (value: number, minSamples?: number): Contestant => stub(`always-${value}`, () => value, minSamples);

/**
 * Five points of history and two of horizon in nine samples: origins 4, 5 and 6.
 *
 *     origin  history      actual    always-3  naive     seasonal-naive-1d
 *     4       1 2 3 4 2    2 (gap)   1 -       2: 0 -    2 3: 0 -
 *     5       2 3 4 2 2    (gap) 4   - 1       2: - 2    3 4: - 0
 *     6       3 4 2 2 gap  4 5       1 2       2: 2 3    4 2: 0 3
 */
const WORKED = seriesOf(1, 2, 3, 4, 2, 2, NaN, 4, 5);

describe('the scores of a backtest', () => {
  it('agree with a calculation by hand', async () => {
    const result = await run(WORKED, [always(3)]);
    expect(result).toMatchObject({ origins: 3, originsWithoutActuals: 0 });
    const score = result.of('always-3');
    expect(score).toMatchObject({ origins: 3, skipped: [], points: 4, mae: 1.25 }); // (1 + 1 + 1 + 2) / 4
    expect(score.maeVsSeasonalNaive).toBeCloseTo(1.25 / 0.75, 12);
    // In-sample, one day apart: |2 - 1| = 1 at origin 4, |2 - 2| = 0 at 5, a gap at 6. Only origin 4 has a scale.
    expect(score).toMatchObject({ mase: 1, originsWithoutScale: 2 });
    expect(score.pinball[0]!.loss).toBeCloseTo(0.625, 12); // half of the mae
    expect(score.pinball[1]!.loss).toBeCloseTo(0.275, 12); // quantile 4: (0.1 * 2 + 0 + 0 + 0.9 * 1) / 4
    expect(score.coverage).toEqual([
      { level: 0.5, share: 0.25 }, // of 2 4 4 5, only 2 is at or below 3
      { level: 0.9, share: 0.75 }, // all but 5 are at or below 4
    ]);
    expect(score.maeByHorizon).toEqual([{ upToMs: 12 * HOUR_MS, mae: 1.25 }]);
  });

  it('stand beside those of the two baselines', async () => {
    const result = await run(WORKED, [always(3)]);
    expect(result.scores.map((score) => score.model)).toEqual(['always-3', 'naive', 'seasonal-naive-1d']);
    expect(result.of('naive')).toMatchObject({ mae: 1.75, points: 4 }); // (0 + 2 + 2 + 3) / 4
    expect(result.of('seasonal-naive-1d')).toMatchObject({ mae: 0.75, points: 4, maeVsSeasonalNaive: 1 }); // 3 / 4
  });

  it('compare with seasonal-naive on the origins that both were scored at', async () => {
    // Origins 4, 5 and 6, one step ahead. Seasonal-naive: |18 - 10| = 8, |24 - 20| = 4, |30 - 30| = 0.
    // always-25 needs all five samples, so not origin 4: |24 - 25| = 1, |30 - 25| = 5; 3 against (4 + 0) / 2 = 2.
    const result = await run(seriesOf(NaN, 10, 20, 30, 40, 18, 24, 30), [always(25, 5)], { horizonMs: STEP_MS });
    expect(result.of('always-25')).toMatchObject({ origins: 2, mae: 3, maeVsSeasonalNaive: 1.5 });
    expect(result.of('seasonal-naive-1d')).toMatchObject({ origins: 3, mae: 4 });
    expect(result.of('always-25').skipped).toEqual([
      { originMs: START_MS + 4 * STEP_MS, reason: 'always-25 needs at least 5 known samples, got 4' },
    ]);
  });

  it('compare the quantiles with those of seasonal-naive, over the levels that capacity is bought at', async () => {
    // 29 points of 10: seasonal-naive was never wrong, and says 10 at every level. Then comes 12, twice: short by 2, which
    // costs 1 at 0.5 and 1.8 at 0.9. The stub says 11 and 12: 0.5 and 0. The level 0.1 does not count.
    const options = { historyMs: 28 * STEP_MS, levels: [0.1, 0.5, 0.9] };
    const elevens = stub('elevens', () => 10);
    const result = await run(seriesOf(...new Array<number>(29).fill(10), 12, 12), [elevens], options);
    expect(result.origins).toBe(1);
    expect(result.of('elevens').pinballVsSeasonalNaive).toBeCloseTo((0.5 + 0) / (1 + 1.8), 12);
    // Those baselines are points: their quantiles are the yardstick's here.
    expect(result.of('seasonal-naive-1d').pinballVsSeasonalNaive).toBeCloseTo(1, 12);
  });

  it.each<[string, number[], number]>([
    // The square root of 9 is exact, so that 9 is forecast.
    ['lost nothing', new Array<number>(31).fill(9), 28],
    // A day, a horizon of two steps and twenty origins, less the one they share.
    ['has too little history for quantiles', [...new Array<number>(24).fill(10), 12, 12], 23],
  ])('know no ratio of the quantiles where seasonal-naive %s', async (_, values, steps) => {
    const result = await run(seriesOf(...values), [always(11)], { historyMs: steps * STEP_MS });
    expect(result.of('always-11')).toMatchObject({ origins: 1, pinballVsSeasonalNaive: null });
  });

  it('know no ratio to a seasonal-naive without error', async () => {
    const result = await run(seriesOf(1, 2, 3, 4, 1, 2, 3, 4), [always(2)]);
    expect(result.of('seasonal-naive-1d').mae).toBe(0);
    expect(result.of('always-2')).toMatchObject({ maeVsSeasonalNaive: null, mase: null, originsWithoutScale: 2 });
  });

  it('know no ratio where a history shorter than a day leaves seasonal-naive out', async () => {
    const result = await run(seriesOf(1, 2, 3, 4, 1, 2, 3, 4), [always(2)], { historyMs: 12 * HOUR_MS });
    expect(result.of('seasonal-naive-1d')).toMatchObject({ origins: 0, points: 0, mae: NaN, fitMs: NaN });
    expect(result.of('always-2')).toMatchObject({ origins: 4, maeVsSeasonalNaive: null, mase: null });
  });

  it('leave out origins after which nothing is known', async () => {
    // Origins 4 to 7; after 5 come two gaps.
    const result = await run(seriesOf(1, 1, 1, 1, 1, 1, NaN, NaN, 1, 1), [always(2)]);
    expect(result).toMatchObject({ origins: 3, originsWithoutActuals: 1 });
    expect(result.of('always-2')).toMatchObject({ origins: 3, points: 4, mae: 1 });
  });

  it('are empty, not an error, for a series that is too short', async () => {
    const result = await run(seriesOf(1, 2, 3), [always(2)]);
    expect(result).toMatchObject({ origins: 0, originsWithoutActuals: 0 });
    expect(result.of('always-2')).toMatchObject({ origins: 0, points: 0, mae: NaN, maeVsSeasonalNaive: null });
  });

  it('split the error by how far ahead it was', async () => {
    // Hourly, history of 3 h = 4 points, 4 h ahead: one origin. 2 is off by 1 | 2 | 3 and a gap.
    const series = new Series(0, HOUR_MS, Float64Array.of(0, 0, 0, 0, 3, 4, 5, NaN));
    const result = await run(series, [always(2)], { historyMs: 3 * HOUR_MS, horizonMs: 4 * HOUR_MS });
    expect(result.of('always-2').maeByHorizon).toEqual([
      { upToMs: HOUR_MS, mae: 1 },
      { upToMs: 2 * HOUR_MS, mae: 2 },
      { upToMs: 4 * HOUR_MS, mae: 3 },
    ]);
  });
});

describe('a backtest', () => {
  it('says why a model that does not apply was skipped', async () => {
    const seasonal = stub('seasonal', () => 1, Infinity);
    const result = await run(WORKED, [seasonal], { maxOrigins: 1 });
    expect(result.of('seasonal').skipped).toEqual([
      { originMs: START_MS + 6 * STEP_MS, reason: 'seasonal does not apply with season lengths of [] steps' },
    ]);
  });

  it('takes a model at its word when it finds the history insufficient itself', async () => {
    const picky = stub('picky', (history) => {
      throw new InsufficientHistoryError(history.countKnown(), 99, 'picky');
    });
    const result = await run(WORKED, [picky]);
    expect(result.of('picky').skipped.map((skip) => skip.reason)).toEqual([
      'picky needs at least 99 known samples, got 5',
      'picky needs at least 99 known samples, got 5',
      'picky needs at least 99 known samples, got 4',
    ]);
  });

  it('does not hide any other failure of a model', async () => {
    const broken = stub('broken', () => {
      throw new TypeError('no such property');
    });
    await expect(run(WORKED, [broken])).rejects.toThrow(new TypeError('no such property'));
  });

  it('reports its progress, one model at one origin at a time', () => {
    const steps: BacktestProgress[] = [...backtest(WORKED, [always(3)], { ...OPTIONS, maxOrigins: 2 })];
    expect(steps.map((step) => [step.done, step.total, step.model, step.originMs])).toEqual([
      [1, 6, 'always-3', START_MS + 4 * STEP_MS],
      [2, 6, 'naive', START_MS + 4 * STEP_MS],
      [3, 6, 'seasonal-naive-1d', START_MS + 4 * STEP_MS],
      [4, 6, 'always-3', START_MS + 6 * STEP_MS],
      [5, 6, 'naive', START_MS + 6 * STEP_MS],
      [6, 6, 'seasonal-naive-1d', START_MS + 6 * STEP_MS],
    ]);
  });

  it('waits for its caller between steps', async () => {
    const order: string[] = [];
    const model = stub('model', () => order.push('fit'));
    await finishBacktest(backtest(WORKED, [model], { ...OPTIONS, maxOrigins: 2 }), async (step) => {
      await Promise.resolve();
      if (step.model === 'model') order.push('pause');
    });
    expect(order).toEqual(['fit', 'pause', 'fit', 'pause']);
  });

  it('stops at the next step once it is aborted', async () => {
    const controller = new AbortController();
    let fits = 0;
    const counting = stub('counting', () => ++fits);
    const cancelled = finishBacktest(backtest(WORKED, [counting], { ...OPTIONS, signal: controller.signal }), () => {
      controller.abort(new Error('enough'));
    });
    await expect(cancelled).rejects.toThrow('enough');
    expect(fits).toBe(1);
  });

  it('gives the median times of fit and forecast by the timer it is given', async () => {
    let clockMs = 0;
    const fitTimes = [5, 9, 7];
    const slow: Contestant = {
      ...always(3),
      name: 'slow',
      fit(history, options) {
        clockMs += fitTimes.shift()!;
        const fitted = always(3).fit(history, options);
        return {
          forecast() {
            clockMs += 2;
            return fitted.forecast();
          },
        };
      },
    };
    const timed = await run(WORKED, [slow], { nowMs: () => clockMs });
    expect(timed.of('slow')).toMatchObject({ fitMs: 7, forecastMs: 2 });
    const untimed = await run(WORKED, [always(3)]);
    expect(untimed.of('always-3')).toMatchObject({ fitMs: NaN, forecastMs: NaN });
  });

  it('shows each forecast with what happened', async () => {
    const seen: BacktestForecast[] = [];
    await run(WORKED, [always(3)], { maxOrigins: 1, onForecast: (record) => seen.push(record) });
    expect(seen.map((record) => record.model)).toEqual(['always-3', 'naive', 'seasonal-naive-1d']);
    expect(seen[0]!.forecast.originMs).toBe(START_MS + 6 * STEP_MS);
    expect(seen[0]!.actual).toEqual(Float64Array.of(4, 5));
  });

  it.each<[string, Partial<BacktestOptions>, string]>([
    ['a history of no length', { historyMs: 0 }, 'historyMs must be > 0, got 0'],
    ['a negative horizon', { horizonMs: -1 }, 'horizonMs must be > 0, got -1'],
    ['a stride that is not a number', { strideMs: NaN }, 'strideMs must be > 0, got NaN'],
    [
      'levels without the median',
      { levels: [0.1, 0.9] },
      'levels must contain 0.5, which MAE and MASE score, got 0.1, 0.9',
    ],
    ['no origins', { maxOrigins: 0 }, 'maxOrigins must be a whole number >= 1, got 0'],
  ])('refuses %s', async (_, options, message) => {
    await expect(run(WORKED, [], options)).rejects.toThrow(new RangeError(message));
  });
});

describe('the seasons a backtest tells its models', () => {
  const daily = new Series(
    START_MS,
    HOUR_MS,
    Float64Array.from({ length: 24 * 6 }, (_, hour) => 100 + 50 * Math.sin((2 * Math.PI * hour) / 24)),
  );
  const hourly = { historyMs: 5 * DAY_MS, horizonMs: 2 * HOUR_MS, strideMs: DAY_MS };

  async function seasonsTold(seasonality: BacktestOptions['seasonality']): Promise<readonly number[]> {
    let told: readonly number[] = [];
    const listening = stub('listening', (_, options) => {
      told = options.seasonSteps;
      return 0;
    });
    await run(daily, [listening], { ...hourly, seasonality });
    return told;
  }

  it('are those given, in steps', async () => {
    expect(await seasonsTold([12 * HOUR_MS, 7 * DAY_MS])).toEqual([12, 168]);
  });

  it('are found in the history when they are to be', async () => {
    expect(await seasonsTold('auto')).toEqual([24]);
  });
});

describe('a model in a backtest', () => {
  /** Sums everything that it can reach: the whole memory behind its series, and the options. */
  const spy = stub('spy', (history, options) => {
    const reachable = new Float64Array(history.values.buffer);
    const beyond = history.between(-Infinity, Infinity).values;
    let sum = options.seasonSteps.length;
    for (const value of [...reachable, ...beyond, history.at(history.endMs)]) if (!Number.isNaN(value)) sum += value;
    return sum;
  });

  /** The forecasts made before sample number `editFrom`, under the model and origin of each. */
  function forecastsBefore(editFrom: number, samples: number[]): Map<string, string> {
    const made = new Map<string, string>();
    const onForecast = ({ model, forecast }: BacktestForecast): void => {
      if (forecast.originMs >= START_MS + editFrom * STEP_MS) return;
      made.set(`${model} ${forecast.originMs}`, forecast.values.map((row) => row.join(' ')).join(' | '));
    };
    Array.from(backtest(seriesOf(...samples), [spy], { ...OPTIONS, seasonality: 'auto', onForecast }));
    return made;
  }

  it('cannot see past the origin: editing later samples changes no earlier forecast', () => {
    const sample = fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constant(NaN));
    const samples = fc.array(sample, { minLength: 30, maxLength: 30 });
    let compared = 0;
    fc.assert(
      fc.property(samples, samples, fc.integer({ min: 5, max: 28 }), (values, others, editFrom) => {
        const before = forecastsBefore(editFrom, values);
        const after = forecastsBefore(editFrom, [...values.slice(0, editFrom), ...others.slice(editFrom)]);
        for (const [key, forecast] of after) {
          // What is known afterwards decides which origins can be scored, so not all are in both.
          if (!before.has(key)) continue;
          expect(forecast).toBe(before.get(key));
          compared++;
        }
      }),
    );
    expect(compared).toBeGreaterThan(100);
  });

  it('is given memory that ends at the origin', async () => {
    const lengths = new Set<number>();
    const measuring = stub('measuring', (history) => {
      lengths.add(history.values.buffer.byteLength / Float64Array.BYTES_PER_ELEMENT);
      return 0;
    });
    await run(WORKED, [measuring]);
    expect([...lengths]).toEqual([5]);
  });

  it('cannot spoil the history of the next one, the series, or what it is scored against', async () => {
    const vandal = stub('vandal', (history) => {
      history.values.fill(-1);
      return 0;
    });
    const onForecast = ({ actual }: BacktestForecast): void => void actual.fill(-1);
    const series = seriesOf(...WORKED.values);
    const spoilt = await run(series, [vandal, always(3)], { onForecast });
    const clean = await run(WORKED, [always(3)]);
    expect(spoilt.scores.slice(1)).toEqual(clean.scores);
    expect(series.values).toEqual(WORKED.values);
  });
});
