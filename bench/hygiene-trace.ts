/** What history hygiene does to one series: how much it masks, and what planted anomalies then still change. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../src/core/duration.js';
import { DEFAULT_LEVELS, type Forecast } from '../src/core/forecast.js';
import type { HistoryMask, MaskKind } from '../src/core/history-mask.js';
import { Series } from '../src/core/series.js';
import { forecasterByName } from '../src/forecast/registry.js';
import { cleanHistory, type CleanHistory } from '../src/series/hygiene/clean-history.js';
import { findSeasons } from '../src/series/seasonality.js';

/** What is done to every series. Results under different protocols are not compared. */
export const PROTOCOL = {
  maxStepMs: 10 * MINUTE_MS,
  windowMs: 14 * DAY_MS,
  trainingMs: 7 * DAY_MS,
  shortestMs: 10 * DAY_MS,
  horizonMs: 2 * HOUR_MS,
  strideMs: 2 * HOUR_MS,
  model: 'ridge',
  outageMs: 2 * HOUR_MS,
  testMs: HOUR_MS,
  testFactor: 5,
  /** Days after the start of the series, of the outage and of the load test. */
  placements: [
    [2 + 14 / 24, 4 + 10 / 24],
    [1 + 4 / 24, 5 + 19 / 24],
    [3 + 9 / 24, 2 + 20 / 24],
  ],
} as const;

const LEVELS = [0.5, 0.9] as const;

/** How much of the series as it was recorded is masked, in windows of their own. */
export interface MaskedShare {
  readonly windows: number;
  readonly masks: Readonly<Partial<Record<MaskKind, number>>>;
  /** Of the known samples. */
  readonly share: number;
}

/** Sum of the changes of all forecasts of week two, over the sum of the forecasts; one figure per level 0.5 and 0.9. */
export interface Effect {
  readonly outageFound: boolean;
  readonly testFound: boolean;
  readonly withHygiene: readonly number[];
  readonly without: readonly number[];
}

export function maskedShare(series: Series): MaskedShare {
  const masks: Partial<Record<MaskKind, number>> = {};
  let windows = 0;
  let masked = 0;
  for (let fromMs = series.startMs; fromMs < series.endMs; fromMs += PROTOCOL.windowMs) {
    const window = series.between(fromMs, fromMs + PROTOCOL.windowMs);
    const clean = cleaned(window);
    windows++;
    masked += window.countKnown() - clean.series.countKnown();
    for (const { kind } of clean.masks) masks[kind] = (masks[kind] ?? 0) + 1;
  }
  return { windows, masks, share: masked / series.countKnown() };
}

/** @returns one effect per placement */
export function effects(series: Series): Effect[] {
  const splitMs = series.startMs + PROTOCOL.trainingMs;
  const week = series.between(series.startMs, splitMs);
  const later = series.between(splitMs, splitMs + PROTOCOL.trainingMs).values;
  const untouched = secondWeek(week, later);
  const untouchedClean = secondWeek(cleaned(week).series, later);
  return PROTOCOL.placements.map(([outageDay, testDay]) => {
    const outage = { fromMs: series.startMs + outageDay * DAY_MS, forMs: PROTOCOL.outageMs, factor: 0 };
    const test = { fromMs: series.startMs + testDay * DAY_MS, forMs: PROTOCOL.testMs, factor: PROTOCOL.testFactor };
    const spoilt = plant(plant(week, outage), test);
    const clean = cleaned(spoilt);
    return {
      outageFound: covers(clean.masks, 'outage', outage),
      testFound: covers(clean.masks, 'surge', test),
      withHygiene: changes(untouchedClean, secondWeek(clean.series, later)),
      without: changes(untouched, secondWeek(spoilt, later)),
    };
  });
}

function cleaned(series: Series): CleanHistory {
  return cleanHistory(series, { ignoreWindows: [], seasonSteps: findSeasons(series) });
}

interface Event {
  readonly fromMs: number;
  readonly forMs: number;
  readonly factor: number;
}

function plant(series: Series, { fromMs, forMs, factor }: Event): Series {
  const values = series.values.map((value, i) => {
    const timeMs = series.timeAt(i);
    return timeMs >= fromMs && timeMs < fromMs + forMs ? value * factor : value;
  });
  return new Series(series.startMs, series.stepMs, values);
}

/** Whether the middle half of the event is masked as such. */
function covers(masks: readonly HistoryMask[], kind: MaskKind, { fromMs, forMs }: Event): boolean {
  return masks.some(
    (mask) => mask.kind === kind && mask.fromMs <= fromMs + forMs / 4 && mask.toMs >= fromMs + (3 * forMs) / 4,
  );
}

/** Forecasts of a model that was fitted to week one and follows week two. */
function secondWeek(week: Series, later: Float64Array): Forecast[] {
  const steps = (ms: number): number => Math.max(1, Math.round(ms / week.stepMs));
  const model = forecasterByName(PROTOCOL.model).fit(week, {
    horizonSteps: steps(PROTOCOL.horizonMs),
    levels: DEFAULT_LEVELS,
    seasonSteps: findSeasons(week),
  });
  const forecasts: Forecast[] = [];
  later.forEach((value, i) => {
    model.update(value);
    if (i % steps(PROTOCOL.strideMs) === 0) forecasts.push(model.forecast());
  });
  return forecasts;
}

function changes(before: readonly Forecast[], after: readonly Forecast[]): number[] {
  return LEVELS.map((level) => {
    let changed = 0;
    let total = 0;
    before.forEach((forecast, i) => {
      const other = after[i]!.quantile(level);
      forecast.quantile(level).forEach((value, k) => {
        changed += Math.abs(value - other[k]!);
        total += Math.abs(value);
      });
    });
    return changed / total;
  });
}
