import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import { InsufficientHistoryError } from '../../src/core/errors.js';
import { DEFAULT_LEVELS, type Forecast } from '../../src/core/forecast.js';
import type { FitOptions, FittedForecaster, Forecaster } from '../../src/core/forecaster.js';
import { Series } from '../../src/core/series.js';
import { dailyLoad, dice, generate, seriesOf, wave, withGaps } from '../forecast/generators.js';

const STEP = 5 * MINUTE_MS;
const HORIZON = 24;
const SEASON = 288;
const DAYS = 4;
const OPTIONS: FitOptions = { horizonSteps: HORIZON, levels: DEFAULT_LEVELS, seasonSteps: [SEASON] };

export interface ContractOptions {
  /** Clauses that cannot hold for this forecaster, each with the reason. */
  readonly skips?: Partial<Record<Clause, string>>;
  /**
   * For a forecaster whose `update` keeps the parameters of the fit: why, and the same forecaster with the parameters of
   * a fitted model given instead of optimised. Updating then has to come to the same as that one's fit.
   */
  readonly keepsParameters?: { readonly reason: string; forecasterOf(fitted: FittedForecaster): Forecaster };
}

/** Clauses that a forecaster may be excused from. */
export type Clause = 'forecasts a load without a season';

/** What every {@link Forecaster} promises. */
export function describeForecasterContract(
  forecaster: Forecaster,
  { skips = {}, keepsParameters }: ContractOptions = {},
): void {
  const load = dailyLoad(1, DAYS, { stepMs: STEP });
  const forecastOf = (series: Series, options: Partial<FitOptions> = {}): Forecast =>
    forecaster.fit(series, { ...OPTIONS, ...options }).forecast();

  describe(`${forecaster.name} keeps the contract of a forecaster`, () => {
    describe('what it returns', () => {
      it('carries the name, the origin and the step', () => {
        const model = forecaster.fit(load, OPTIONS);
        const forecast = model.forecast();
        expect(model.name).toBe(forecaster.name);
        expect(forecast.model).toBe(forecaster.name);
        expect(model.originMs).toBe(load.lastMs);
        expect(forecast.originMs).toBe(load.lastMs);
        expect(forecast.stepMs).toBe(STEP);
      });

      it.each([
        ['a horizon of one step', 1, [SEASON]],
        ['two hours', 24, [SEASON]],
        ['a horizon longer than its season', 24, [12]],
        ['a horizon of a season', 12, [12]],
        ['two seasons, the longer one not a multiple of the other', 24, [SEASON, 500]],
      ])('covers exactly %s, finite everywhere', (_, horizonSteps, seasonSteps) => {
        expectSound(forecastOf(load, { horizonSteps, seasonSteps }), horizonSteps, DEFAULT_LEVELS);
      });

      it.each([[[0.5]], [[0.01, 0.5, 0.999]], [[0.9, 0.95]]])('has the levels asked for: %j', (levels) => {
        expectSound(forecastOf(load, { levels }), HORIZON, levels);
      });

      it('has the same quantile at a level, whatever other levels are asked for', () => {
        expect(forecastOf(load, { levels: [0.9] }).values[0]).toEqual(forecastOf(load).quantile(0.9));
      });
    });

    describe('the first steps alone', () => {
      it.each([1, 2, 7, HORIZON - 1, HORIZON])('are at least %i, the same as those of the whole forecast', (steps) => {
        // Long enough that errors of other loads count, where a model knows any.
        const long = dailyLoad(7, 5, { stepMs: STEP });
        const model = forecaster.fit(long, { ...OPTIONS, windowSteps: [3] });
        const whole = model.forecast();
        const first = model.forecast(steps);
        expect(first.horizonSteps).toBeGreaterThanOrEqual(steps);
        expect(first.horizonSteps).toBeLessThanOrEqual(whole.horizonSteps);
        expect(first.values).toEqual(whole.values.map((row) => row.slice(0, first.horizonSteps)));
        expect(first.windowMaxima).toEqual(whole.windowMaxima);
      });
    });

    describe('what it may look at', () => {
      it('leaves its input as it was', () => {
        const before = load.values.slice();
        forecastOf(load);
        expect(bytes(load.values)).toEqual(bytes(before));
      });

      it('does not follow its input after the fit', () => {
        const mine = load.values.slice();
        const model = forecaster.fit(new Series(load.startMs, STEP, mine), OPTIONS);
        mine.fill(1e6);
        expect(same(model.forecast(), forecastOf(load))).toBe(true);
      });

      it('reads nothing after the origin, even where the series is a view of more', () => {
        const origin = load.length - 100;
        const ends = load.startMs + origin * STEP;
        const other = load.values.slice();
        other.fill(1e6, origin);
        const here = forecastOf(load.between(load.startMs, ends));
        const there = forecastOf(new Series(load.startMs, STEP, other).between(load.startMs, ends));
        expect(here.originMs).toBe(ends - STEP);
        expect(same(here, there)).toBe(true);
      });

      it('says the same of the same input', () => {
        const model = forecaster.fit(load, OPTIONS);
        expect(same(model.forecast(), model.forecast())).toBe(true);
        expect(same(model.forecast(), forecastOf(load))).toBe(true);
      });

      it('does not care when the load was', () => {
        const later = new Series(load.startMs + 1_234_567, STEP, load.values);
        const forecast = forecastOf(later);
        expect(forecast.originMs).toBe(load.lastMs + 1_234_567);
        expect(forecast.values).toEqual(forecastOf(load).values);
      });
    });

    describe('what follows from the input', () => {
      // 1e-9: the square root and its inverse round.
      it.each([7, 0.1, 123_456.789, -5])('forecasts itself for a constant load of %d', (level) => {
        const forecast = forecastOf(generate(SEASON * 2, STEP, () => level));
        for (const row of forecast.values) for (const value of row) expect(value / level).toBeCloseTo(1, 9);
      });

      it('forecasts zeros after nothing but zeros', () => {
        const forecast = forecastOf(generate(SEASON * 2, STEP, () => 0));
        for (const row of forecast.values) expect([...row].every((value) => value === 0)).toBe(true);
      });

      // 1e-6 relative: a regression solved with other numbers rounds in other places.
      it.each([3, 1e6, 1e-6, 0.037])('scales with the load: times %d', (factor) => {
        const scaled = forecastOf(
          seriesOf(
            load.values.map((value) => value * factor),
            STEP,
          ),
        );
        forecastOf(load).values.forEach((row, l) => {
          row.forEach((value, k) => {
            expect(Math.abs(scaled.values[l]![k]! - value * factor)).toBeLessThanOrEqual(1e-6 * value * factor);
          });
        });
      });

      it('never forecasts below zero for a load that never was', () => {
        const bursts = generate(SEASON * DAYS, STEP, (i) => (i % 40 === 0 ? 900 : i % 3));
        for (const row of forecastOf(bursts).values) expect(Math.min(...row)).toBeGreaterThanOrEqual(0);
      });

      const random = dice(7);
      const magnitudes: [string, (i: number) => number][] = [
        ['negative values', (i) => -100 - 50 * wave(i * STEP) + random.normal()],
        ['values on both sides of zero', (i) => 50 * Math.sin(i / 20) + random.normal()],
        ['huge values (1e12)', (i) => 1e12 * (1 + wave(i * STEP)) + 1e10 * random.normal()],
        ['tiny values (1e-9)', (i) => 1e-9 * (1 + wave(i * STEP)) + 1e-11 * random.normal()],
        ['values from 1e-6 to 1e9', () => 10 ** (-6 + 15 * random.uniform())],
        ['a single step from 0 to 1,000 at the end', (i) => (i < SEASON * DAYS - 1 ? 0 : 1_000)],
        ['a single 1 in zeros', (i) => (i === 500 ? 1 : 0)],
      ];
      it.each(magnitudes)('copes with %s', (_, valueAt) => {
        const forecast = forecastOf(generate(SEASON * DAYS, STEP, valueAt));
        expectSound(forecast, HORIZON, DEFAULT_LEVELS);
      });
    });

    describe('gaps', () => {
      const random = dice(5);
      const day = DAY_MS / STEP;
      const patterns: [string, number, (i: number) => boolean][] = [
        ['at the start', DAYS, (i) => i < 1.5 * day],
        ['at the end, short', DAYS, (i) => i >= DAYS * day - 7],
        ['at the end, longer than the horizon', DAYS, (i) => i >= DAYS * day - 60],
        ['at the end, over days', 14, (i) => i >= 5 * day],
        ['at the end, with little more than a day before it', 14, (i) => i >= 350],
        ['in the middle, over a day', DAYS, (i) => i > day && i < 2.5 * day],
        ['in the middle, with three samples after it', 14, (i) => i > 5 * day && i < 14 * day - 3],
        ['in every second sample', DAYS, (i) => i % 2 === 1],
        ['in half of the samples at random', DAYS, () => random.uniform() < 0.5],
        ['in nine of ten samples at random', 14, () => random.uniform() < 0.9],
        ['at the same hours of every day', DAYS, (i) => i % day < day / 4],
      ];
      it.each(patterns)('%s (%d days)', (_, days, isGap) => {
        const gappy = withGaps(dailyLoad(2, days, { stepMs: STEP }), isGap);
        const forecast = forecastOf(gappy, { seasonSteps: [day] });
        expect(forecast.originMs).toBe(gappy.lastMs);
        expectSound(forecast, HORIZON, DEFAULT_LEVELS);
      });

      it('that go on, sample by sample, for days', () => {
        const model = forecaster.fit(load, OPTIONS);
        for (let i = 0; i < 3_000; i++) model.update(NaN);
        const forecast = model.forecast();
        expect(forecast.originMs).toBe(load.lastMs + 3_000 * STEP);
        expectSound(forecast, HORIZON, DEFAULT_LEVELS);
      });

      it('anywhere, with any load: property', () => {
        const stretch = fc.record({ length: fc.nat({ max: 300 }), isGap: fc.boolean(), seed: fc.nat() });
        fc.assert(
          fc.property(
            fc.array(stretch, { minLength: 4, maxLength: 12 }),
            fc.constantFrom(12, 50, 288),
            (parts, season) => {
              const values = parts.flatMap(({ length, isGap, seed }) => {
                const random = dice(seed);
                const level = 1_000 * random.uniform();
                return Array.from({ length }, () => (isGap ? NaN : level * random.uniform()));
              });
              const options = { ...OPTIONS, seasonSteps: [season] };
              const series = seriesOf(values, STEP);
              fc.pre(series.countKnown() >= forecaster.minSamples(options));
              expectSound(forecaster.fit(series, options).forecast(), HORIZON, DEFAULT_LEVELS);
            },
          ),
          { numRuns: 100 },
        );
      });
    });

    describe('how much history it needs', () => {
      it.each([
        ['15 s', 15 * SECOND_MS, 2 * HOUR_MS],
        ['1 min', MINUTE_MS, 2 * HOUR_MS],
        ['2 min', 2 * MINUTE_MS, 2 * HOUR_MS],
        ['10 min', 10 * MINUTE_MS, 2 * HOUR_MS],
        ['1 h', HOUR_MS, 6 * HOUR_MS],
      ])('forecasts from exactly minSamples on, at a step of %s', (_, stepMs, horizonMs) => {
        const options = { ...OPTIONS, horizonSteps: horizonMs / stepMs, seasonSteps: [DAY_MS / stepMs] };
        const samples = forecaster.minSamples(options);
        const days = Math.ceil((samples * stepMs) / DAY_MS) + 1;
        const { startMs, values } = dailyLoad(3, days, { stepMs });
        for (const more of [0, 1, 17, 100]) {
          const series = new Series(startMs, stepMs, values.slice(0, samples + more));
          expectSound(forecaster.fit(series, options).forecast(), options.horizonSteps, DEFAULT_LEVELS);
        }
      });

      it('refuses fewer, naming itself and the numbers, and does not count gaps', () => {
        const needed = forecaster.minSamples(OPTIONS);
        const short = withGaps(load, (i) => i >= needed - 1);
        expect(() => forecaster.fit(short, OPTIONS)).toThrow(InsufficientHistoryError);
        const numbers = { knownSamples: needed - 1, neededSamples: needed, code: 'TC_INSUFFICIENT_HISTORY' };
        expect(() => forecaster.fit(short, OPTIONS)).toThrow(expect.objectContaining(numbers));
        expect(() => forecaster.fit(short, OPTIONS)).toThrow(
          `${forecaster.name} needs at least ${needed} known samples, got ${needed - 1}`,
        );
        expect(() => forecaster.fit(seriesOf([]), OPTIONS)).toThrow(InsufficientHistoryError);
      });

      const withoutSeason: Clause = 'forecasts a load without a season';
      if (skips[withoutSeason] === undefined) {
        it(withoutSeason, () => {
          expectSound(forecastOf(load, { seasonSteps: [] }), HORIZON, DEFAULT_LEVELS);
        });
      } else {
        it(`says that it does not apply without a season: ${skips[withoutSeason]}`, () => {
          const options = { ...OPTIONS, seasonSteps: [] };
          expect(forecaster.minSamples(options)).toBe(Infinity);
          expect(() => forecaster.fit(load, options)).toThrow(InsufficientHistoryError);
          expect(() => forecaster.fit(load, options)).toThrow(
            `${forecaster.name} needs a season, and the data show none`,
          );
        });
      }
    });

    describe('update', () => {
      const exemption = keepsParameters === undefined ? '' : `, with the parameters kept: ${keepsParameters.reason}`;
      it(`comes to the same as a fit to the longer series${exemption}`, () => {
        const more = withGaps(dailyLoad(4, 3, { stepMs: STEP }), (i) => i % 50 > 45);
        const part = more.length - 200;
        const model = forecaster.fit(new Series(more.startMs, STEP, more.values.slice(0, part)), OPTIONS);
        for (const value of more.values.subarray(part)) model.update(value);
        const whole = (keepsParameters?.forecasterOf(model) ?? forecaster).fit(more, OPTIONS).forecast();
        expect(model.originMs).toBe(more.lastMs);
        // Bit for bit: both see the same samples in the same order.
        expect(same(model.forecast(), whole)).toBe(true);
      });

      it('comes to the same whether or not a forecast was asked for in between', () => {
        const { values } = dailyLoad(5, 1, { stepMs: STEP });
        const quiet = forecaster.fit(load, OPTIONS);
        const asked = forecaster.fit(load, OPTIONS);
        for (const value of values) {
          quiet.update(value);
          asked.update(value);
          asked.forecast();
          asked.forecast(2);
        }
        expect(same(quiet.forecast(), asked.forecast())).toBe(true);
      });

      it('does not change a forecast made before', () => {
        const model = forecaster.fit(load, OPTIONS);
        const forecast = model.forecast();
        const before = forecast.values.map((row) => row.slice());
        for (let i = 0; i < 50; i++) model.update(5_000);
        model.forecast();
        expect(forecast.values).toEqual(before);
      });
    });

    describe.runIf(forecaster.refit !== undefined)('refit', () => {
      const later = load.between(load.startMs + 6 * HOUR_MS, load.endMs);
      const stateOf = (change: object = {}): object => ({
        ...(forecaster.fit(load, OPTIONS).toJSON() as object),
        ...change,
      });
      const refitted = (previous: unknown, series = later): Forecast =>
        forecaster.refit!(series, OPTIONS, previous).forecast();

      it('comes to the same of the same input, which it leaves as it was, also after saving', () => {
        const state = stateOf();
        const before = JSON.stringify(state);
        const forecast = refitted(state);
        expectSound(forecast, HORIZON, DEFAULT_LEVELS);
        expect(forecast.originMs).toBe(later.lastMs);
        expect(same(refitted(state), forecast)).toBe(true);
        expect(same(refitted(JSON.parse(before)), forecast)).toBe(true);
        expect(JSON.stringify(state)).toBe(before);
      });

      it.each([
        ['nothing', null],
        ['undefined', undefined],
        ['a text', 'state'],
        ['an empty object', {}],
        ['the state of another model', stateOf({ model: 'crystal-ball' })],
        ['an older format', stateOf({ format: 0 })],
        ['a newer format', stateOf({ format: 1_000 })],
      ])('is a plain fit after %s', (_, previous) => {
        expect(same(refitted(previous), forecastOf(later))).toBe(true);
      });

      it('refuses too little history', () => {
        expect(() => refitted(stateOf(), seriesOf([]))).toThrow(InsufficientHistoryError);
      });
    });

    describe('saving', () => {
      const saved = (state: unknown): unknown => JSON.parse(JSON.stringify(state));

      it.each([
        ['a load', load],
        ['a load with gaps, the last sample included', withGaps(load, (i) => i % 40 > 33 || i >= load.length - 3)],
        ['a load that begins with a gap', withGaps(load, (i) => i < 300)],
        ['nothing but zeros', generate(SEASON * 2, STEP, () => 0)],
        ['negative zeros', generate(SEASON * 2, STEP, (i) => (i % 5 === 0 ? -0 : 3))],
      ])('restores the model of %s bit for bit, and it goes on in the same way', (_, series) => {
        const model = forecaster.fit(series, OPTIONS);
        const restored = forecaster.restore(saved(model.toJSON()));
        expect(restored.name).toBe(forecaster.name);
        expect(restored.originMs).toBe(model.originMs);
        expect(same(restored.forecast(), model.forecast())).toBe(true);
        for (const value of dailyLoad(6, 1, { stepMs: STEP }).values.map((v, i) => (i % 9 === 0 ? NaN : v))) {
          model.update(value);
          restored.update(value);
        }
        expect(same(restored.forecast(), model.forecast())).toBe(true);
        expect(JSON.stringify(restored.toJSON())).toBe(JSON.stringify(model.toJSON()));
      });

      it('restores a model that was saved, restored and saved again', () => {
        const model = forecaster.fit(load, OPTIONS);
        const once = saved(model.toJSON());
        const twice = saved(forecaster.restore(once).toJSON());
        expect(JSON.stringify(twice)).toBe(JSON.stringify(once));
      });

      it('does not change a saved state afterwards', () => {
        const model = forecaster.fit(load, OPTIONS);
        const state = model.toJSON();
        const before = JSON.stringify(state);
        const restored = forecaster.restore(state);
        for (let i = 0; i < 300; i++) {
          model.update(i);
          restored.update(2 * i);
        }
        expect(JSON.stringify(state)).toBe(before);
      });

      it.each([
        ['nothing', null],
        ['undefined', undefined],
        ['a text', 'state'],
        ['an empty object', {}],
        ['the state of another model', { ...(saved(stateOf()) as object), model: 'crystal-ball' }],
        ['an older format', { ...(saved(stateOf()) as object), format: 0 }],
        ['a newer format', { ...(saved(stateOf()) as object), format: 1_000 }],
      ])('refuses to restore %s', (_, state) => {
        expect(() => forecaster.restore(state)).toThrow(RangeError);
        expect(() => forecaster.restore(state)).toThrow(`saved state is not of ${forecaster.name}`);
      });

      function stateOf(): unknown {
        return forecaster.fit(load, OPTIONS).toJSON();
      }
    });
  });
}

/** Lengths, finite values and quantiles that do not cross: the constructor of a forecast checks them too. */
function expectSound(forecast: Forecast, horizonSteps: number, levels: readonly number[]): void {
  expect(forecast.levels).toEqual(levels);
  expect(forecast.horizonSteps).toBe(horizonSteps);
  forecast.values.forEach((row, l) => {
    expect(row.length).toBe(horizonSteps);
    expect(row.every(Number.isFinite)).toBe(true);
    if (l > 0) expect(row.every((value, k) => value >= forecast.values[l - 1]![k]!)).toBe(true);
  });
}

/** Whether two forecasts are equal bit for bit. */
function same(left: Forecast, right: Forecast): boolean {
  return (
    left.originMs === right.originMs &&
    left.stepMs === right.stepMs &&
    left.values.length === right.values.length &&
    left.values.every((row, l) => Buffer.compare(bytes(row), bytes(right.values[l]!)) === 0)
  );
}

function bytes(values: Float64Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
