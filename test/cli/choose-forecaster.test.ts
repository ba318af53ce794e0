import { describe, expect, it } from 'vitest';
import { autoContestant } from '../../src/cli/choose-forecaster.js';
import { DAY_MS, MINUTE_MS } from '../../src/core/duration.js';
import type { FitOptions } from '../../src/core/forecaster.js';
import { Series } from '../../src/core/series.js';
import { uniform } from '../../src/demo/noise.js';

const STEP_MS = 10 * MINUTE_MS;
const DAY = DAY_MS / STEP_MS;
const OPTIONS: FitOptions = { horizonSteps: 12, levels: [0.1, 0.5, 0.9], seasonSteps: [DAY] };
const auto = autoContestant({}, 2 * STEP_MS);

const seriesOf = (length: number, load: (i: number) => number): Series =>
  new Series(
    0,
    STEP_MS,
    Float64Array.from({ length }, (_, i) => load(i)),
  );

/** A daily curve with noise. */
const daily = (i: number): number => 200 - 100 * Math.cos((2 * Math.PI * i) / DAY) + 20 * uniform(1, i);

describe('the contestant auto', () => {
  it.each([
    ['the first hours: a random walk', 20, daily, 'random-walk'],
    ['days alike: the most trusted model', 7 * DAY, daily, 'combination'],
  ])('chooses from the history it is given, for %s', (_, length, load, model) => {
    expect(auto.fit(seriesOf(length, load), OPTIONS).forecast().model).toBe(model);
  });

  it('needs what the least demanding candidate needs', () => {
    expect(auto.minSamples(OPTIONS)).toBe(4);
    expect(() => auto.fit(seriesOf(3, daily), OPTIONS)).toThrow('random-walk needs at least 4 known samples, got 3');
  });
});
