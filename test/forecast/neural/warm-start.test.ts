import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/duration.js';
import { DEFAULT_LEVELS } from '../../../src/core/forecast.js';
import type { FitOptions, FittedForecaster } from '../../../src/core/forecaster.js';
import { Series } from '../../../src/core/series.js';
import { localTime } from '../../../src/forecast/local-time.js';
import { learnWith } from '../../../src/forecast/neural/learn.js';
import { neural, neuralWith } from '../../../src/forecast/neural/neural.js';
import type { LearntState } from '../../../src/forecast/neural/learnt-state.js';
import { prepareTensorFlow, tensorFlow } from '../../../src/forecast/neural/tensorflow.js';
import { dailyLoad, dice, generate, wave, withGaps } from '../generators.js';

await prepareTensorFlow();

const STEP = 5 * MINUTE_MS;
const DAY = DAY_MS / STEP;
const REFIT = (6 * HOUR_MS) / STEP;
const WINDOW = 5 * DAY;
const OPTIONS: FitOptions = { horizonSteps: 24, levels: DEFAULT_LEVELS, seasonSteps: [DAY] };
/** What comes after 70 % of a window judges the weights of its training. */
const JUDGED_FROM = Math.ceil(0.7 * WINDOW);
/** How long a network learns decides how good it is, not what it begins from. */
const [COLD_STEPS, WARM_STEPS] = [10, 3];
const quick = neuralWith(learnWith({ cold: { earlySteps: 6, finalSteps: 4 }, warm: { earlySteps: 1, finalSteps: 2 } }));

/** Ten trainings at full length take some seconds; on a busy machine, far more. */
const BUSY_MS = 180_000;

const load = dailyLoad(1, 12, { stepMs: STEP });

/** The window that ends before index `end`. */
function windowUntil(end: number, series = load, length = WINDOW): Series {
  return series.between(series.timeAt(end - length), series.timeAt(end));
}

/** As it comes back from the store. */
function saved(model: FittedForecaster): { learnt: LearntState } & Record<string, unknown> {
  return JSON.parse(JSON.stringify(model.toJSON())) as { learnt: LearntState };
}

function refit(series: Series, previous: unknown, options = OPTIONS): FittedForecaster {
  return quick.refit!(series, options, previous);
}

/** What forecasts of a model are wrong by while it follows a load from index `from` on: errors of the median, and coverage at 0.9. */
function follow(model: FittedForecaster, series: Series, from: number, steps: number) {
  let error = 0;
  let covered = 0;
  let count = 0;
  for (let i = from; i < from + steps; i++) {
    if (i % 6 === 0) {
      const forecast = model.forecast();
      for (const ahead of [1, 6, 12, 24]) {
        const actual = series.values[i + ahead - 1]!;
        error += Math.abs(actual - forecast.quantile(0.5)[ahead - 1]!);
        covered += actual <= forecast.quantile(0.9)[ahead - 1]! ? 1 : 0;
        count++;
      }
    }
    model.update(series.values[i]!);
  }
  return { error: error / count, coverage: covered / count };
}

/** Trains every six hours, or so many steps, as a service does. @returns the model of the last training, at index `to` */
function trainedInTurn(series: Series, from: number, to: number, every = REFIT): FittedForecaster {
  let model = neural.fit(windowUntil(from, series), OPTIONS);
  for (let at = from + every; at <= to; at += every) {
    for (let i = at - every; i < at; i++) model.update(series.values[i]!);
    model = neural.refit!(windowUntil(at, series), OPTIONS, saved(model));
  }
  return model;
}

describe('a training that goes on from an earlier one', () => {
  let applyGradients: Mock;
  beforeEach(() => {
    applyGradients = vi.spyOn(tensorFlow().AdamOptimizer.prototype, 'applyGradients');
  });
  afterEach(() => {
    applyGradients.mockRestore();
  });

  /** How many gradient steps something takes. */
  function stepsOf(training: () => unknown): number {
    const before = applyGradients.mock.calls.length;
    training();
    return applyGradients.mock.calls.length - before;
  }

  const first = quick.fit(windowUntil(WINDOW), OPTIONS);
  const state = saved(first);
  const next = windowUntil(WINDOW + REFIT);

  it('takes less than a quarter of the gradient steps', () => {
    let model!: FittedForecaster;
    const cold = stepsOf(() => (model = neural.fit(windowUntil(WINDOW), OPTIONS)));
    const warm = stepsOf(() => neural.refit!(next, OPTIONS, model.toJSON()));
    expect(warm).toBeGreaterThan(0);
    expect(warm).toBeLessThan(cold / 4);
  });

  it('comes to the same, bit for bit, when it is done again, with the state of a model or of one that was saved', () => {
    const once = JSON.stringify(refit(next, state).toJSON());
    expect(JSON.stringify(refit(next, first.toJSON()).toJSON())).toBe(once);
    expect(JSON.stringify(refit(next, saved(quick.restore(state))).toJSON())).toBe(once);
  });

  it('goes on in the same way after being saved and restored', () => {
    const model = refit(next, state);
    const restored = quick.restore(saved(model));
    for (let i = 0; i < 20; i++) for (const each of [model, restored]) each.update(load.values[WINDOW + REFIT + i]!);
    expect(restored.forecast()).toEqual(model.forecast());
  });

  it('forecasts that a load stays which has not changed in the whole of its window', () => {
    const flat = generate(WINDOW, STEP, () => 40);
    const model = refit(new Series(next.startMs, STEP, flat.values), state);
    for (const row of model.forecast().values) for (const value of row) expect(value).toBeCloseTo(40, 9);
  });

  it('leaves no tensor behind', () => {
    const before = tensorFlow().memory().numTensors;
    refit(next, state);
    expect(tensorFlow().memory().numTensors).toBe(before);
  });

  it('is one that begins anew after seven in a row', () => {
    const steps: number[] = [];
    let previous: unknown = state;
    for (let i = 1; i <= 9; i++) {
      steps.push(stepsOf(() => (previous = refit(windowUntil(WINDOW + 6 * i), previous).toJSON())));
    }
    expect(steps.map((count) => count === COLD_STEPS)).toEqual(Array.from({ length: 9 }, (_, i) => i === 7));
  });

  const shifted = neural.fit(windowUntil(WINDOW), OPTIONS);
  for (let i = WINDOW; i < WINDOW + REFIT; i++) shifted.update(1.5 * load.values[i]!);

  const other = (change: object): object => ({ ...state, ...change });
  const learnt = (change: object): object => other({ learnt: { ...state.learnt, ...change } });
  const weights = (values: number[]): string => Buffer.from(Float32Array.from(values).buffer).toString('base64');
  const count = Buffer.from(state.learnt.final, 'base64').length / 4;

  it.each<[string, unknown, Series, FitOptions]>([
    ['there is none', undefined, next, OPTIONS],
    ['it is of another model', other({ model: 'ridge' }), next, OPTIONS],
    ['it is of an older format', other({ format: 2 }), next, OPTIONS],
    ['the horizon is another', state, next, { ...OPTIONS, horizonSteps: 12 }],
    ['the season is another', state, next, { ...OPTIONS, seasonSteps: [DAY / 2] }],
    ['there is a season more', state, next, { ...OPTIONS, seasonSteps: [DAY, 2 * DAY] }],
    ['there is no season any more', state, next, { ...OPTIONS, seasonSteps: [] }],
    ['the step is another', state, new Series(next.startMs, 2 * STEP, next.values), OPTIONS],
    ['the load has shifted since', saved(shifted), next, OPTIONS],
    ['it has fewer weights', learnt({ early: weights([1, 2, 3]) }), next, OPTIONS],
    ['its weights are no numbers', learnt({ final: weights(Array<number>(count).fill(NaN)) }), next, OPTIONS],
    ['it has seen nearly all that is to judge it', state, windowUntil(JUDGED_FROM + 80, load, 3 * DAY), OPTIONS],
  ])('begins from nothing where the earlier one is of no use: %s', (_, previous, series, options) => {
    const plain = quick.fit(series, options).forecast();
    let model!: FittedForecaster;
    expect(stepsOf(() => (model = refit(series, previous, options)))).toBe(COLD_STEPS);
    expect(model.forecast()).toEqual(plain);
  });

  it.each<[string, Series, FitOptions]>([
    ['the levels asked for are others', next, { ...OPTIONS, levels: [0.5] }],
    [
      'the load has grown tenfold',
      new Series(
        next.startMs,
        STEP,
        next.values.map((value) => 10 * value),
      ),
      OPTIONS,
    ],
    ['the history now begins with a gap', withGaps(next, (i) => i < 50), OPTIONS],
    ['the history is the same', windowUntil(WINDOW), OPTIONS],
  ])('takes the earlier one where %s', (_, series, options) => {
    expect(stepsOf(() => refit(series, state, options))).toBe(WARM_STEPS);
  });

  it('does so on the time of a zone too, unless that has changed', () => {
    const [berlin, lisbon] = [localTime(quick, 'Europe/Berlin'), localTime(quick, 'Europe/Lisbon')];
    const local = berlin.fit(windowUntil(WINDOW), OPTIONS).toJSON();
    expect(stepsOf(() => berlin.refit!(next, OPTIONS, local))).toBe(WARM_STEPS);
    expect(stepsOf(() => lisbon.refit!(next, OPTIONS, local))).toBe(COLD_STEPS);
  });
});

describe('the weights that are judged, and calibrate the band', () => {
  /**
   * A restless load that is mirrored from just after the second training begins to judge. It is flat around there, and the square
   * roots are whole numbers, so that the usual changes, and with them the scales, are the same for both, bit for bit.
   */
  function mirrored(sign: 1 | -1): Series {
    const random = dice(5);
    const isFlat = (i: number): boolean => i === 0 || i === REFIT || Math.abs(i - JUDGED_FROM - REFIT) < 50;
    return generate(WINDOW + REFIT, STEP, (i) => {
      const change = Math.round(8 * wave(i * STEP) + 2 * random.normal());
      return (30 + (isFlat(i) ? 0 : i > JUDGED_FROM + REFIT ? sign * change : change)) ** 2;
    });
  }

  const twice = (series: Series): LearntState => {
    const model = quick.fit(windowUntil(WINDOW, series), OPTIONS);
    return saved(refit(windowUntil(WINDOW + REFIT, series), saved(model))).learnt;
  };

  it('do not depend on what judges them, neither themselves nor through those they began from', () => {
    const [up, down] = [twice(mirrored(1)), twice(mirrored(-1))];
    expect([up.warmStarts, down.warmStarts]).toEqual([1, 1]);
    expect(up.judgedFrom).toBe(JUDGED_FROM);
    expect(down.scales).toBe(up.scales);
    expect(down.early).toBe(up.early);
    expect(down.final).not.toBe(up.final);
  });

  it('are judged by nothing that those before have seen, even where samples have come to be known since', () => {
    const end = WINDOW + 10;
    const gappy = withGaps(load, (i) => i > DAY && i < 2 * DAY);
    const before = saved(quick.fit(windowUntil(end, gappy), OPTIONS)).learnt.judgedFrom;
    const cold = saved(quick.fit(windowUntil(end), OPTIONS)).learnt;
    const warm = saved(refit(windowUntil(end), saved(quick.fit(windowUntil(end, gappy), OPTIONS)))).learnt;
    expect(cold.judgedFrom).toBeLessThan(before);
    expect(warm).toMatchObject({ warmStarts: 1, judgedFrom: before });
  });
});

describe('over days of trainings, each from the one before', () => {
  it.each([1, 2])(
    'forecasts as well as a training from nothing, and covers what it promises: load %d',
    (seed) => {
      const series = dailyLoad(seed, 10, { stepMs: STEP });
      const at = WINDOW + 7 * REFIT;
      const warm = follow(trainedInTurn(series, WINDOW, at), series, at, 2 * DAY);
      const cold = follow(neural.fit(windowUntil(at, series), OPTIONS), series, at, 2 * DAY);
      // Nearly all of the error is the noise of the load, the same for both; 3 % are far more than what is left.
      expect(warm.error / cold.error).toBeLessThan(1.03);
      // The standard error of the share of 384 points at four steps ahead, which are not independent, is about 0.02.
      expect(Math.abs(warm.coverage - 0.9)).toBeLessThan(0.04);
    },
    BUSY_MS,
  );

  it(
    'adapts when the load takes another shape',
    () => {
      const changeAt = WINDOW;
      const random = dice(3);
      const series = generate(10 * DAY, STEP, (i) => {
        const timeMs = i * STEP;
        const mean = 100 + 400 * (i < changeAt ? wave(timeMs) : wave(timeMs, DAY_MS / 3));
        return mean + Math.sqrt(mean) * random.normal();
      });
      const at = changeAt + 3 * DAY;
      const stale = neural.fit(windowUntil(changeAt, series), OPTIONS);
      for (let i = changeAt; i < at; i++) stale.update(series.values[i]!);
      const warm = follow(trainedInTurn(series, changeAt, at, 2 * REFIT), series, at, DAY);
      const cold = follow(neural.fit(windowUntil(at, series), OPTIONS), series, at, DAY);
      expect(warm.error).toBeLessThan(0.5 * follow(stale, series, at, DAY).error);
      // Three days of the new shape in a window of five: neither has finished learning it, and either may be ahead.
      expect(warm.error).toBeLessThan(1.1 * cold.error);
    },
    BUSY_MS,
  );
});
