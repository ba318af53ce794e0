import { setImmediate } from 'node:timers/promises';
import type { MetricOutcome, TriggerOutcome } from '../../core/composition.js';
import type { ScaledObjectStatus, ServiceView } from '../view.js';
import { header, label } from './gauge-text.js';

type Labels = readonly string[];
/** A value that is not known is left out. */
type Sample = readonly [labels: Labels, value: number | boolean | null | undefined];

interface ObjectMetric {
  readonly name: string;
  readonly help: string;
  readonly type?: 'counter';
  readonly samples: (status: ScaledObjectStatus, nowMs: number) => readonly Sample[];
}

/** ScaledObjects written at once; between chunks other requests are answered. */
const CHUNK = 100;

const METRICS: readonly ObjectMetric[] = [
  {
    name: 'tidecast_trigger_value',
    help: 'Value that is served of a metric of a trigger; absent while it is an error.',
    samples: ofMetrics(({ value }) => value),
  },
  {
    name: 'tidecast_trigger_target',
    help: 'What the HPA compares the metric with.',
    samples: ofMetrics(({ target }) => target),
  },
  {
    name: 'tidecast_trigger_active',
    help: 'Whether the trigger wants the workload to run; absent while that is unknown.',
    samples: ofTriggers(({ active }) => active),
  },
  {
    name: 'tidecast_trigger_fallback',
    help: 'Whether spec.fallback stands in for the trigger.',
    samples: ofTriggers(({ state }) => (state === 'delegated' ? null : state === 'fallback')),
  },
  {
    name: 'tidecast_trigger_age_seconds',
    help: 'Time since the source of the trigger last answered.',
    samples: ofTriggers(({ answeredAtMs }, nowMs) => (answeredAtMs === null ? null : (nowMs - answeredAtMs) / 1_000)),
  },
  {
    name: 'tidecast_trigger_errors_total',
    help: 'Polls of the source of the trigger that have failed.',
    type: 'counter',
    samples: ({ object, pollErrors }) =>
      object.triggers.flatMap((trigger, i) =>
        trigger.kind === 'reactive' ? [[triggerLabels(trigger), pollErrors[i]] as const] : [],
      ),
  },
  {
    name: 'tidecast_scaledobject_composite_value',
    help: 'Value that the formula makes of the triggers; absent while it is an error, and without a formula.',
    samples: ({ composition }) => [[[], composition?.composite?.metric.value]],
  },
  {
    name: 'tidecast_scaledobject_active',
    help: 'Whether the workload should run at all; absent while that is unknown.',
    samples: ({ composition }) => [[[], composition?.active]],
  },
  {
    name: 'tidecast_scaledobject_required_replicas',
    help: 'Replicas that the triggers ask for together, CPU and memory not counted; absent while that is unknown.',
    samples: ({ composition }) => [[[], composition?.requiredReplicas]],
  },
];

/**
 * The metrics of all ScaledObjects and their triggers in the Prometheus text format. What is not known is absent, never 0.
 */
export async function* triggerGauges(view: ServiceView): AsyncGenerator<string> {
  const nowMs = view.now();
  const statuses = view.scaledObjects.list();
  yield `${header('tidecast_scaledobjects', 'ScaledObjects that are configured.')}tidecast_scaledobjects ${statuses.length}\n`;
  for (const { name, help, type = 'gauge', samples } of METRICS) {
    yield header(name, help, type);
    for (let start = 0; start < statuses.length; start += CHUNK) {
      const chunk = statuses.slice(start, start + CHUNK);
      yield chunk.map((status) => lines(name, status, samples(status, nowMs))).join('');
      await setImmediate();
    }
  }
}

function ofMetrics(valueOf: (metric: MetricOutcome) => number | null): ObjectMetric['samples'] {
  return ({ composition }) =>
    (composition?.triggers ?? []).flatMap((trigger) =>
      trigger.metrics.map((metric): Sample => {
        return [[...triggerLabels(trigger), label('metric', metric.name)], valueOf(metric)];
      }),
    );
}

function ofTriggers(
  valueOf: (trigger: TriggerOutcome, nowMs: number) => number | boolean | null,
): ObjectMetric['samples'] {
  return ({ composition }, nowMs) =>
    (composition?.triggers ?? []).map((trigger) => [triggerLabels(trigger), valueOf(trigger, nowMs)]);
}

function triggerLabels({ index, type, name }: Pick<TriggerOutcome, 'index' | 'type' | 'name'>): Labels {
  return [label('trigger_index', String(index)), label('type', type), label('trigger', name ?? '')];
}

function lines(name: string, { object }: ScaledObjectStatus, samples: readonly Sample[]): string {
  const own = [label('namespace', object.namespace), label('scaledobject', object.name)];
  return samples
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([labels, value]) => `${name}{${[...own, ...labels].join(',')}} ${Number(value)}\n`)
    .join('');
}
