import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/core/duration.js';
import { InsufficientHistoryError, UsageError } from '../../src/core/errors.js';
import { DEFAULT_LEVELS } from '../../src/core/forecast.js';
import { Series } from '../../src/core/series.js';
import { selectModel, tryModels } from '../../src/evaluate/selection.js';
import { inTimeZone } from '../../src/forecast/local-time.js';
import { learnWith, WARM_EFFORT } from '../../src/forecast/neural/learn.js';
import { neuralWith } from '../../src/forecast/neural/neural.js';
import { candidatesFor, forecasterByName, prepareForecaster } from '../../src/forecast/registry.js';
import { leadWindowSteps } from '../../src/scaling/forecast-window.js';
import { fit } from '../../src/train/fit.js';
import type { TrainedModel, TrainRequest } from '../../src/train/request.js';
import { train } from '../../src/train/train.js';
import { trainRequest } from '../contract/trainer.js';
import { dailyLoad, randomWalk } from '../forecast/generators.js';
import { at, loadTest, outage, withEvents } from '../series/hygiene/planted.js';

const quiet = (): void => undefined;
/** The most trusted of the candidates. */
const BEST = candidatesFor('auto')[0]!.name;

/** The request with all but the last `known` samples unknown. */
function withLast(known: number, change: Partial<TrainRequest> = {}): TrainRequest {
  const request = trainRequest(1, change);
  request.history.values.fill(NaN, 0, request.history.values.length - known);
  return request;
}

describe('train', () => {
  it('finds the season, chooses the model, fits it to the last sample and measures the evidence', () => {
    const result = train(trainRequest(), quiet);
    // Two days at five minutes; eight hours are 96 steps. Nothing is better than what was chosen.
    expect(result).toMatchObject({ knownSamples: 576, nextModelAtSamples: Infinity, problem: null });
    expect(result.model).toMatchObject({ name: BEST, seasonSteps: [96] });
    expect(result.model?.evidence?.origins).toBeGreaterThan(12);
    const forecast = forecasterByName(BEST).restore(result.model?.state).forecast();
    expect(forecast).toMatchObject({ originMs: 575 * 300_000, horizonSteps: 12 });
  });

  it('does not change what it is given, and survives being sent to a thread and back', () => {
    const request = trainRequest();
    const before = structuredClone(request);
    const result = train(request, quiet);
    expect(request).toEqual(before);
    expect(structuredClone(result)).toEqual(result);
  });

  it.each<[string, TrainRequest, object]>([
    // The random walk needs three changes.
    ['too little for any model', withLast(3), { model: null, nextModelAtSamples: 4, problem: null }],
    // Four are three fifths of seven, with which it can be tried.
    ['enough for a first one', withLast(4), { model: { name: 'random-walk' }, nextModelAtSamples: 7 }],
    // The last value needs one point to start from, the 12 steps ahead and 20 origins: 1 + 12 + 20 - 1.
    ['enough for a better one', withLast(32), { model: { name: 'last-value' }, nextModelAtSamples: 54 }],
    // The ridge needs 150 rows, 12 steps ahead and 60 to look back on: 222, which are three fifths of 370.
    ['enough to fit the best, not to try it', withLast(222), { nextModelAtSamples: 370 }],
    ['enough for all', withLast(370), { model: { name: BEST }, nextModelAtSamples: Infinity }],
    ['nothing at all', withLast(0), { model: null, knownSamples: 0, nextModelAtSamples: 4 }],
    [
      'no season for a model that needs one',
      withLast(100, { model: 'seasonal-naive' }),
      { model: null, nextModelAtSamples: Infinity, problem: 'seasonal-naive needs a season, and the data show none' },
    ],
    [
      'no samples outside ignored windows',
      trainRequest(1, { ignoreWindows: [{ fromMs: 0, toMs: Infinity }] }),
      { model: null, knownSamples: 0 },
    ],
  ])('says what a history can be used for: %s', (_, request, expected) => {
    expect(train(request, quiet)).toMatchObject(expected);
  });

  it.each<[string, number[], number[]]>([
    ['to the nearest step', [8 * HOUR_MS + 1], [96]],
    ['one step at the least', [1], [1]],
    ['none', [], []],
  ])('takes given seasons: %s', (_, seasonalityMs, expected) => {
    expect(train(trainRequest(1, { seasonalityMs }), quiet).model?.seasonSteps).toEqual(expected);
  });

  it('learns from a cleaned history, finds the season that an outage hid, and says what it masked', () => {
    const week = dailyLoad(1, 7, { stepMs: 300_000 });
    const { startMs, stepMs, values } = withEvents(week, outage(at(2, 14)), loadTest(at(4, 10), 2 * HOUR_MS, 20));
    const request = trainRequest(1, { history: { startMs, stepMs, values: Float64Array.from(values) } });
    const { masks, knownSamples, model } = train(request, quiet);
    expect(masks.map(({ kind }) => kind)).toEqual(['outage', 'surge']);
    // Two hours are 24 samples; a bucket of one sample more on either side.
    expect(knownSamples).toBe(2_016 - 2 * 26);
    expect(model?.seasonSteps).toEqual([288]);
  });

  it('says what the chosen model and the runner-up would have lost', () => {
    const model = train(trainRequest(), quiet).model!;
    const { origins, servedLoss } = model.evidence!;
    expect(model.selection).toMatchObject({ origins, loss: servedLoss });
    expect(model.selection?.runnerUp?.loss).toBeGreaterThan(0);
  });

  it('prefers the model in use where it was any better than the most trusted, else that one', () => {
    const walk = randomWalk(5, 2_016, 300_000, 1_000, 20);
    const history = (): TrainRequest['history'] => ({
      startMs: walk.startMs,
      stepMs: walk.stepMs,
      values: Float64Array.from(walk.values),
    });
    const { horizonSteps, levels, settings } = trainRequest();
    const windowSteps = [leadWindowSteps(settings.leadTimeMs, walk.stepMs)];
    const trials = tryModels(
      walk,
      candidatesFor('auto'),
      { horizonSteps, levels, seasonSteps: [], windowSteps },
      settings,
    );
    for (const incumbent of ['ridge', 'last-value']) {
      const { model } = train(trainRequest(1, { history: history(), seasonalityMs: [], incumbent }), quiet);
      expect(model?.name).toBe(selectModel(trials, incumbent).model);
    }
  });

  it('goes on from the model in use where that is chosen again and can be gone on from, and tries it from nothing', async () => {
    await prepareForecaster('neural');
    const { startMs, stepMs, values } = trainRequest().history;
    const learn = learnWith({ cold: { earlySteps: 1, finalSteps: 1 }, warm: WARM_EFFORT });
    const options = { horizonSteps: 12, levels: DEFAULT_LEVELS, seasonSteps: [96] };
    const previous = neuralWith(learn)
      .fit(new Series(startMs, stepMs, values), options)
      .toJSON();
    const trainedAfter = (incumbent: string): TrainedModel =>
      train(trainRequest(1, { model: 'neural', incumbent, previous }), quiet).model!;
    const [same, other] = [trainedAfter('neural'), trainedAfter('ridge')];
    expect([same.state, other.state]).toMatchObject([{ learnt: { warmStarts: 1 } }, { learnt: { warmStarts: 0 } }]);
    expect(same.evidence).not.toBeNull();
    expect(same.evidence).toEqual(other.evidence);
    // Three trainings at full length take a few seconds; on a busy machine, far more.
  }, 180_000);

  it('fits a model that cannot be gone on from as if there had been none before', () => {
    const { state } = train(trainRequest(), quiet).model!;
    expect(train(trainRequest(1, { incumbent: BEST, previous: { anything: 'else' } }), quiet).model?.state).toEqual(
      state,
    );
  });

  it('fits on the time of a zone', () => {
    const timeZone = 'Europe/Berlin';
    const state = train(trainRequest(1, { timeZone }), quiet).model?.state;
    expect(inTimeZone(forecasterByName(BEST), timeZone).restore(state).originMs).toBe(575 * 300_000);
    expect(() => forecasterByName(BEST).restore(state)).toThrow(RangeError);
    const { history, ignoreWindows } = trainRequest();
    const options = { horizonSteps: 12, levels: DEFAULT_LEVELS, seasonSteps: [96], windowSteps: [3] };
    expect(fit({ history, ignoreWindows, timeZone, model: BEST, options }, quiet)).toEqual(state);
  });

  it('refuses a model that there is not', () => {
    expect(() => train(trainRequest(1, { model: 'oracle' }), quiet)).toThrow(UsageError);
  });
});

describe('fit', () => {
  const options = { horizonSteps: 12, levels: DEFAULT_LEVELS, seasonSteps: [96], windowSteps: [3] };

  it('makes the same model as a training that chose it', () => {
    const { history, ignoreWindows } = trainRequest();
    const state = fit({ history, ignoreWindows, model: BEST, options }, quiet);
    expect(state).toEqual(train(trainRequest(), quiet).model?.state);
  });

  it('refuses a history that is too short for the model', () => {
    const { history, ignoreWindows } = withLast(50);
    const request = { history, ignoreWindows, model: BEST, options };
    expect(() => fit(request, quiet)).toThrow(InsufficientHistoryError);
  });
});
