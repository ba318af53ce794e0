import { Type, type Static } from 'typebox';
import { formatDuration, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../core/duration.js';
import type { ReplayRequest, ServiceView } from '../view.js';
import { findWorkloadForBody, WorkloadIdField } from './find-workload.js';
import { invalidRequest } from './problem.js';
import { readDuration } from './request-values.js';
import { object, words } from './schema.js';

const DEFAULT_STARTUP = '45s';
/** 95th percentile over median where only the median is told: 45 s and 120 s, as in `tidecast replay`. */
const P95_OVER_P50 = 8 / 3;
const DEFAULT_TARGET = 0.7;
const DEFAULT_TERMINATION = '30s';
const DEFAULT_CORRELATION = '10s';
const DEFAULT_SCRAPE_INTERVAL = '15s';
/** In scrapes, where no window is told: the fewest that survive a lost one or two. */
const RATE_WINDOW_SCRAPES = 4;
const DEFAULT_DELAY = '1s';
const LONGEST_STARTUP_MS = 6 * HOUR_MS;
/** Fewer say nothing about a 95th percentile; more would make every answer about the replay long. */
const STARTUP_SAMPLES = { minItems: 5, maxItems: 1_000 };

const Duration = (description: string, more: object = {}) =>
  Type.Optional(Type.String({ maxLength: 64, description, ...more }));
const Condition = (description: string, example: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 500, description, examples: [example] }));

/** The flags of `tidecast replay` that are no settings of the workload, under the same names. */
export const ReplayBody = object({
  workloadId: WorkloadIdField,
  startup: Duration('Median time of a pod to be ready', { default: DEFAULT_STARTUP }),
  startupP95: Duration('Its 95th percentile; by default 8/3 of the median'),
  startupSamples: Type.Optional(
    Type.Array(Type.Number({ minimum: 0, maximum: LONGEST_STARTUP_MS / SECOND_MS }), {
      ...STARTUP_SAMPLES,
      description: 'Measured start-up times in seconds instead, each equally likely',
    }),
  ),
  podsPerNode: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Pods that a node has room for; with nodeStartup' }),
  ),
  nodeStartup: Duration('Time a new node takes until it takes pods; with podsPerNode'),
  termination: Duration('Time a pod takes to be gone', { default: DEFAULT_TERMINATION }),
  requestTime: Duration('Mean time of one request: adds response times (M/M/c)'),
  concurrency: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000,
      default: 1,
      description: 'Requests that a replica serves at a time',
    }),
  ),
  queue: Type.Optional(
    Type.Boolean({ default: false, description: 'What finds no capacity waits, instead of being lost' }),
  ),
  noise: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Deviation of the load within the steps of its record, relative to it; none by default',
    }),
  ),
  noiseCorrelation: Duration('How long such a deviation lasts', { default: DEFAULT_CORRELATION }),
  scrapeInterval: Duration('How often the load is scraped, in whole seconds', { default: DEFAULT_SCRAPE_INTERVAL }),
  rateWindow: Duration('Window of rate(), 0 for a gauge; by default four scrapes'),
  adapterDelay: Duration('From a scrape to an answer that includes it', { default: DEFAULT_DELAY }),
  seed: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 1,
      description: 'For the start-up times and the noise',
    }),
  ),
  targetUtilization: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      default: DEFAULT_TARGET,
      description: 'Share of its capacity that a replica carries when it carries the target of the workload',
    }),
  ),
  hpaMetric: Type.Optional(words(['load', 'cpu'], 'What the HPA looks at; the load by default')),
  objective: Condition(
    'What a setting is chosen by; by default that of the workload is replayed',
    'short where pod_hours<=hpa',
  ),
  assertion: Condition('Condition on tidecast', 'short<=0.5%'),
});

type Body = Static<typeof ReplayBody>;

/** @throws {ProblemError} 400: a workload that there is not, a value that is not accepted, values that contradict each other */
export function readReplayRequest(view: ServiceView, body: Body): ReplayRequest {
  const { id } = findWorkloadForBody(view, body.workloadId).workload;
  const { requestTime } = body;
  const noiseCorrelationMs = durationIn({ noiseCorrelation: body.noiseCorrelation ?? DEFAULT_CORRELATION }, [
    0,
    HOUR_MS,
  ]);
  return {
    workloadId: id,
    startup: readStartup(body),
    nodes: readNodes(body),
    terminationMs: durationIn({ termination: body.termination ?? DEFAULT_TERMINATION }, [0, LONGEST_STARTUP_MS]),
    latency:
      requestTime === undefined
        ? null
        : { requestTimeMs: durationIn({ requestTime }, [1, 10 * MINUTE_MS]), concurrency: body.concurrency ?? 1 },
    queue: body.queue ?? false,
    noise: body.noise === undefined ? null : { deviation: body.noise, correlationMs: noiseCorrelationMs },
    pipeline: readPipeline(body),
    seed: body.seed ?? 1,
    targetUtilization: body.targetUtilization ?? DEFAULT_TARGET,
    hpaMetric: body.hpaMetric ?? 'load',
    objective: body.objective ?? null,
    assertion: body.assertion ?? null,
  };
}

function readStartup({ startup, startupP95, startupSamples }: Body): ReplayRequest['startup'] {
  if (startupSamples !== undefined) {
    for (const [field, received] of Object.entries({ startup, startupP95 })) {
      if (received !== undefined) throw refused(field, received, 'nothing beside startupSamples');
    }
    return { samplesS: startupSamples };
  }
  const range = [SECOND_MS, LONGEST_STARTUP_MS] as const;
  const p50Ms = durationIn({ startup: startup ?? DEFAULT_STARTUP }, range);
  const p95Ms = startupP95 === undefined ? p50Ms * P95_OVER_P50 : durationIn({ startupP95 }, range);
  if (p95Ms < p50Ms) throw refused('startupP95', startupP95, 'a duration that is not shorter than startup');
  return { p50Ms, p95Ms };
}

function readNodes({ podsPerNode, nodeStartup }: Body): ReplayRequest['nodes'] {
  if (podsPerNode === undefined && nodeStartup === undefined) return null;
  if (podsPerNode === undefined) throw refused('podsPerNode', undefined, 'a whole number where nodeStartup is given');
  if (nodeStartup === undefined) throw refused('nodeStartup', undefined, 'a duration where podsPerNode is given');
  return { podsPerNode, startupMs: durationIn({ nodeStartup }, [SECOND_MS, LONGEST_STARTUP_MS]) };
}

function readPipeline({ scrapeInterval, rateWindow, adapterDelay }: Body): ReplayRequest['pipeline'] {
  const scrapeIntervalMs = durationIn({ scrapeInterval: scrapeInterval ?? DEFAULT_SCRAPE_INTERVAL }, [
    SECOND_MS,
    HOUR_MS,
  ]);
  if (scrapeIntervalMs % SECOND_MS !== 0) throw refused('scrapeInterval', scrapeInterval, 'whole seconds');
  const rateWindowMs =
    rateWindow === undefined ? RATE_WINDOW_SCRAPES * scrapeIntervalMs : durationIn({ rateWindow }, [0, 6 * HOUR_MS]);
  if (rateWindowMs !== 0 && rateWindowMs < 2 * scrapeIntervalMs) {
    throw refused(
      'rateWindow',
      rateWindow,
      `0 for a gauge, or at least two scrapes: ${formatDuration(2 * scrapeIntervalMs)}`,
    );
  }
  const adapterDelayMs = durationIn({ adapterDelay: adapterDelay ?? DEFAULT_DELAY }, [0, HOUR_MS]);
  return { scrapeIntervalMs, rateWindowMs, adapterDelayMs };
}

/** @param given a single field */
function durationIn(given: Readonly<Record<string, string>>, [minMs, maxMs]: readonly [number, number]): number {
  const [[field, text]] = Object.entries(given) as [[string, string]];
  return readDuration(text, { minMs, maxMs }, { in: 'body', field });
}

function refused(field: string, received: unknown, accepted: string): Error {
  return invalidRequest([{ in: 'body', field, ...(received !== undefined && { received }), accepted }]);
}
