import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { UsageError } from '../../src/core/errors.js';
import { Series } from '../../src/core/series.js';
import { prepareReplay } from '../../src/replay/prepare.js';
import { replay } from '../../src/replay/replay.js';
import { DEFAULT_REPLAY, type ReplaySettings } from '../../src/replay/settings.js';
import { finish } from './finish.js';
import { START_MS } from './load.js';

/** A start of 45 s, or 120 s at most; with a sync of 15 s and a fifth the lead time is 162 s. */
const settings: ReplaySettings = { ...DEFAULT_REPLAY, historyMs: DAY_MS, reportMs: DAY_MS };

function loadEvery(stepMs: number, samples = Math.ceil((3 * DAY_MS) / stepMs)): Series {
  return new Series(
    START_MS,
    stepMs,
    Float64Array.from({ length: samples }, (_, i) => 100 + (i % 7)),
  );
}

describe('a load with samples too far apart', () => {
  it.each([
    [30 * DAY_MS, '30d'],
    [7 * DAY_MS, '7d'],
    [DAY_MS, '1d'],
    [28 * MINUTE_MS, '28m'],
  ])('of %i ms is refused, and the longest step is named', (stepMs, words) => {
    const options = { settings, objective: null, assertion: null, pareto: false };
    const run = () => finish(replay(loadEvery(stepMs, 200), options));
    expect(run).toThrow(UsageError);
    expect(run).toThrow(
      `the load has a sample every ${words}; expected one at least every 27m: 10 lead times of 2m42s, and no more than the 2h that are forecast`,
    );
  });

  it('is one that shows nothing of a start: pods that take longer may be replayed on a longer step', () => {
    expect(() => prepareReplay(loadEvery(27 * MINUTE_MS), settings)).not.toThrow();
    const slow = { ...settings, startup: { p50S: 600, p95S: 600 } };
    expect(() => prepareReplay(loadEvery(2 * HOUR_MS), slow)).not.toThrow();
    // Ten lead times are 2 h 3 min, and a model needs a step within its horizon.
    expect(() => prepareReplay(loadEvery(2 * HOUR_MS + MINUTE_MS), slow)).toThrow('expected one at least every 2h: ');
  });

  it('is so for a model where its own step is beyond the horizon', () => {
    const coarse = { ...settings, queryStepMs: 3 * HOUR_MS };
    expect(() => prepareReplay(loadEvery(MINUTE_MS), coarse)).toThrow(
      'the step of the history is 3h; expected at most the 2h that are forecast',
    );
  });
});
