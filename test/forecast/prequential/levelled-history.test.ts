import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/core/duration.js';
import { LevelledHistory, type LevelledHistoryState } from '../../../src/forecast/prequential/levelled-history.js';
import { dailyLoad, randomWalk } from '../generators.js';

const STEP_MS = 5 * MINUTE_MS;
const HOUR = HOUR_MS / STEP_MS;
const DAY = DAY_MS / STEP_MS;

function remembered(samples: ArrayLike<number>): LevelledHistory {
  const history = new LevelledHistory(STEP_MS, DAY);
  for (let i = 0; i < samples.length; i++) history.push(samples[i]!);
  return history;
}

/** Days of a daily curve with noise, times what the factor is at an hour. */
function load(days: number, factorAt: (hour: number) => number, seed = 1): Float64Array {
  return dailyLoad(seed, days, { stepMs: STEP_MS }).values.map((value, i) => value * factorAt(i / HOUR));
}

/** By how much the first sample has been multiplied. */
function firstFactor(samples: Float64Array): number {
  return remembered(samples).levelled()[0]! / samples[0]!;
}

describe('LevelledHistory', () => {
  it.each([1.3, 1.5, 2, 0.6, 0.4])('puts what came before a shift to the new level: times %d', (factor) => {
    for (const hour of [96, 101, 110, 117]) {
      const samples = load(6, (at) => (at < hour ? 1 : factor), hour);
      const levelled = remembered(samples).levelled();
      // Of 72 samples, each off by its square root: the level is known to about 2 %.
      expect(levelled[0]! / samples[0]! / factor).toBeGreaterThan(0.95);
      expect(levelled[0]! / samples[0]! / factor).toBeLessThan(1.05);
      // Where it began is known to the half hour.
      const [before, after] = [(hour - 0.5) * HOUR, (hour + 0.5) * HOUR];
      expect(levelled[before]! / samples[before]!).toBeCloseTo(levelled[0]! / samples[0]!, 12);
      expect(levelled[after]).toBe(samples[after]);
    }
  });

  it.each<[string, Float64Array]>([
    ['no shift', load(14, () => 1)],
    ['an incident of five hours', load(6, (hour) => (hour >= 101 && hour < 106 ? 2 : 1))],
    ['a shift of five hours ago', load(6, (hour) => (hour < 139 ? 1 : 1.5))],
    ['a shift within the first two days', load(4, (hour) => (hour < 40 ? 1 : 1.5))],
    ['a day that was twice as high, since it is over', load(8, (hour) => (hour >= 120 && hour < 144 ? 2 : 1))],
    ['a second weekend', load(13, (hour) => (Math.floor(hour / 24) % 7 >= 5 ? 0.6 : 1))],
    ['a load that is another one', load(6, (hour) => (hour < 96 ? 1 : 6))],
    ['hours of another course', load(6, (hour) => (hour < 96 ? 1 : 1 + (Math.floor(hour) % 2)))],
    ['a service that has ended', load(6, (hour) => (hour < 96 ? 1 : 0))],
    ['a service that has begun', load(6, (hour) => (hour < 96 ? 0 : 1))],
    ['no load', load(6, () => 0)],
    ['no data for a day', load(6, (hour) => (hour >= 96 && hour < 120 ? NaN : 1))],
    ['a random walk', randomWalk(1, 14 * DAY, STEP_MS, 5_000, 5).values],
  ])('leaves all as it was: %s', (_, samples) => {
    expect(remembered(samples).levelled()).toEqual(samples);
  });

  it('does not know what a shift is without a season', () => {
    const samples = load(6, (hour) => (hour < 96 ? 1 : 1.5));
    const history = new LevelledHistory(STEP_MS, undefined);
    for (const sample of samples) history.push(sample);
    expect(history.levelled()).toEqual(samples);
  });

  it('takes a first weekend for a shift until it is over', () => {
    const weekend = (hour: number): number => (Math.floor(hour / 24) % 7 >= 5 ? 0.6 : 1);
    expect(firstFactor(load(6.5, weekend))).toBeCloseTo(0.6, 1);
    expect(firstFactor(load(7.25, weekend))).toBe(1);
  });

  it('finds a shift through gaps', () => {
    const samples = load(6, (hour) => (hour < 96 ? 1 : 1.5)).map((value, i) => (i % 7 < 2 ? NaN : value));
    expect(remembered(samples).levelled()[10]! / samples[10]!).toBeCloseTo(1.5, 1);
  });

  it('says at which samples the levels have changed', () => {
    const samples = load(8, (hour) => (hour >= 120 && hour < 144 ? 2 : 1));
    const history = new LevelledHistory(STEP_MS, DAY);
    const changed = [...samples.keys()].filter((i) => history.push(samples[i]!));
    expect(changed.map((i) => Math.round((i + 1) / HOUR))).toEqual([126, 146]);
    expect([...samples.keys()].filter((i) => history.isNoticedAt(i))).toEqual(changed);
  });

  it('goes on after it was saved as if it had not been', () => {
    const samples = load(9, (hour) => (hour < 100 || hour >= 150 ? 1 : 1.5));
    for (const saved of [50, 99.5, 103, 107, 151, 160].map((hour) => hour * HOUR)) {
      const history = remembered(samples.subarray(0, saved));
      const state = JSON.parse(JSON.stringify(history)) as LevelledHistoryState;
      const restored = new LevelledHistory(STEP_MS, DAY, state);
      for (let i = saved; i < samples.length; i++) expect(restored.push(samples[i]!)).toBe(history.push(samples[i]!));
      expect(restored.levelled()).toEqual(history.levelled());
      expect(restored.toJSON()).toEqual(history.toJSON());
    }
  });
});
