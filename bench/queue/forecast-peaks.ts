import { DEFAULT_LEVELS } from '../../src/core/forecast.js';
import { Series } from '../../src/core/series.js';
import { forecasterByName } from '../../src/forecast/registry.js';
import { forecastWindow } from '../../src/scaling/forecast-window.js';
import { findSeasons } from '../../src/series/seasonality.js';

const QUANTILE = 0.9;

/**
 * What a forecast trigger would have served at each step from `fromIndex` on: the larger of what is observed and of the
 * highest forecast quantile within the lead time. The model is fitted to what is before, and updated point by point.
 *
 * @param leadTimeMs covers the start of a pod, the step of the series and a sync
 */
export function forecastPeaks(series: Series, fromIndex: number, leadTimeMs: number): Float64Array {
  const past = new Series(series.startMs, series.stepMs, series.values.slice(0, fromIndex));
  const fitted = forecasterByName('ridge').fit(past, {
    horizonSteps: Math.ceil(leadTimeMs / series.stepMs) + 1,
    levels: DEFAULT_LEVELS,
    seasonSteps: findSeasons(past),
  });
  const settings = { quantile: QUANTILE, leadTimeMs, targetPerReplica: 1, maxReplicaCount: 1e9 };
  const peaks = new Float64Array(series.length).fill(NaN);
  for (let i = fromIndex; i < series.length; i++) {
    const observed = series.values[i]!;
    fitted.update(observed);
    const { points } = forecastWindow(fitted.forecast(), settings, series.timeAt(i));
    peaks[i] = Math.max(Number.isNaN(observed) ? 0 : observed, ...points.map(({ value }) => value));
  }
  return peaks;
}
