import { formatDuration } from '../../core/duration.js';
import type { HistoryMask } from '../../core/history-mask.js';
import type { Series } from '../../core/series.js';
import type { BacktestResult } from '../../evaluate/backtest.js';
import type { LevelShare } from '../../evaluate/coverage-parts.js';
import type { ModelScore } from '../../evaluate/model-score.js';
import { maskLines } from './mask-lines.js';
import { formatNumber, formatPercent } from './number-format.js';
import { right, type ReportLayout } from './report-layout.js';
import { sparkline } from './sparkline.js';
import { renderTable } from './table.js';

/** The quantile that is served unless a trigger says otherwise. */
const SERVED_BY_DEFAULT = 0.9;

/** A backtest as a person reads it on a terminal: every model's errors, coverage and losses per level. */
export function renderBacktest(
  series: Series,
  masks: readonly HistoryMask[],
  result: BacktestResult,
  { zone, width, colors }: ReportLayout,
): string {
  const main = renderTable(
    [
      { title: 'MODEL' },
      right('ORIGINS'),
      right('MAE'),
      right('VS 1 DAY AGO'),
      right('MASE'),
      right('FIT MS'),
      right('FORECAST MS'),
    ],
    result.scores.map((score) => [
      score.model,
      String(score.origins),
      formatNumber(score.mae),
      formatNumber(score.maeVsSeasonalNaive),
      formatNumber(score.mase),
      formatNumber(score.fitMs),
      formatNumber(score.forecastMs),
    ]),
    colors,
  );
  const levels = result.scores[0]!.coverage.map(({ level }) => level);
  const perLevel = (cells: (score: ModelScore) => string[]): string =>
    renderTable(
      [{ title: 'MODEL' }, ...levels.map((level) => right(`Q${level}`))],
      result.scores.map((score) => [score.model, ...cells(score)]),
      colors,
    );
  const span = formatDuration(series.length * series.stepMs);
  const skipped = result.scores.filter((score) => score.skipped.length > 0);
  return [
    `${series.length} samples every ${formatDuration(series.stepMs)} (${span}), ${result.origins} origins. Lower is better.`,
    ...maskLines(masks, zone),
    sparkline(series.values, width),
    '',
    main,
    '',
    'Coverage: share of the load at or below each quantile; it should equal the level.',
    perLevel((score) => score.coverage.map(({ share }) => formatPercent(share))),
    '',
    `The same of Q${SERVED_BY_DEFAULT}, by how far ahead it was forecast, and by the hour of the day (UTC).`,
    coverageParts(result.scores, colors),
    '',
    'Pinball loss per level.',
    perLevel((score) => score.pinball.map(({ loss }) => formatNumber(loss))),
    ...(skipped.length > 0 ? [''] : []),
    ...skipped.map(
      ({ model, skipped: origins }) =>
        `${model} could not forecast at ${origins.length} origins: ${origins[0]!.reason}`,
    ),
  ].join('\n');
}

function coverageParts(scores: readonly ModelScore[], colors: ReportLayout['colors']): string {
  const { coverageByHorizon, coverageByHour } = scores[0]!;
  const served = ({ coverage }: { readonly coverage: readonly LevelShare[] }): string =>
    formatPercent(coverage.find(({ level }) => level === SERVED_BY_DEFAULT)?.share ?? NaN);
  return renderTable(
    [
      { title: 'MODEL' },
      ...coverageByHorizon.map(({ upToMs }) => right(`<= ${formatDuration(upToMs)}`)),
      ...coverageByHour.map(({ fromHour, toHour }) => right(`${fromHour}-${toHour}H`)),
    ],
    scores.map((score) => [score.model, ...[...score.coverageByHorizon, ...score.coverageByHour].map(served)]),
    colors,
  );
}
