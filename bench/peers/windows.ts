import { backtest, finishBacktest } from '../../src/evaluate/backtest.js';
import { NAIVE } from '../../src/evaluate/baselines.js';
import type { Series } from '../../src/core/series.js';
import { PROTOCOL } from '../accuracy-series.js';

/** What a peer is given: one per origin of the backtest. */
export interface WindowsFile {
  readonly stepMs: number;
  readonly horizonSteps: number;
  readonly levels: readonly number[];
  readonly windows: readonly {
    readonly originMs: number;
    /** The samples up to the origin, null for gaps. */
    readonly values: readonly (number | null)[];
  }[];
}

/**
 * The windows of a backtest under {@link PROTOCOL}, as plain data. They are taken from a backtest that is really made, so
 * that they are the ones our own models see.
 */
export async function windowsOf(series: Series, maxOrigins: number): Promise<WindowsFile> {
  const windows: WindowsFile['windows'][number][] = [];
  let horizonSteps = 0;
  const run = backtest(series, [], {
    ...PROTOCOL,
    maxOrigins,
    onForecast({ model, forecast }) {
      if (model !== NAIVE) return;
      horizonSteps = forecast.horizonSteps;
      windows.push({ originMs: forecast.originMs, values: historyUpTo(series, forecast.originMs) });
    },
  });
  await finishBacktest(run, () => undefined);
  return { stepMs: series.stepMs, horizonSteps, levels: PROTOCOL.levels, windows };
}

/** A week, both ends included, as `backtest` has it. */
function historyUpTo(series: Series, originMs: number): (number | null)[] {
  const history = series.between(originMs - PROTOCOL.historyMs, originMs + series.stepMs);
  return Array.from(history.values, (value) => (Number.isNaN(value) ? null : value));
}
