import { Command } from 'commander';
import { DAY_MS, HOUR_MS, MINUTE_MS, formatDuration } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import { formatDayTime } from '../core/format.js';
import { DEFAULT_LEVELS } from '../core/forecast.js';
import type { FitOptions } from '../core/forecaster.js';
import type { Series } from '../core/series.js';
import { horizonSteps } from '../core/workload.js';
import { inTimeZone } from '../forecast/local-time.js';
import { candidatesFor, prepareForecaster } from '../forecast/registry.js';
import { cleanHistory } from '../series/hygiene/clean-history.js';
import { leadWindowSteps } from '../scaling/forecast-window.js';
import { trimEnd } from '../series/mask.js';
import { AUTO, chooseForecaster } from './choose-forecaster.js';
import {
  checkHorizon,
  checkSeasons,
  LEAD_TIME_DEFAULT,
  leadTimeOf,
  seasonStepsOf,
  type Seasonality,
} from './forecast-times.js';
import { hygieneOf, withHygiene, type HygieneFlags } from './hygiene-options.js';
import { duration, durationOption, modelOption, seasonality, step, withJson } from './options.js';
import { outlookJson, renderOutlook, type Outlook } from './outlook.js';
import { readHistory, withSource, type SourceFlags } from './source-options.js';
import { print, printJson, type Terminal } from './terminal.js';

interface ForecastFlags extends SourceFlags, HygieneFlags {
  readonly history: number;
  readonly step: number;
  readonly horizon: number;
  readonly leadTime?: number;
  readonly model: string;
  readonly seasonality: Seasonality;
  readonly json?: boolean;
}

/** Without a sample for so many steps a source has stopped, and is not just late. */
const STALE_STEPS = 5;
/** A week at a minute, as for a trigger. */
const MOST_POINTS = 10_080;

/** `tidecast forecast`: one query, one forecast, without configuration. */
export function forecastCommand(terminal: Terminal): Command {
  return withJson(withHygiene(withSource(new Command('forecast'))))
    .summary('forecast one Prometheus query and show the band')
    .description('Pulls the history of one query, forecasts it, and prints the forecast with its uncertainty.')
    .addOption(durationOption('--history <duration>', 'how much history to learn from', 7 * DAY_MS))
    .addOption(durationOption('--step <duration>', 'spacing of the samples', 2 * MINUTE_MS, step))
    .addOption(durationOption('--horizon <duration>', 'how far to forecast', 2 * HOUR_MS))
    .option(
      '--lead-time <duration>',
      `start-up time of a pod, for the judgement below the plot (${LEAD_TIME_DEFAULT})`,
      duration,
    )
    .option('--seasonality <periods>', '"auto", or season lengths such as 1d,7d', seasonality, 'auto')
    .addOption(modelOption([AUTO], 'forecasting model'))
    .action(async (flags: ForecastFlags) => {
      terminal.endAtOnce();
      const outlook = await lookAhead(flags, terminal);
      const old = ageOf(outlook.series);
      if (old !== null) print(terminal.stderr, `warning: ${old}`);
      if (flags.json === true) printJson(terminal.stdout, outlookJson(outlook));
      else print(terminal.stdout, renderOutlook(outlook, terminal));
    });
}

/** What there is to say of a source that has stopped answering; null: nothing. */
function ageOf(series: Series): string | null {
  const { lastMs } = trimEnd(series);
  const ageMs = series.lastMs - lastMs;
  if (!(ageMs >= STALE_STEPS * series.stepMs)) return null;
  return (
    `the newest known sample is of ${formatDayTime(lastMs)}, ${formatDuration(ageMs)} ago: the forecast knows nothing of the load ` +
    'since, and its band need not say so'
  );
}

async function lookAhead(flags: ForecastFlags, terminal: Terminal): Promise<Outlook> {
  if (flags.horizon / flags.step > MOST_POINTS) {
    throw new UsageError(
      `--horizon ${formatDuration(flags.horizon)} makes more than ${MOST_POINTS} points at a step of ` +
        `${formatDuration(flags.step)}; expected a shorter horizon or a longer step`,
    );
  }
  checkHorizon(flags.horizon, flags.step);
  checkSeasons(flags.seasonality, flags.step);
  const leadTimeMs = leadTimeOf(flags);
  const series = await readHistory(flags, { rangeMs: flags.history, stepMs: flags.step }, terminal);
  const { series: history, masks } = cleanHistory(series, hygieneOf(flags, seasonStepsOf(series, flags.seasonality)));
  const seasonSteps = seasonStepsOf(history, flags.seasonality);
  const options: FitOptions = {
    horizonSteps: horizonSteps({ horizonMs: flags.horizon, stepMs: flags.step }),
    levels: DEFAULT_LEVELS,
    seasonSteps,
    windowSteps: [leadWindowSteps(leadTimeMs, flags.step)],
  };
  await prepareForecaster(flags.model);
  const candidates = candidatesFor(flags.model).map((each) => inTimeZone(each, flags.timeZone));
  const { forecaster, evidence } = chooseForecaster(candidates, history, options, leadTimeMs);
  return {
    query: flags.query!,
    series,
    masks,
    seasonSteps,
    forecast: forecaster.fit(history, options).forecast(),
    evidence,
    leadTimeMs,
  };
}
