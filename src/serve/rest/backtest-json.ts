import { Type, type Static } from 'typebox';
import type { BacktestJob, BacktestScore } from '../view.js';
import { JOB_FIELDS, jobJson } from './job-routes.js';
import { Seconds, component, finiteOrNull, nullable, object, reference } from './schema.js';

const Score = nullable(Type.Number(), 'null: could not be scored');

export const BacktestScoreSchema = component(
  'BacktestScore',
  {
    model: Type.String(),
    origins: Type.Integer({ description: 'Moments of the history from which it was tried' }),
    mae: nullable(Type.Number(), 'Mean absolute error of the median, in the unit of the query'),
    maeVsSeasonalNaive: nullable(Type.Number(), "Relative to seasonal-naive's on the same points; below 1 is better"),
    mase: nullable(Type.Number(), 'Mean absolute scaled error'),
    pinball: Type.Array(object({ level: Type.Number(), loss: Score }, 'Pinball loss')),
    coverage: Type.Array(
      object(
        { level: Type.Number(), share: Score },
        'Share of actuals at or below the quantile; should equal the level',
      ),
    ),
    fitSeconds: nullable(Seconds, 'Median time of a fit; null: never fitted'),
    forecastSeconds: nullable(Seconds, 'Median time of a forecast'),
  },
  'How one model did',
);

/** Path of all backtests. */
export const BACKTESTS = 'backtests';

export const BacktestSchema = component(
  'Backtest',
  {
    ...JOB_FIELDS,
    models: Type.Array(Type.String(), { description: 'Forecasters compared; empty: all' }),
    strideSeconds: Seconds,
    scores: nullable(Type.Array(reference(BacktestScoreSchema)), 'null until it is done'),
  },
  "A comparison of models on a workload's own history",
);

export function backtestJson(job: BacktestJob): Static<typeof BacktestSchema> {
  return {
    ...jobJson(job, BACKTESTS),
    models: [...job.request.models],
    strideSeconds: job.request.strideMs / 1_000,
    scores: job.scores && job.scores.map(scoreJson),
  };
}

function scoreJson(score: BacktestScore): Static<typeof BacktestScoreSchema> {
  return {
    model: score.model,
    origins: score.origins,
    mae: finiteOrNull(score.mae),
    maeVsSeasonalNaive: finiteOrNull(score.maeVsSeasonalNaive),
    mase: finiteOrNull(score.mase),
    pinball: score.pinball.map(({ level, loss }) => ({ level, loss: finiteOrNull(loss) })),
    coverage: score.coverage.map(({ level, share }) => ({ level, share: finiteOrNull(share) })),
    fitSeconds: finiteOrNull(score.fitMs / 1_000),
    forecastSeconds: finiteOrNull(score.forecastMs / 1_000),
  };
}
