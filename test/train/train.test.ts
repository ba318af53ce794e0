import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../src/core/duration.js';
import { InsufficientHistoryError, UsageError } from '../../src/core/errors.js';
import { DEFAULT_LEVELS } from '../../src/core/forecast.js';
import { inTimeZone } from '../../src/forecast/local-time.js';
import { forecasterByName } from '../../src/forecast/registry.js';
import { fit } from '../../src/train/fit.js';
import type { TrainRequest } from '../../src/train/request.js';
import { train } from '../../src/train/train.js';
import { trainRequest } from '../contract/trainer.js';
import { dailyLoad } from '../forecast/generators.js';
import { at, loadTest, outage, withEvents } from '../series/hygiene/planted.js';

const quiet = (): void => undefined;

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
    expect(result.model).toMatchObject({ name: 'ridge', seasonSteps: [96] });
    expect(result.model?.evidence?.origins).toBeGreaterThan(12);
    const forecast = forecasterByName('ridge').restore(result.model?.state).forecast();
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
    // The last value needs one point to start from, the 12 steps ahead and 20 origins: 1 + 12 + 20 - 1.
    ['too little for any model', withLast(31), { model: null, nextModelAtSamples: 32, problem: null }],
    // The ridge needs 150 rows, 12 steps ahead and 60 to look back on.
    ['enough for the simpler one', withLast(32), { model: { name: 'last-value' }, nextModelAtSamples: 222 }],
    ['enough for the better one', withLast(222), { model: { name: 'ridge' }, nextModelAtSamples: Infinity }],
    ['nothing at all', withLast(0), { model: null, knownSamples: 0, nextModelAtSamples: 32 }],
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

  it('fits on the time of a zone', () => {
    const timeZone = 'Europe/Berlin';
    const state = train(trainRequest(1, { timeZone }), quiet).model?.state;
    expect(inTimeZone(forecasterByName('ridge'), timeZone).restore(state).originMs).toBe(575 * 300_000);
    expect(() => forecasterByName('ridge').restore(state)).toThrow(RangeError);
    const { history, ignoreWindows } = trainRequest();
    const options = { horizonSteps: 12, levels: DEFAULT_LEVELS, seasonSteps: [96] };
    expect(fit({ history, ignoreWindows, timeZone, model: 'ridge', options }, quiet)).toEqual(state);
  });

  it('refuses a model that there is not', () => {
    expect(() => train(trainRequest(1, { model: 'oracle' }), quiet)).toThrow(UsageError);
  });
});

describe('fit', () => {
  const options = { horizonSteps: 12, levels: DEFAULT_LEVELS, seasonSteps: [96] };

  it('makes the same model as a training that chose it', () => {
    const { history, ignoreWindows } = trainRequest();
    const state = fit({ history, ignoreWindows, model: 'ridge', options }, quiet);
    expect(state).toEqual(train(trainRequest(), quiet).model?.state);
  });

  it('refuses a history that is too short for the model', () => {
    const { history, ignoreWindows } = withLast(50);
    const request = { history, ignoreWindows, model: 'ridge', options };
    expect(() => fit(request, quiet)).toThrow(InsufficientHistoryError);
  });
});
