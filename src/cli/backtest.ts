import { setImmediate as breathe } from 'node:timers/promises';
import { Command } from 'commander';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/duration.js';
import { DEFAULT_LEVELS } from '../core/forecast.js';
import type { HistoryMask } from '../core/history-mask.js';
import type { Series } from '../core/series.js';
import { asTrained } from '../evaluate/as-trained.js';
import { backtest, finishBacktest, type BacktestResult } from '../evaluate/backtest.js';
import type { Contestant } from '../evaluate/contestant.js';
import { FORECAST_ROWS_HEADER, forecastRows } from '../evaluate/forecast-rows.js';
import { allForecasters, forecasterByName, prepareForecaster } from '../forecast/registry.js';
import { parseCsv } from '../history/csv.js';
import { cleanHistory } from '../series/hygiene/clean-history.js';
import { selectFor, selectionJson, selectionLines } from './backtest-selection.js';
import { checkLoad, checkResult, checkSource, type BacktestFlags } from './backtest-flags.js';
import { AUTO, autoContestant } from './choose-forecaster.js';
import { LEAD_TIME_DEFAULT, leadTimeOf, seasonStepsOf } from './forecast-times.js';
import { hygieneOf, masksJson, withHygiene } from './hygiene-options.js';
import { duration, durationOption, modelOption, positiveInteger, seasonality, step, withJson } from './options.js';
import { renderBacktest } from './output/backtest-report.js';
import { startProgress } from './output/progress.js';
import { localTimeZone } from './output/time-format.js';
import { checkDistinct, RowsFile } from './rows-file.js';
import { readHistory, readText, withSource } from './source-options.js';
import { colorsOf, print, printJson, widthOf, type Terminal } from './terminal.js';

/** `--model` for all that can be tried side by side. */
const ALL = 'all';

/** `tidecast backtest`: how well each model would have forecast recorded load. */
export function backtestCommand(terminal: Terminal): Command {
  return withJson(withHygiene(withSource(new Command('backtest'))))
    .summary('score forecasting models on recorded load (rolling origins)')
    .description(
      'Replays recorded load: at each origin every model sees only the history before it, forecasts, and is scored against ' +
        'what came. Always beside the last value (naive) and the value one day earlier (seasonal-naive-1d).',
    )
    .option('--csv <file>', 'recorded load: header timestamp,value; epoch seconds or ISO 8601')
    .option('--range <duration>', 'how much to pull from Prometheus (default: twice the history)', duration)
    .addOption(
      durationOption('--step <duration>', 'spacing of the samples pulled from Prometheus', 2 * MINUTE_MS, step),
    )
    .addOption(durationOption('--history <duration>', 'history that a model sees at each origin', 7 * DAY_MS))
    .addOption(durationOption('--horizon <duration>', 'how far it forecasts', 2 * HOUR_MS))
    .addOption(durationOption('--stride <duration>', 'distance between origins', 3 * HOUR_MS))
    .option(
      '--lead-time <duration>',
      `start-up time of a pod, for the choice of a model, with --model all or auto (${LEAD_TIME_DEFAULT})`,
      duration,
    )
    .option('--max-origins <n>', 'thin the origins evenly to at most so many', positiveInteger)
    .option('--seasonality <periods>', '"auto", or season lengths such as 1d,7d', seasonality, 'auto')
    .addOption(modelOption([ALL, AUTO], 'forecasting model; auto: chosen anew at each origin'))
    .option('--forecasts <file>', 'write every forecast point as CSV, to be scored independently')
    .action(async (flags: BacktestFlags, command: Command) => {
      checkSource(command, flags);
      const leadTimeMs = leadTimeOf(flags);
      await checkDistinct({ '--forecasts': flags.forecasts }, { '--csv': flags.csv });
      const series = await readLoad(flags, terminal);
      checkLoad(series, flags);
      const result = await run(series, flags, terminal);
      terminal.signal.throwIfAborted();
      terminal.endAtOnce();
      const masks = masksOf(series, flags);
      const selection = flags.model === ALL ? selectFor(series, { ...flags, leadTimeMs }) : null;
      if (flags.json === true) {
        const stepSeconds = series.stepMs / 1_000;
        const choice = selection && { selection: selectionJson(selection) };
        printJson(terminal.stdout, { stepSeconds, masks: masksJson(masks), ...result, ...choice });
      } else {
        const choice = selection === null ? [] : ['', ...selectionLines(selection)];
        const { stdout, env } = terminal;
        const layout = { width: widthOf(stdout), colors: colorsOf(stdout, env), zone: localTimeZone() };
        print(stdout, [renderBacktest(series, masks, result, layout), ...choice].join('\n'));
      }
    });
}

async function readLoad(flags: BacktestFlags, terminal: Terminal): Promise<Series> {
  if (flags.csv !== undefined) return parseCsv(await readText('--csv', flags.csv), flags.csv);
  return readHistory(flags, { rangeMs: flags.range ?? 2 * flags.history, stepMs: flags.step }, terminal);
}

async function run(series: Series, flags: BacktestFlags, terminal: Terminal): Promise<BacktestResult> {
  if (flags.forecasts === undefined) return score(series, flags, terminal);
  const rows = await RowsFile.open('--forecasts', flags.forecasts, FORECAST_ROWS_HEADER);
  let result: BacktestResult;
  try {
    result = await score(series, flags, terminal, rows);
  } catch (error) {
    await rows.discard();
    throw error;
  }
  await rows.close();
  return result;
}

async function score(
  series: Series,
  flags: BacktestFlags,
  terminal: Terminal,
  rows?: RowsFile,
): Promise<BacktestResult> {
  const progress = startProgress(terminal.stderr, 'backtest');
  try {
    await prepareForecaster(flags.model);
    const contestants = contestantsOf(flags);
    const steps = backtest(series, contestants, {
      historyMs: flags.history,
      horizonMs: flags.horizon,
      strideMs: flags.stride,
      levels: DEFAULT_LEVELS,
      seasonality: flags.seasonality,
      ...(flags.maxOrigins !== undefined && { maxOrigins: flags.maxOrigins }),
      signal: terminal.signal,
      nowMs: () => performance.now(),
      onForecast: (forecast) => {
        for (const row of forecastRows(forecast)) rows?.add(row);
      },
    });
    const result = await finishBacktest(steps, async ({ done, total }) => {
      progress.update(done, total);
      await rows?.flush();
      await breathe();
    });
    checkResult(result, series, flags);
    await rows?.flush();
    return result;
  } finally {
    progress.end();
  }
}

function contestantsOf(flags: BacktestFlags): readonly Contestant[] {
  if (flags.model === AUTO) return [autoContestant(flags, leadTimeOf(flags))];
  const forecasters = flags.model === ALL ? allForecasters() : [forecasterByName(flags.model)];
  return forecasters.map((forecaster) => asTrained(forecaster, { ignoreWindows: [], ...flags }));
}

/** What a training on all of the load would not learn from. */
function masksOf(series: Series, flags: BacktestFlags): readonly HistoryMask[] {
  return cleanHistory(series, hygieneOf(flags, seasonStepsOf(series, flags.seasonality))).masks;
}
