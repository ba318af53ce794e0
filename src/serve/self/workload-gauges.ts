import { setImmediate } from 'node:timers/promises';
import type { State } from '../../core/decision.js';
import { DEFAULT_LEVELS, type Forecast } from '../../core/forecast.js';
import { marginOf } from '../../core/model-selection.js';
import type { ServiceView, WorkloadStatus } from '../view.js';
import { header, label } from './gauge-text.js';

/** One value of a gauge, and a label beyond the workload's own; a value that is not a number is left out. */
type Sample = readonly [value: number | null | undefined, label?: string];

interface WorkloadGauge {
  readonly name: string;
  readonly help: string;
  readonly samples: (status: WorkloadStatus, nowMs: number) => readonly Sample[];
}

/** Workloads written at once, in less than a millisecond; between chunks other requests are answered. */
const CHUNK = 250;

const STATES: readonly State[] = ['cold', 'fresh', 'degraded', 'stale'];

const GAUGES: readonly WorkloadGauge[] = [
  {
    name: 'tidecast_forecast',
    help: 'Load forecast for the end of the lead time, by quantile level.',
    samples: (status, nowMs) =>
      DEFAULT_LEVELS.map((level) => [atLeadTime(status, nowMs, level), label('level', String(level))] as const),
  },
  {
    name: 'tidecast_forecast_served',
    help: 'Load forecast for the end of the lead time, at the quantile level that the workload is served by.',
    samples: (status, nowMs) => [[atLeadTime(status, nowMs, status.workload.quantile)]],
  },
  {
    name: 'tidecast_forecast_peak',
    help: 'Largest load forecast within the lead time of the last decision, at the served quantile level.',
    samples: ({ decision }) => [[largest(decision?.input.forecast?.points ?? [])]],
  },
  {
    name: 'tidecast_observed',
    help: 'Load that the last decision was made on.',
    samples: ({ decision }) => [[decision?.input.observation?.value]],
  },
  {
    name: 'tidecast_decision_value',
    help: 'Value that is served; absent while it is an error.',
    samples: ({ decision }) => [[decision?.value]],
  },
  {
    name: 'tidecast_decision_active',
    help: 'Whether the workload should run at all; absent while that is unknown.',
    samples: ({ decision }) => [
      [decision?.active === undefined || decision.active === null ? null : Number(decision.active)],
    ],
  },
  {
    name: 'tidecast_state',
    help: 'State of the last decision: 1 for the one it is in, 0 for the others.',
    samples: ({ decision }) =>
      decision === null
        ? []
        : STATES.map((state) => [Number(state === decision.state), label('state', state)] as const),
  },
  {
    name: 'tidecast_decision_age_seconds',
    help: 'Time since the last decision.',
    samples: ({ decision }, nowMs) => [[decision && (nowMs - decision.atMs) / 1_000]],
  },
  {
    name: 'tidecast_source_age_seconds',
    help: 'Time since the history source last answered.',
    samples: ({ sourceAnsweredAtMs }, nowMs) => [
      [sourceAnsweredAtMs === null ? null : (nowMs - sourceAnsweredAtMs) / 1_000],
    ],
  },
  {
    name: 'tidecast_lead_time_seconds',
    help: 'Lead time in force.',
    samples: ({ decision }) => [[decision && decision.input.settings.leadTimeMs / 1_000]],
  },
  {
    name: 'tidecast_saturation_timestamp_seconds',
    help: 'When the forecast will exceed what the maximum of replicas can carry; absent if not within the horizon.',
    samples: ({ decision }) => {
      const atMs = decision?.input.forecast?.saturatesAtMs ?? null;
      return [[atMs === null ? null : atMs / 1_000]];
    },
  },
  {
    name: 'tidecast_model_fitted_timestamp_seconds',
    help: 'When the model in use was fitted.',
    samples: ({ model }) => [[model && model.fittedAtMs / 1_000]],
  },
  {
    name: 'tidecast_coverage',
    help: 'Share of the load of the last day or week at or below the forecast for the end of the lead time, by level.',
    samples: ({ coverage }) =>
      (['day', 'week'] as const).flatMap((window) =>
        (coverage?.[window].levels ?? []).map(
          ({ level, share }) => [share, `${label('level', String(level))},${label('window', window)}`] as const,
        ),
      ),
  },
  {
    name: 'tidecast_model_runner_up_margin',
    help: 'How much more the runner-up would have lost on the history, as a share of what the model in use lost.',
    samples: ({ model }) =>
      model?.selection?.runnerUp == null
        ? []
        : [[marginOf(model.selection), label('runner_up', model.selection.runnerUp.model)]],
  },
  {
    name: 'tidecast_model_provisional_until_timestamp_seconds',
    help: 'Until when forecasts lack what two days of history teach; absent when that is over.',
    samples: ({ model }) => [[model?.provisionalUntilMs == null ? null : model.provisionalUntilMs / 1_000]],
  },
  {
    name: 'tidecast_model_info',
    help: 'The model in use, as a label; always 1.',
    samples: ({ model }) => (model === null ? [] : [[1, label('model', model.name)]]),
  },
];

/**
 * The gauges of all workloads in the Prometheus text format, read from the view as they are written: a workload that has
 * been removed is gone, and what is not known is absent, never 0.
 *
 * Written here rather than by prom-client, which takes two seconds for 10,000 workloads and answers nobody meanwhile.
 */
export async function* workloadGauges(view: ServiceView): AsyncGenerator<string> {
  const nowMs = view.now();
  const statuses = view.workloads();
  yield `${header('tidecast_workloads', 'Workloads that are configured.')}tidecast_workloads ${statuses.length}\n`;
  const labelled = statuses.map((status) => ({ status, labels: workloadLabels(status) }));
  for (const gauge of GAUGES) {
    yield header(gauge.name, gauge.help);
    for (let start = 0; start < labelled.length; start += CHUNK) {
      const chunk = labelled.slice(start, start + CHUNK);
      yield chunk.map(({ status, labels }) => lines(gauge.name, labels, gauge.samples(status, nowMs))).join('');
      await setImmediate();
    }
  }
}

function lines(name: string, labels: string, samples: readonly Sample[]): string {
  let text = '';
  for (const [value, more] of samples) {
    if (Number.isFinite(value)) text += `${name}{${labels}${more === undefined ? '' : `,${more}`}} ${value!}\n`;
  }
  return text;
}

function workloadLabels({ workload: { namespace, scaledObject, metricName } }: WorkloadStatus): string {
  return [label('namespace', namespace), label('scaledobject', scaledObject), label('metric', metricName)].join(',');
}

/** The forecast for the end of the lead time; null without a decision or forecast, NaN once it is exhausted. */
function atLeadTime({ decision, forecast }: WorkloadStatus, nowMs: number, level: number): number | null {
  if (decision === null || forecast === null || !covers(forecast, level)) return null;
  return forecast.at(nowMs + decision.input.settings.leadTimeMs, level);
}

function covers({ levels }: Forecast, level: number): boolean {
  return level >= levels[0]! && level <= levels[levels.length - 1]!;
}

function largest(points: readonly { readonly value: number }[]): number {
  return Math.max(...points.map(({ value }) => value));
}
