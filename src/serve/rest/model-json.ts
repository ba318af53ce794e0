import { Type, type Static } from 'typebox';
import type { Coverage, RecentCoverage } from '../../core/coverage.js';
import { marginOf } from '../../core/model-selection.js';
import type { ModelStatus } from '../view.js';
import { Seconds, Time, component, isoTime, isoTimeOrNull, nullable, object, reference } from './schema.js';

const LOSS = 'Mean loss over the history, as in evidence';

export const ModelSelectionSchema = component(
  'ModelSelection',
  {
    origins: Type.Integer({ description: 'Moments of the history at which each candidate was tried' }),
    loss: Type.Number({ description: LOSS }),
    runnerUp: nullable(
      object({
        model: Type.String(),
        loss: Type.Number({ description: LOSS }),
        margin: nullable(
          Type.Number(),
          'How much more it lost, as a share of what the model in use lost; null: that one lost nothing',
        ),
      }),
      'The next best, or the best where the one in use is kept; null: no other could be tried',
    ),
  },
  'Why this model is in use',
);

export const ModelSchema = object({
  name: Type.String(),
  seasonsSeconds: Type.Array(Seconds),
  fittedAt: Time,
  selection: nullable(reference(ModelSelectionSchema), 'null: too little history to compare'),
  provisionalUntil: nullable(
    Time,
    'Until when its forecasts lack what two days of history teach, such as a daily curve; null: that is over',
  ),
});

const CoverageSchema = object({
  samples: Type.Integer({ description: 'Samples judged; 0: none' }),
  levels: Type.Array(object({ level: Type.Number(), share: Type.Number() }), {
    description: 'Share of them at or below each forecast quantile; it should equal the level',
  }),
});

export const RecentCoverageSchema = component(
  'RecentCoverage',
  { day: CoverageSchema, week: CoverageSchema },
  'Forecasts for the end of the lead time, compared with what came, over the last day and the last week',
);

/** The model in use, as the REST API shows it. */
export function modelJson({
  name,
  seasonsMs,
  fittedAtMs,
  selection,
  provisionalUntilMs,
}: ModelStatus): Static<typeof ModelSchema> {
  return {
    name,
    seasonsSeconds: seasonsMs.map((ms) => ms / 1_000),
    fittedAt: isoTime(fittedAtMs),
    selection: selection && {
      ...selection,
      runnerUp: selection.runnerUp && { ...selection.runnerUp, margin: finiteOrNull(marginOf(selection)) },
    },
    provisionalUntil: isoTimeOrNull(provisionalUntilMs),
  };
}

function finiteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function coverageJson({ samples, levels }: Coverage): Static<typeof CoverageSchema> {
  return { samples, levels: levels.map((each) => ({ ...each })) };
}

/** How often forecasts have been right, as the REST API shows it. */
export function recentCoverageJson({ day, week }: RecentCoverage): Static<typeof RecentCoverageSchema> {
  return { day: coverageJson(day), week: coverageJson(week) };
}
