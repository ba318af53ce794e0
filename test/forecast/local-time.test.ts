import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { DEFAULT_LEVELS, type Forecast } from '../../src/core/forecast.js';
import type { FitOptions, Forecaster } from '../../src/core/forecaster.js';
import { Series } from '../../src/core/series.js';
import { localTime } from '../../src/forecast/local-time.js';
import { forecasterByName } from '../../src/forecast/registry.js';
import { describeForecasterContract } from '../contract/forecaster.js';
import { dice } from './generators.js';

const STEP = 10 * MINUTE_MS;
const OPTIONS: FitOptions = { horizonSteps: 24, levels: DEFAULT_LEVELS, seasonSteps: [DAY_MS / STEP] };
const ridge = forecasterByName('ridge');
const naive = forecasterByName('seasonal-naive');

const formats = new Map<string, Intl.DateTimeFormat>();

/** By the runtime's calendar, not by the code under test. */
function hourOnTheWall(timeMs: number, timeZone: string): number {
  let format = formats.get(timeZone);
  if (format === undefined)
    formats.set(timeZone, (format = new Intl.DateTimeFormat('sv-SE', { timeZone, timeStyle: 'short' })));
  const [hours, minutes] = format.format(timeMs).split(':').map(Number);
  return hours! + minutes! / 60;
}

/** What people do who live by that clock: the square of a sharp curve with its peak at 9 o'clock. */
function demand(timeMs: number, zone: string): number {
  return 100 + 900 * Math.exp(-(((hourOnTheWall(timeMs, zone) - 9) / 1.5) ** 2));
}

/** `days` of it with little noise, up to the last sample before `endMs`. */
function history(zone: string, endMs: number, days: number, stepMs = STEP): Series {
  const random = dice(1);
  const length = (days * DAY_MS) / stepMs;
  const startMs = endMs - length * stepMs;
  const values = Float64Array.from({ length }, (_, i) => demand(startMs + i * stepMs, zone) + random.normal());
  return new Series(startMs, stepMs, values);
}

/** Mean absolute error of the median against the demand without noise, relative to its mean. */
function error(forecast: Forecast, zone: string): number {
  const targets = [...forecast.quantile(0.5)].map((value, k) => [value, demand(forecast.targetMs(k), zone)] as const);
  const off = targets.reduce((sum, [value, actual]) => sum + Math.abs(value - actual), 0);
  return off / targets.reduce((sum, [, actual]) => sum + actual, 0);
}

// The suite's load is of January, when no clock changes.
describeForecasterContract(localTime(ridge, 'Europe/Berlin'));
describeForecasterContract(localTime(forecasterByName('last-value'), 'UTC'));

describe('on the morning after the clocks changed, a model on local time', () => {
  // Sundays of the IANA database; the forecast is made at 7 o'clock on the wall.
  it.each([
    ['Europe/Berlin', 'spring', '2026-03-29T05:00:00Z'],
    ['Europe/Berlin', 'autumn', '2026-10-25T06:00:00Z'],
    ['America/New_York', 'spring', '2026-03-08T11:00:00Z'],
    ['America/New_York', 'autumn', '2026-11-01T12:00:00Z'],
    ['Australia/Lord_Howe', 'spring', '2026-10-03T20:00:00Z'],
    ['Australia/Lord_Howe', 'autumn', '2026-04-04T20:30:00Z'],
  ])('in %s in %s knows when the peak comes, and one on UTC does not', (zone, _, utc) => {
    const series = history(zone, Date.parse(utc), 8);
    expect(hourOnTheWall(series.endMs, zone)).toBe(7);
    expect(error(localTime(naive, zone).fit(series, OPTIONS).forecast(), zone)).toBeLessThan(0.02);
    expect(error(naive.fit(series, OPTIONS).forecast(), zone)).toBeGreaterThan(0.1);
  });
});

describe('a forecast across the change', () => {
  const at = (forecast: Forecast, utc: string): number => forecast.at(Date.parse(utc), 0.5);

  it('in spring goes from 2 to 3 o’clock, and holds its last point for the hour that it does not reach', () => {
    const zone = 'Europe/Berlin';
    const forecast = localTime(naive, zone)
      .fit(history(zone, Date.parse('2026-03-29T00:30:00Z'), 8), OPTIONS)
      .forecast();
    // 4 h of horizon from 1:20 on the wall reach 5:20, by then the wall shows 6:20.
    expect(at(forecast, '2026-03-29T03:10:00Z')).toBeCloseTo(demand(Date.parse('2026-03-28T04:10:00Z'), zone), -1);
    const last = at(forecast, '2026-03-29T04:20:00Z');
    expect(at(forecast, '2026-03-29T03:20:00Z')).toBe(last);
    expect(at(forecast, '2026-03-29T03:50:00Z')).toBe(last);
  });

  it('in autumn gives the repeated hour its forecast twice', () => {
    const zone = 'Europe/Berlin';
    const forecast = localTime(naive, zone)
      .fit(history(zone, Date.parse('2026-10-24T23:30:00Z'), 8), OPTIONS)
      .forecast();
    for (let minute = 0; minute < 60; minute += 10) {
      const first = Date.parse('2026-10-25T00:00:00Z') + minute * MINUTE_MS;
      expect(forecast.at(first, 0.9)).toBe(forecast.at(first + HOUR_MS, 0.9));
    }
  });
});

describe('updates through a change', () => {
  it.each([
    ['Europe/Berlin', '2026-03-29T00:00:00Z', STEP],
    ['Europe/Berlin', '2026-10-25T00:00:00Z', STEP],
    ['Australia/Lord_Howe', '2026-04-04T14:00:00Z', STEP],
    ['Australia/Lord_Howe', '2026-10-03T14:00:00Z', HOUR_MS],
    ['America/New_York', '2026-11-01T05:00:00Z', 7 * MINUTE_MS],
  ])('in %s at %s give what a fit to everything gives, at every step', (zone, utc, stepMs) => {
    const days = stepMs === HOUR_MS ? 21 : 8;
    const all = history(zone, Date.parse(utc) + 4 * HOUR_MS, days, stepMs);
    const options = { ...OPTIONS, seasonSteps: [Math.round(DAY_MS / stepMs)] };
    const forecaster = localTime(ridge, zone);
    const begin = all.between(all.startMs, Date.parse(utc) - HOUR_MS);
    const model = forecaster.fit(begin, options);
    for (let i = begin.length; i < all.length; i++) {
      model.update(all.values[i]!);
      const anew = forecaster.fit(all.between(all.startMs, all.timeAt(i + 1)), options);
      expect(model.originMs).toBe(all.timeAt(i));
      expect(anew.originMs).toBe(all.timeAt(i));
      const [updated, fitted] = [model.forecast(), anew.forecast()];
      updated.values.forEach((row, l) => {
        row.forEach((value, k) => {
          expect(value).toBeCloseTo(fitted.values[l]![k]!, 6);
        });
      });
      expect(forecaster.restore(JSON.parse(JSON.stringify(model.toJSON()))).forecast()).toEqual(updated);
    }
  });
});

describe('where the clocks do not change', () => {
  const forecasters: Forecaster[] = [ridge, naive, forecasterByName('last-value'), forecasterByName('predict-linear')];

  it('says the same as without a zone, bit for bit: property', () => {
    const zones = fc.constantFrom('UTC', 'Asia/Tokyo', 'Asia/Kathmandu', 'America/Phoenix', 'Etc/GMT+7');
    fc.assert(
      fc.property(zones, fc.constantFrom(...forecasters), fc.integer({ min: 0, max: 700 }), (zone, forecaster, day) => {
        const series = history('Asia/Tokyo', Date.UTC(2025, 0, 1) + day * DAY_MS, 4);
        expect(localTime(forecaster, zone).fit(series, OPTIONS).forecast()).toEqual(
          forecaster.fit(series, OPTIONS).forecast(),
        );
      }),
      { numRuns: 20 },
    );
  });
});

describe('localTime', () => {
  it('refuses what is not a time zone, and a model of another one', () => {
    expect(() => localTime(ridge, 'Mars/Olympus')).toThrow(RangeError);
    const state = localTime(ridge, 'UTC')
      .fit(history('UTC', 0, 4), OPTIONS)
      .toJSON();
    expect(() => localTime(ridge, 'Europe/Berlin').restore(state)).toThrow(
      'saved state is not of ridge on the time of Europe/Berlin, format local-time 1',
    );
    expect(() => ridge.restore(state)).toThrow(RangeError);
    expect(() => localTime(ridge, 'UTC').restore(ridge.fit(history('UTC', 0, 4), OPTIONS).toJSON())).toThrow(
      RangeError,
    );
  });
});
