import { Type, type Static } from 'typebox';
import type { ReplayFigures, ReplayFindings, ReplayJob } from '../view.js';
import { JOB_FIELDS, jobJson } from './job-routes.js';
import { Seconds, Time, component, finiteOrNull, isoTime, nullable, object, reference } from './schema.js';

/** Path of all replays. */
export const REPLAYS = 'replays';

const Figure = (description: string) => nullable(Type.Number(), `${description}; null: not known`);

export const ReplayFiguresSchema = component(
  'ReplayFigures',
  {
    policy: Type.String(),
    description: Type.String({ description: 'What this policy does' }),
    minutesShort: Figure('Time in which the load was more than the ready replicas can serve'),
    shareShort: Figure('The same as a share of the known time'),
    depth: Figure('Largest share of the load that found no capacity'),
    longestShortMinutes: Figure('Longest uninterrupted shortage'),
    podHours: Figure('One pod for one hour, from being scheduled to being gone'),
    podHoursVsOracle: Figure('Relative to a clairvoyant with the same start-up time'),
    scaleUps: Type.Integer(),
    scaleDowns: Type.Integer(),
  },
  'What one policy came to',
);

const ConditionSchema = object({
  text: Type.String({ description: 'The condition, or what a setting was chosen by' }),
  met: Type.Boolean({ description: 'Whether tidecast met it in the time that was replayed' }),
});

export const ReplaySchema = component(
  'Replay',
  {
    ...JOB_FIELDS,
    startupSeconds: object({ p50: Seconds, p95: Seconds }, 'Assumed time from being scheduled to being ready'),
    targetUtilization: Type.Number({
      description: 'Assumed share of its capacity that a replica carries at the target of the workload',
    }),
    objective: nullable(Type.String(), 'What a setting is chosen by'),
    assertion: nullable(Type.String(), 'Condition on the outcome of tidecast'),
    findings: nullable(
      object({
        from: Time,
        to: Time,
        policies: Type.Array(reference(ReplayFiguresSchema), { description: 'tidecast first, the clairvoyant last' }),
        objective: nullable(
          object({
            ...ConditionSchema.properties,
            yaml: Type.String({ description: 'The setting that was chosen, for the spec of the ScaledObject' }),
          }),
        ),
        assertion: nullable(ConditionSchema),
      }),
      'null until it is done',
    ),
  },
  'What reactive scaling, tidecast and others would have done on the history of a workload',
);

export function replayJson(job: ReplayJob): Static<typeof ReplaySchema> {
  const { startupMs, targetUtilization, objective, assertion } = job.request;
  return {
    ...jobJson(job, REPLAYS),
    startupSeconds: { p50: startupMs.p50 / 1_000, p95: startupMs.p95 / 1_000 },
    targetUtilization,
    objective,
    assertion,
    findings: job.findings && findingsJson(job.findings),
  };
}

function findingsJson({ fromMs, toMs, policies, objective, assertion }: ReplayFindings) {
  return { from: isoTime(fromMs), to: isoTime(toMs), policies: policies.map(figuresJson), objective, assertion };
}

function figuresJson(figures: ReplayFigures): Static<typeof ReplayFiguresSchema> {
  return {
    ...figures,
    minutesShort: finiteOrNull(figures.minutesShort),
    shareShort: finiteOrNull(figures.shareShort),
    depth: finiteOrNull(figures.depth),
    longestShortMinutes: finiteOrNull(figures.longestShortMinutes),
    podHours: finiteOrNull(figures.podHours),
    podHoursVsOracle: finiteOrNull(figures.podHoursVsOracle),
  };
}
