import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/core/duration.js';
import { DEFAULT_LEVELS, Forecast } from '../../src/core/forecast.js';
import type { FitOptions, Forecaster } from '../../src/core/forecaster.js';
import { Series } from '../../src/core/series.js';
import { measureEvidence } from '../../src/evaluate/evidence.js';
import { allForecasters, candidatesFor } from '../../src/forecast/registry.js';
import { ridge } from '../../src/forecast/ridge/ridge.js';
import { evidenceIsGood } from '../../src/scaling/decide.js';
import { findSeasons } from '../../src/series/seasonality.js';
import {
  dailyLoad,
  dice,
  generate,
  randomWalk,
  seriesOf,
  staircase,
  whiteNoise,
  withGaps,
} from '../forecast/generators.js';

const STEP = 5 * MINUTE_MS;
const DAY = DAY_MS / STEP;
const SETTINGS = { quantile: 0.9, leadTimeMs: 15 * MINUTE_MS, targetPerReplica: 10, maxReplicaCount: 100 };
const HORIZON = 24;

/** As the service measures it: the seasons are found first. */
const optionsFor = (series: Series): FitOptions => ({
  horizonSteps: HORIZON,
  levels: DEFAULT_LEVELS,
  seasonSteps: findSeasons(series),
});

/** A forecaster that says `next`, given what it has seen so far, at every level and step; and keeps a log. */
function scripted(next: (seen: readonly number[]) => number, log: number[][] = []): Forecaster {
  return {
    name: 'scripted',
    minSamples: () => 1,
    fit(series, { horizonSteps, levels }) {
      const seen = [...series.values];
      return {
        name: 'scripted',
        get originMs() {
          return series.timeAt(seen.length - 1);
        },
        update: (value) => seen.push(value),
        forecast() {
          log.push([...seen]);
          const values = levels.map(() => new Float64Array(horizonSteps).fill(next(seen)));
          return new Forecast({ model: 'scripted', originMs: this.originMs, stepMs: series.stepMs, levels, values });
        },
        toJSON: () => null,
      };
    },
    restore: () => {
      throw new RangeError('not kept');
    },
  };
}

describe('measureEvidence', () => {
  const MINUTE_STEP = { horizonSteps: 30, levels: [0.9], seasonSteps: [] };

  /** 100 minutes that alternate between 10 and 30, so that within any 15 minutes the load reaches 30. */
  const sawtooth = generate(400, MINUTE_MS, (i) => (i % 2 === 0 ? 10 : 30));

  it('is the mean pinball loss of what is served against the highest load within the lead time', () => {
    // 240 minutes are learnt from; origins at 240, 255, ..., 375 and on while 15 minutes follow: 240 + 15 k < 385, k = 0..9.
    // That is fewer than twelve origins: nothing can be said. 600 minutes leave 360 + 15 k < 585: k = 0..14, fifteen.
    const longer = generate(600, MINUTE_MS, (i) => (i % 2 === 0 ? 10 : 30));
    expect(
      measureEvidence(
        sawtooth,
        scripted(() => 40),
        MINUTE_STEP,
        SETTINGS,
      ),
    ).toBeNull();

    // Even origins (8 of 15) observe 10, odd ones (7) observe 30; the peak is always 30. Observed alone:
    // 8 times 20 short at 0.9 = 144, 7 times exact, / 15 = 9.6. Serving 40: 10 too much at 0.1 = 1 each time.
    const generous = measureEvidence(
      longer,
      scripted(() => 40),
      MINUTE_STEP,
      SETTINGS,
    )!;
    expect(generous.origins).toBe(15);
    expect(generous.observedLoss).toBeCloseTo(9.6, 12);
    expect(generous.servedLoss).toBeCloseTo(1, 12);
  });

  it('serves no less than what is observed', () => {
    const longer = generate(600, MINUTE_MS, (i) => (i % 2 === 0 ? 10 : 30));
    // A forecast of 0 adds nothing, and takes nothing away.
    const useless = measureEvidence(
      longer,
      scripted(() => 0),
      MINUTE_STEP,
      SETTINGS,
    )!;
    expect(useless.servedLoss).toBe(useless.observedLoss);
    expect(evidenceIsGood(useless)).toBe(false);
  });

  it('charges for a forecast that is too high', () => {
    const flat = generate(600, MINUTE_MS, () => 100);
    // 100 too much at 0.1.
    const { servedLoss, observedLoss } = measureEvidence(
      flat,
      scripted(() => 200),
      MINUTE_STEP,
      SETTINGS,
    )!;
    expect(servedLoss).toBeCloseTo(10, 12);
    expect(observedLoss).toBe(0);
  });

  it('does not count the present load as something to come', () => {
    const falling = generate(600, MINUTE_MS, (i) => 1_000 - i);
    // The next minute is 1 lower than what is served, and the highest that comes: 1 too much at 0.1.
    const { servedLoss, observedLoss } = measureEvidence(
      falling,
      scripted(() => 0),
      MINUTE_STEP,
      SETTINGS,
    )!;
    expect(servedLoss).toBeCloseTo(0.1, 12);
    expect(observedLoss).toBeCloseTo(0.1, 12);
  });

  it('looks at the lead time alone', () => {
    // Flat but for one minute in twenty; a lead time of 5 min, with origins 15 min apart, from minute 360 on.
    const spiky = generate(600, MINUTE_MS, (i) => (i % 20 === 7 ? 100 : 0));
    const short = { ...SETTINGS, leadTimeMs: 5 * MINUTE_MS };
    const seenBy = (settings: typeof SETTINGS): number =>
      measureEvidence(
        spiky,
        scripted(() => 0),
        MINUTE_STEP,
        settings,
      )!.observedLoss;
    // Origins at 0, 15, 10 and 5 modulo 20, in turn: only after 5 does a spike come within 5 min; after 0 and 15 it
    // takes 7 and 12 min, and after 10 it takes 17. The load at an origin is 0.
    expect(seenBy(short)).toBeCloseTo((0.9 * 100 * 4) / 16, 12);
    expect(seenBy({ ...short, leadTimeMs: 15 * MINUTE_MS })).toBeCloseTo((0.9 * 100 * 11) / 15, 12);
  });

  it('skips origins at which the load, or what came of it, is not known', () => {
    const longer = generate(600, MINUTE_MS, (i) => (i % 2 === 0 ? 10 : 30));
    // Minute 375 is an origin and within the lead time of the origin before it, minute 400 within that of the one after.
    const gappy = withGaps(longer, (i) => i === 375 || i === 400);
    expect(
      measureEvidence(
        gappy,
        scripted(() => 40),
        MINUTE_STEP,
        SETTINGS,
      )!.origins,
    ).toBe(12);
  });

  describe('looks ahead nowhere', () => {
    const load = dailyLoad(1, 2, { stepMs: STEP });
    const trained = Math.floor(load.length * 0.6);

    it('the forecaster has seen exactly the samples up to each origin', () => {
      const log: number[][] = [];
      measureEvidence(
        load,
        scripted(() => 0, log),
        optionsFor(load),
        SETTINGS,
      );
      expect(log.length).toBeGreaterThan(12);
      log.forEach((seen, i) => {
        // Origins are a lead time of three steps apart.
        expect(seen).toEqual([...load.values.slice(0, trained + 1 + 3 * i)]);
      });
    });

    it('the fit does not share memory with what comes later', () => {
      const before = load.values.slice();
      const greedy: Forecaster = {
        ...scripted(() => 0),
        fit(series, options) {
          expect(series.values.buffer.byteLength).toBe(trained * 8);
          return scripted(() => 0).fit(series, options);
        },
      };
      measureEvidence(load, greedy, optionsFor(load), SETTINGS);
      expect(load.values).toEqual(before);
    });

    it('samples after the last origin and its lead time change nothing', () => {
      const options = optionsFor(load);
      // The last origin is the last multiple of three steps that three more follow.
      const lastOrigin = trained + 3 * Math.floor((load.length - 4 - trained) / 3);
      const edited = new Series(load.startMs, STEP, load.values.slice());
      edited.values.fill(1e6, lastOrigin + 4);
      for (const forecaster of allForecasters()) {
        expect(measureEvidence(edited, forecaster, options, SETTINGS)).toEqual(
          measureEvidence(load, forecaster, options, SETTINGS),
        );
      }
    });
  });

  describe('is null when the history is too short to tell', () => {
    const load = dailyLoad(1, 4, { stepMs: STEP });
    const part = (samples: number): Series => new Series(load.startMs, STEP, load.values.slice(0, samples));

    it.each([
      ['without samples', 0],
      ['with one sample', 1],
      ['while 60 % of it are too few for the model', 300],
    ])('%s', (_, samples) => {
      expect(measureEvidence(part(samples), ridge, optionsFor(part(samples)), SETTINGS)).toBeNull();
    });

    it('with enough samples and too few origins', () => {
      const settings = { ...SETTINGS, leadTimeMs: 120 * MINUTE_MS };
      // 40 % of two days are 19 hours: eight origins that are two hours apart.
      expect(measureEvidence(part(2 * DAY), ridge, optionsFor(load), settings)).toBeNull();
      expect(measureEvidence(part(4 * DAY), ridge, optionsFor(load), settings)).not.toBeNull();
    });

    it('when what follows the training part is unknown', () => {
      const silent = withGaps(load, (i) => i >= 0.6 * load.length);
      expect(measureEvidence(silent, ridge, optionsFor(load), SETTINGS)).toBeNull();
    });
  });

  describe('with the model that auto chooses first', () => {
    const [model] = candidatesFor('auto');
    const verdict = (series: Series): boolean =>
      evidenceIsGood(measureEvidence(series, model!, optionsFor(series), SETTINGS)!);

    it.each([1, 2, 3, 4, 5])('the forecast helps on a load that runs by the clock (%d)', (seed) => {
      expect(verdict(dailyLoad(seed, 7, { stepMs: STEP }))).toBe(true);
    });

    it('it helps on a job that starts every two hours', () => {
      const random = dice(6);
      expect(verdict(generate(7 * DAY, STEP, (i) => 20 + (i % 24 < 4 ? 300 : 0) + 5 * random.normal()))).toBe(true);
    });

    it('it helps on white noise, whose next peak is always above the present sample', () => {
      expect(verdict(whiteNoise(7, 7 * DAY, STEP))).toBe(true);
    });

    it.each([1, 2, 3, 4, 5])(
      'it helps on a random walk, which will be higher within the lead time than now (%d)',
      (seed) => {
        expect(verdict(randomWalk(seed, 7 * DAY, STEP))).toBe(true);
      },
    );

    it.each([1, 2, 3, 4, 5, 6, 7, 8])('it does not help on a load that jumps when nobody knows (%d)', (seed) => {
      expect(verdict(staircase(seed, 7 * DAY, STEP))).toBe(false);
    });

    it.each([
      ['constant', generate(7 * DAY, STEP, () => 50)],
      ['zero', generate(7 * DAY, STEP, () => 0)],
      ['a slowly falling line', generate(7 * DAY, STEP, (i) => 10_000 - i)],
    ])('it does not help where nothing can be gained: %s', (_, series) => {
      expect(verdict(series)).toBe(false);
    });
  });

  it('is the same in any unit, but for the unit of the loss', () => {
    const load = dailyLoad(3, 4, { stepMs: STEP });
    const scaled = seriesOf(
      load.values.map((value) => value * 1_000),
      STEP,
    );
    const one = measureEvidence(load, ridge, optionsFor(load), SETTINGS)!;
    const thousand = measureEvidence(scaled, ridge, optionsFor(load), SETTINGS)!;
    expect(thousand.origins).toBe(one.origins);
    expect(thousand.servedLoss / one.servedLoss).toBeCloseTo(1_000, 3);
    expect(thousand.observedLoss / one.observedLoss).toBeCloseTo(1_000, 6);
  });
});
