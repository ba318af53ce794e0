import { Type, type Static } from 'typebox';
import { SECOND_MS } from '../../core/duration.js';
import type { ReplayFigures, ReplayFindings, ReplayJob, ReplayRequest } from '../view.js';
import { JOB_FIELDS, jobJson } from './job-routes.js';
import { Seconds, Time, component, finiteOrNull, isoTime, nullable, object, reference, words } from './schema.js';

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
    p95Seconds: Figure('Response time that 95 % of the requests stayed below; endless'),
    p99Seconds: Figure('The same for 99 %; endless'),
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
    startupSeconds: nullable(
      object({ p50: Seconds, p95: Seconds }),
      'Assumed time from being scheduled to being ready; null: as it was measured',
    ),
    startupSamples: nullable(Type.Array(Seconds), 'Measured start-up times; null: none were given'),
    podsPerNode: nullable(Type.Integer(), 'null: there is always room'),
    nodeStartupSeconds: nullable(Seconds, 'Time a new node takes; null: there is always room'),
    terminationSeconds: Seconds,
    requestTimeSeconds: nullable(Seconds, 'Mean time of one request; null: no response times'),
    concurrency: nullable(Type.Integer(), 'Requests that a replica serves at a time; null: no response times'),
    queue: Type.Boolean({ description: 'Whether what finds no capacity waits' }),
    noise: nullable(Type.Number(), 'Deviation within the steps of the record; null: none'),
    noiseCorrelationSeconds: nullable(Seconds, 'How long a deviation lasts; null: there is none'),
    scrapeIntervalSeconds: Seconds,
    rateWindowSeconds: Type.Number({ description: 'Window of rate(); 0: the metric is a gauge' }),
    adapterDelaySeconds: Seconds,
    seed: Type.Integer(),
    targetUtilization: Type.Number({
      description: 'Assumed share of its capacity that a replica carries at the target of the workload',
    }),
    hpaMetric: words<'load' | 'cpu'>(['load', 'cpu'], 'What the HPA looks at'),
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
  const { targetUtilization, hpaMetric, objective, assertion } = job.request;
  return {
    ...jobJson(job, REPLAYS),
    ...assumedJson(job.request),
    targetUtilization,
    hpaMetric,
    objective,
    assertion,
    findings: job.findings && findingsJson(job.findings),
  };
}

function assumedJson({ startup, nodes, terminationMs, latency, queue, noise, pipeline, seed }: ReplayRequest) {
  return {
    startupSeconds: 'samplesS' in startup ? null : { p50: startup.p50Ms / SECOND_MS, p95: startup.p95Ms / SECOND_MS },
    startupSamples: 'samplesS' in startup ? [...startup.samplesS] : null,
    podsPerNode: nodes && nodes.podsPerNode,
    nodeStartupSeconds: nodes && nodes.startupMs / SECOND_MS,
    terminationSeconds: terminationMs / SECOND_MS,
    requestTimeSeconds: latency && latency.requestTimeMs / SECOND_MS,
    concurrency: latency && latency.concurrency,
    queue,
    noise: noise && noise.deviation,
    noiseCorrelationSeconds: noise && noise.correlationMs / SECOND_MS,
    scrapeIntervalSeconds: pipeline.scrapeIntervalMs / SECOND_MS,
    rateWindowSeconds: pipeline.rateWindowMs / SECOND_MS,
    adapterDelaySeconds: pipeline.adapterDelayMs / SECOND_MS,
    seed,
  };
}

function findingsJson({ fromMs, toMs, policies, objective, assertion }: ReplayFindings) {
  return { from: isoTime(fromMs), to: isoTime(toMs), policies: policies.map(figuresJson), objective, assertion };
}

function figuresJson({ latency, ...figures }: ReplayFigures): Static<typeof ReplayFiguresSchema> {
  return {
    ...figures,
    p95Seconds: finiteOrNull(latency?.p95S ?? null),
    p99Seconds: finiteOrNull(latency?.p99S ?? null),
    minutesShort: finiteOrNull(figures.minutesShort),
    shareShort: finiteOrNull(figures.shareShort),
    depth: finiteOrNull(figures.depth),
    longestShortMinutes: finiteOrNull(figures.longestShortMinutes),
    podHours: finiteOrNull(figures.podHours),
    podHoursVsOracle: finiteOrNull(figures.podHoursVsOracle),
  };
}
