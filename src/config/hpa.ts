import type { Behavior } from '../core/hpa-behavior.js';
import { ACCEPTED_TARGET, targetFault } from '../core/target.js';
import { readBehavior } from './behavior.js';
import { checkCpuPercent } from './cpu-percent.js';
import type { Fields } from './fields.js';
import type { LoadMetrics, LoadTarget } from './load-target.js';
import { checkName, LONGEST_SUBDOMAIN } from './object-names.js';
import type { Report } from './problem.js';

/** A HorizontalPodAutoscaler (`autoscaling/v2`) with Kubernetes' defaults filled in, as far as a replay of one load can follow it. */
export interface Hpa extends LoadMetrics {
  readonly name: string;
  readonly bounds: { readonly min: number; readonly max: number };
  readonly behavior: Behavior | null;
}

const DEFAULT_MIN_REPLICAS = 1;
/** What Kubernetes gives an HPA without metrics. */
const DEFAULT_CPU_PERCENT = 80;

/** Where a metric of a type about the load keeps its target, and which types of target it may have. */
const LOAD_METRICS = {
  External: { key: 'external', targetTypes: ['AverageValue', 'Value'] },
  Object: { key: 'object', targetTypes: ['AverageValue', 'Value'] },
  Pods: { key: 'pods', targetTypes: ['AverageValue'] },
} as const;
const CPU_METRICS = { Resource: 'resource', ContainerResource: 'containerResource' } as const;
const METRIC_TYPES = ['External', 'Object', 'Pods', 'Resource', 'ContainerResource'] as const;

/** Reads an HPA as far as it goes; what is wrong, and what cannot be replayed, is reported. */
export function readHpa(root: Fields, report: Report): Hpa | undefined {
  root.warnUnknown(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  const metadata = root.requiredMap('metadata');
  const name = metadata?.requiredText('name') ?? '';
  if (metadata !== undefined) checkName(name, LONGEST_SUBDOMAIN, 'Kubernetes', metadata.place('name'), report);
  const spec = root.requiredMap('spec');
  if (spec === undefined) return undefined;
  spec.warnUnknown(['scaleTargetRef', 'minReplicas', 'maxReplicas', 'metrics', 'behavior']);
  const metrics = readMetrics(spec, report);
  return { name, bounds: readBounds(spec, metrics, report), behavior: readBehavior(spec, report), ...metrics };
}

function readBounds(spec: Fields, { load }: LoadMetrics, report: Report): Hpa['bounds'] {
  const min = spec.integer('minReplicas', { min: 0 }) ?? DEFAULT_MIN_REPLICAS;
  const max = spec.requiredInteger('maxReplicas', { min: 1 }) ?? Infinity;
  if (min > max) {
    report.error(spec.place('minReplicas'), 'greater than maxReplicas', {
      value: String(min),
      accepted: `at most ${max}`,
    });
  }
  if (min === 0 && load === null) {
    report.error(spec.place('minReplicas'), 'an HPA on CPU alone cannot scale from zero', {
      value: '0',
      accepted: 'at least 1, or a metric of type External or Object',
    });
  }
  return { min, max };
}

function readMetrics(spec: Fields, report: Report): LoadMetrics {
  if (!spec.has('metrics') || spec.isEmptyList('metrics')) return { load: null, cpuPercent: DEFAULT_CPU_PERCENT };
  let load: LoadTarget | null = null;
  let cpuPercent: number | null = null;
  for (const { item } of spec.maps('metrics')) {
    const type = item.choice('type', METRIC_TYPES);
    if (type === undefined) {
      if (!item.has('type')) report.error(item.place('type'), 'is required', { accepted: METRIC_TYPES.join(', ') });
    } else if (type === 'Resource' || type === 'ContainerResource') {
      const percent = readCpu(item.requiredMap(CPU_METRICS[type]), report);
      if (percent !== undefined && cpuPercent !== null) warnSecond(item, report, 'CPU');
      cpuPercent ??= percent ?? null;
    } else {
      const target = readLoad(item.requiredMap(LOAD_METRICS[type].key), LOAD_METRICS[type].targetTypes, report);
      if (target !== undefined && load !== null) warnSecond(item, report, 'load');
      load ??= target ?? null;
    }
  }
  if (load === null && cpuPercent === null && !report.hasErrors) {
    report.error(spec.place('metrics'), 'no metric that can be replayed', {
      accepted: 'one about the load (External, Object or Pods), or CPU with an averageUtilization of 1 to 100',
    });
  }
  return { load, cpuPercent };
}

function warnSecond(item: Fields, report: Report, what: string): void {
  report.warning(item, `not replayed: the replay has one ${what}, and an earlier metric is taken to be about it`);
}

function readLoad(
  metric: Fields | undefined,
  types: readonly LoadTarget['type'][],
  report: Report,
): LoadTarget | undefined {
  const fields = metric?.requiredMap('target');
  if (fields === undefined) return undefined;
  if (!fields.has('type')) report.error(fields.place('type'), 'is required', { accepted: types.join(', ') });
  const type = fields.choice('type', types);
  if (type === undefined) return undefined;
  const key = type === 'Value' ? 'value' : 'averageValue';
  if (!fields.has(key)) report.error(fields.place(key), 'is required', { accepted: ACCEPTED_TARGET });
  const target = fields.quantity(key);
  const fault = target === undefined ? undefined : targetFault(target);
  if (target === undefined) return undefined;
  if (fault === undefined) return { type, target };
  report.error(fields.place(key), fault, { value: String(target), accepted: ACCEPTED_TARGET });
  return undefined;
}

/** @returns undefined for what is no utilisation of CPU */
function readCpu(metric: Fields | undefined, report: Report): number | undefined {
  if (metric === undefined) return undefined;
  const resource = metric.requiredText('name');
  const target = metric.requiredMap('target');
  if (resource === undefined || target === undefined) return undefined;
  if (resource !== 'cpu') {
    report.warning(metric.place('name'), 'not replayed: only the CPU of the pods follows from the load', {
      value: resource,
    });
    return undefined;
  }
  if (target.text('type') !== 'Utilization') {
    report.warning(target, 'not replayed: how much CPU a pod requests is not known', { accepted: 'type: Utilization' });
    return undefined;
  }
  const percent = target.requiredInteger('averageUtilization', { min: 1 });
  return percent && checkCpuPercent(percent, target.place('averageUtilization'), report);
}
