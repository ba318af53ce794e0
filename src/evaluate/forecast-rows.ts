import { SECOND_MS } from '../core/duration.js';
import type { BacktestForecast } from './backtest-round.js';

/** First line of a file of {@link forecastRows}. */
export const FORECAST_ROWS_HEADER = 'origin,target,horizon_steps,model,level,value,actual';

/**
 * One forecast of a backtest as CSV lines, without line ends: one per forecast point and level, levels varying fastest.
 *
 * `origin` and `target` are epoch seconds, `horizon_steps` counts from 1, `value` is the forecast quantile and `actual`
 * what happened, empty where that is not known. Model names are kebab-case, so nothing needs quoting.
 */
export function* forecastRows({ model, forecast, actual }: BacktestForecast): Generator<string, void, void> {
  for (let k = 0; k < forecast.horizonSteps; k++) {
    const observed = Number.isNaN(actual[k]!) ? '' : String(actual[k]!);
    const times = `${forecast.originMs / SECOND_MS},${forecast.targetMs(k) / SECOND_MS},${k + 1}`;
    for (const [l, level] of forecast.levels.entries()) {
      yield `${times},${model},${level},${forecast.values[l]![k]!},${observed}`;
    }
  }
}
