import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { UsageError } from '../../src/core/errors.js';
import { Series } from '../../src/core/series.js';
import type { ModelRecord } from '../../src/core/store.js';
import type { Workload } from '../../src/core/workload.js';
import { type Advance, ModelKeeper } from '../../src/run/model-keeper.js';
import { START_MS, STEP_MS, aFastWorkload, wave } from './running.js';

/** The day that ends at `endMs`. */
function dayUntil(endMs: number, load = wave): Series {
  const startMs = endMs - DAY_MS;
  return new Series(
    startMs,
    STEP_MS,
    Float64Array.from({ length: DAY_MS / STEP_MS + 1 }, (_, i) => load(startMs + i * STEP_MS)),
  );
}

function aKeeper(overrides: Partial<Workload> = {}, phase = 0) {
  let fits = 0;
  const keeper = new ModelKeeper({
    workload: aFastWorkload(overrides),
    phase,
    timer: () => 0,
    onFit: () => fits++,
  });
  const advanceTo = (nowMs: number, load = wave, corrected = false): Advance =>
    keeper.advance(dayUntil(nowMs, load), corrected, nowMs);
  return { keeper, advanceTo, fits: () => fits };
}

/** Advances every ten minutes for a day. @returns the hours after which there was a scheduled refit */
function refitHours({ advanceTo }: Pick<ReturnType<typeof aKeeper>, 'advanceTo'>, load = wave): number[] {
  const hours: number[] = [];
  for (let sinceMs = 0; sinceMs <= DAY_MS; sinceMs += 10 * MINUTE_MS) {
    if (advanceTo(START_MS + sinceMs, load).record !== undefined) hours.push(sinceMs / HOUR_MS);
  }
  return hours;
}

describe('ModelKeeper', () => {
  it.each([
    ['six hours', 0, [0, 6, 12, 18, 24]],
    ['less for a workload later in the phase, so that not all do it at once', 0.5, [0, 4.5, 9, 13.5, 18, 22.5]],
  ])('refits after %s', (_, phase, expected) => {
    expect(refitHours(aKeeper({}, phase))).toEqual(expected);
  });

  it('tries again every hour while the history is too short for evidence', () => {
    const since = (timeMs: number): number => (timeMs < START_MS - 3 * HOUR_MS ? NaN : wave(timeMs));
    const keeper = aKeeper();
    expect(refitHours(keeper, since).slice(0, 4)).toEqual([0, 1, 2, 3]);
    expect(keeper.keeper.evidence).not.toBeNull();
  });

  it('follows new samples without a fit in between, and fits anew after corrected ones', () => {
    const { advanceTo, fits } = aKeeper();
    advanceTo(START_MS);
    advanceTo(START_MS + STEP_MS);
    advanceTo(START_MS + 10 * STEP_MS);
    expect(fits()).toBe(1);
    expect(advanceTo(START_MS + 11 * STEP_MS, wave, true).record).toBeUndefined();
    expect(fits()).toBe(2);
  });

  it('starts its forecast at the last known sample, and goes on from there when more come', () => {
    const { advanceTo, fits } = aKeeper();
    const silent = (timeMs: number): number => (timeMs > START_MS ? NaN : wave(timeMs));
    const first = advanceTo(START_MS).forecast!;
    expect(advanceTo(START_MS + HOUR_MS, silent).forecast).toEqual(first);
    const back = (timeMs: number): number => (timeMs > START_MS && timeMs < START_MS + HOUR_MS ? NaN : wave(timeMs));
    expect(advanceTo(START_MS + HOUR_MS, back).forecast?.originMs).toBe(START_MS + HOUR_MS);
    expect(fits()).toBe(1);
  });

  it('finds the season that its model needs, and says so when there is none', () => {
    expect(aKeeper({ model: 'seasonal-naive' }).advanceTo(START_MS).forecast?.model).toBe('seasonal-naive');
    const { forecast, problem } = aKeeper({ model: 'seasonal-naive' }).advanceTo(START_MS, () => 7);
    expect(forecast).toBeNull();
    expect(problem).toContain('seasonal-naive needs a season');
  });

  it('says how many samples are needed while there are too few', () => {
    const { advanceTo, keeper } = aKeeper({ model: 'ridge' });
    const advance = advanceTo(START_MS, (timeMs) => (timeMs < START_MS - HOUR_MS ? NaN : 1));
    // 150 rows, 60 steps ahead, 60 to look back on; an hour has 31 grid points.
    expect(advance).toEqual({ forecast: null, knownSamples: 31, neededSamples: 270, problem: null });
    expect([keeper.status, keeper.evidence]).toEqual([null, null]);
  });

  it('does not count samples in ignored windows', () => {
    const ignoreWindows = [{ fromMs: START_MS - DAY_MS, toMs: START_MS - HOUR_MS }];
    expect(aKeeper({ ignoreWindows }).advanceTo(START_MS).knownSamples).toBe(30);
  });

  it.each<[string, Workload['seasonalityMs'], number[]]>([
    ['found in the data', 'auto', [6 * HOUR_MS]],
    ['given', [8 * HOUR_MS, 12 * HOUR_MS], [8 * HOUR_MS, 12 * HOUR_MS]],
    ['given and not a multiple of the step, to the nearest one', [HOUR_MS + 1], [HOUR_MS]],
  ])('shows the seasons in use: %s', (_, seasonalityMs, expected) => {
    const { keeper, advanceTo } = aKeeper({ seasonalityMs });
    advanceTo(START_MS);
    expect(keeper.status).toEqual({ name: 'ridge', seasonsMs: expected, fittedAtMs: START_MS });
  });

  it('refuses a model that there is not', () => {
    expect(() => aKeeper({ model: 'oracle' })).toThrow(UsageError);
  });
});

describe('a record', () => {
  const original = aKeeper();
  const { record } = original.advanceTo(START_MS);
  const stored = JSON.parse(JSON.stringify(record)) as ModelRecord;

  it('restores the model bit for bit, with evidence, seasons and schedule, and without a fit', () => {
    const restored = aKeeper();
    restored.keeper.restore(stored);
    expect(restored.keeper.status).toEqual(original.keeper.status);
    expect(restored.keeper.evidence).toEqual(original.keeper.evidence);
    const later = START_MS + 5 * HOUR_MS;
    expect(restored.advanceTo(later).forecast).toEqual(original.advanceTo(later).forecast);
    expect(restored.fits()).toBe(0);
    expect(restored.advanceTo(START_MS + 6 * HOUR_MS).record).toBeDefined();
  });

  it.each<[string, Partial<ModelRecord>, Partial<Workload>]>([
    ['whose model is not known any more', { model: 'oracle' }, {}],
    ['whose state cannot be read', { state: { format: 99 } }, {}],
    ['whose state is missing', { state: null }, {}],
    ['of another horizon', {}, { horizonMs: HOUR_MS }],
  ])('%s is left alone, and the next samples lead to a fit', (_, change, workload) => {
    const { keeper, advanceTo, fits } = aKeeper(workload);
    keeper.restore({ ...stored, ...change });
    expect([keeper.status, keeper.evidence]).toEqual([null, null]);
    expect(advanceTo(START_MS + STEP_MS).record).toBeDefined();
    expect(fits()).toBe(1);
  });

  it('of a model that is not the one to use now leads to a fit of that', () => {
    const { keeper, advanceTo } = aKeeper({ model: 'last-value' });
    keeper.restore(stored);
    expect(advanceTo(START_MS + STEP_MS).record?.model).toBe('last-value');
  });
});
