import { formatDuration, SECOND_MS } from '../core/duration.js';
import type { ReactiveTrigger, ResourceTrigger, ScaledObject } from '../core/scaled-object.js';
import { COMPOSITE_METRIC } from '../scaling/composite-metric.js';
import { renderList } from './output/table.js';
import { colorsOf, type Terminal } from './terminal.js';

type Beside = ReactiveTrigger | ResourceTrigger;

/** The triggers of ScaledObjects beside those that are forecast, and what a formula serves, as a table; empty: there are none. */
export function triggerTable(objects: readonly ScaledObject[], terminal: Terminal): string {
  const rows = objects.flatMap(({ id, triggers, modifiers }) => [
    ...triggers.flatMap((trigger) => (trigger.kind === 'forecast' ? [] : [[id, ...cells(trigger)]])),
    ...(modifiers === null ? [] : [[id, 'formula', '-', COMPOSITE_METRIC, String(modifiers.target), '-']]),
  ]);
  if (rows.length === 0) return '';
  return renderList(
    [
      { title: 'SCALEDOBJECT' },
      { title: 'TRIGGER' },
      { title: 'NAME' },
      { title: 'METRIC' },
      { title: 'TARGET', align: 'right' },
      { title: 'QUEUE' },
    ],
    rows,
    colorsOf(terminal.stdout, terminal.env),
  );
}

/** What may be shown of a ScaledObject. Times in seconds; of the forecast triggers only their place. */
export function scaledObjectJson({ id, target, bounds, triggers, modifiers }: ScaledObject): object {
  return {
    id,
    target,
    ...bounds,
    formula: modifiers?.formula ?? null,
    triggers: triggers.map((trigger) => {
      const { index, type, name, kind } = trigger;
      const identity = { index, type, name, kind };
      if (trigger.kind === 'forecast') return { ...identity, workload: trigger.workload.id };
      if (trigger.kind === 'resource') {
        return { ...identity, targetType: trigger.targetType, target: trigger.target, container: trigger.container };
      }
      const { metricType, metrics, drain } = trigger;
      return { ...identity, metricType, metrics: metrics && metrics.map(served(index)), drain: drainJson(drain) };
    }),
  };
}

function drainJson(drain: ReactiveTrigger['drain']): object | null {
  if (drain === undefined) return null;
  const { arrivalsIndex, perReplica, drainTimeMs } = drain;
  return { arrivalsIndex, perReplica, drainTimeSeconds: drainTimeMs / SECOND_MS };
}

function cells(trigger: Beside): string[] {
  const { type, name, index } = trigger;
  const named = name ?? '-';
  if (trigger.kind === 'resource') {
    const { target, targetType, container } = trigger;
    const unit = targetType === 'Utilization' ? ' %' : '';
    return [type, named, container === null ? 'of the pod' : `of ${container}`, `${target}${unit}`, '-'];
  }
  const metrics = trigger.metrics?.map(served(index)) ?? [];
  return [
    type,
    named,
    metrics.map((metric) => metric.name).join(', ') || 'its source says',
    metrics.map(({ target }) => String(target)).join(', ') || '-',
    queueOf(trigger),
  ];
}

function queueOf({ drain }: ReactiveTrigger): string {
  if (drain === undefined) return '-';
  return `drained in ${formatDuration(drain.drainTimeMs)} at ${drain.perReplica}/s per replica`;
}

/** As the HPA asks for it. */
function served(index: number): (metric: { name: string; target: number }) => { name: string; target: number } {
  return ({ name, target }) => ({ name: `s${index}-${name}`, target });
}
