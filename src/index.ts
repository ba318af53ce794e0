/**
 * tidecast as a library: series, forecasts, backtests and the decision. What a program needs to forecast its own load,
 * or to score another forecaster beside ours. The running service is the `tidecast` command.
 *
 * @example
 * const series = parseCsv(text, 'load.csv');
 * const options = { horizonSteps: 60, levels: DEFAULT_LEVELS, seasonSteps: findSeasons(series) };
 * const forecast = forecasterByName('ridge').fit(series, options).forecast();
 * forecast.at(Date.now() + 30 * 60_000, 0.9);
 */
export type { Decision, DecisionInput, Evidence, Origin, State } from './core/decision.js';
export { formatDuration, parseDuration } from './core/duration.js';
export * from './core/errors.js';
export { DEFAULT_LEVELS, Forecast, type ForecastProps } from './core/forecast.js';
export type { FitOptions, FittedForecaster, Forecaster } from './core/forecaster.js';
export type { HistorySource, ReadOptions } from './core/history-source.js';
export { Series, type Observation } from './core/series.js';
export type { PrometheusEndpoint, Workload } from './core/workload.js';
export {
  backtest,
  finishBacktest,
  type BacktestOptions,
  type BacktestProgress,
  type BacktestResult,
} from './evaluate/backtest.js';
export type { Contestant } from './evaluate/contestant.js';
export { measureEvidence } from './evaluate/evidence.js';
export { coverage } from './evaluate/metrics/coverage.js';
export { mae } from './evaluate/metrics/mae.js';
export { mase } from './evaluate/metrics/mase.js';
export { pinballLoss } from './evaluate/metrics/pinball-loss.js';
export type { ModelScore } from './evaluate/model-score.js';
export { allForecasters, forecasterByName, forecasterNames } from './forecast/registry.js';
export { parseCsv } from './history/csv.js';
export { PrometheusSource, type PrometheusSourceOptions } from './history/prometheus.js';
export { replay, type ReplayOptions, type ReplayProgress } from './replay/replay.js';
export type { ReplayResult } from './replay/result.js';
export { DEFAULT_REPLAY, type ReplaySettings } from './replay/settings.js';
export { decide } from './scaling/decide.js';
export { forecastWindow } from './scaling/forecast-window.js';
export { counterToRate } from './series/counter.js';
export { mergeSeries, toGrid } from './series/grid.js';
export { resample } from './series/resample.js';
export { findSeasons } from './series/seasonality.js';
