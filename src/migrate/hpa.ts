import type { ManifestNode } from '../config/manifest-node.js';
import type { Place } from '../config/problem.js';
import { parseQuantity } from '../core/quantity.js';
import type { ExternalRule } from './adapter-rules.js';
import { findForecastFault } from './forecast-check.js';
import { FORECAST_DEFAULTS } from './forecast-defaults.js';
import { writeQuery } from './metrics-query.js';
import type { ForecastMetadata } from './new-scaled-object.js';
import { CHANGE_ME } from './new-scaled-object.js';
import { child, itemsAt, placeOf, textAt } from './nodes.js';
import type { Plain, PlainMap } from './plain.js';
import type { Say } from './remark.js';
import type { MigrateOptions } from './trigger-context.js';

/** `scaleUp`, `policies`, a policy, its field. */
const BEHAVIOR_DEPTH = 4;

/** A HorizontalPodAutoscaler (`autoscaling/v2`) that asks prometheus-adapter for an external metric. */
export interface AdapterHpa extends Place {
  readonly namespace: string;
  readonly name: string;
  readonly node: ManifestNode;
  /** One for each external metric that a rule is about. */
  readonly forecasts: readonly HpaForecast[];
  /** The other metrics, as triggers of KEDA's. */
  readonly reactive: readonly PlainMap[];
}

export interface HpaForecast {
  readonly metricType: 'AverageValue' | 'Value';
  readonly metadata: ForecastMetadata;
}

export function isHpa(node: ManifestNode): boolean {
  return (
    textAt(node, 'kind') === 'HorizontalPodAutoscaler' && /^autoscaling\/v2/.test(textAt(node, 'apiVersion') ?? '')
  );
}

/** The metric names that an HPA asks external.metrics.k8s.io for. */
export function externalMetrics(node: ManifestNode): readonly string[] {
  return itemsAt(node, 'spec', 'metrics').flatMap((metric) => textAt(metric, 'external', 'metric', 'name') ?? []);
}

/** @returns undefined for an HPA that no rule is about; what cannot be carried over is said */
export function readHpa(
  node: ManifestNode,
  rules: ReadonlyMap<string, ExternalRule>,
  options: MigrateOptions,
  say: Say,
): AdapterHpa | undefined {
  if (!externalMetrics(node).some((metric) => rules.has(metric))) return undefined;
  const namespace = textAt(node, 'metadata', 'namespace') ?? 'default';
  const name = textAt(node, 'metadata', 'name') ?? '';
  const place = placeOf(child(node, 'metadata', 'name') ?? node);
  const metrics = itemsAt(node, 'spec', 'metrics');
  const forecasts = metrics.flatMap((metric) => {
    const rule = rules.get(textAt(metric, 'external', 'metric', 'name') ?? '');
    const forecast = rule && forecastOf(metric, rule, namespace, options, say);
    return forecast === undefined ? [] : [forecast];
  });
  if (forecasts.length === 0) return undefined;
  const reactive = metrics.flatMap((metric) => {
    if (rules.has(textAt(metric, 'external', 'metric', 'name') ?? '')) return [];
    const trigger = resourceTrigger(metric);
    if (trigger === undefined)
      say('lost', placeOf(metric), `a metric of type ${textAt(metric, 'type') ?? '?'} of the HPA`);
    return trigger === undefined ? [] : [trigger];
  });
  say('note', place, 'the new ScaledObject takes this HPA over: remove its manifest from what you apply');
  return { ...place, namespace, name, node, forecasts, reactive };
}

function forecastOf(
  metric: ManifestNode,
  rule: ExternalRule,
  namespace: string,
  { prometheusAddress, forecasterNames }: MigrateOptions,
  say: Say,
): HpaForecast | undefined {
  const place = placeOf(metric);
  const query = writeQuery(rule, namespace, child(metric, 'external', 'metric', 'selector'));
  if (query === undefined) {
    say(
      'lost',
      place,
      `metric ${JSON.stringify(rule.metric)}: the query's template or the selector has more than can be written out`,
    );
    return undefined;
  }
  const average = textAt(metric, 'external', 'target', 'averageValue');
  const threshold = parseQuantity(average ?? textAt(metric, 'external', 'target', 'value') ?? '');
  const metadata = {
    prometheusAddress: prometheusAddress ?? `http://${CHANGE_ME}:9090`,
    query,
    ...FORECAST_DEFAULTS,
    threshold: String(threshold ?? ''),
  };
  const fault = findForecastFault(new Map(Object.entries(metadata)), forecasterNames);
  if (fault !== undefined) {
    say('lost', place, `metric ${JSON.stringify(rule.metric)}: ${fault}`);
    return undefined;
  }
  if (prometheusAddress === undefined) {
    say('lost', place, `prometheusAddress (--prometheus): not in the rules; put in what ${CHANGE_ME} stands for`);
  }
  return { metricType: average === undefined ? 'Value' : 'AverageValue', metadata };
}

/** KEDA's trigger for CPU or memory. */
function resourceTrigger(metric: ManifestNode): PlainMap | undefined {
  const isContainer = textAt(metric, 'type') === 'ContainerResource';
  if (!isContainer && textAt(metric, 'type') !== 'Resource') return undefined;
  const resource = child(metric, isContainer ? 'containerResource' : 'resource');
  const type = textAt(resource, 'name');
  if (type !== 'cpu' && type !== 'memory') return undefined;
  const utilization = textAt(resource, 'target', 'averageUtilization');
  const value = utilization ?? textAt(resource, 'target', 'averageValue');
  if (value === undefined) return undefined;
  return {
    type,
    metricType: utilization === undefined ? 'AverageValue' : 'Utilization',
    metadata: { ...(isContainer && { containerName: textAt(resource, 'container') ?? '' }), value },
  };
}

/** `spec` of the ScaledObject that takes the HPA over, without its triggers. */
export function hpaSpec({ node, name }: AdapterHpa): PlainMap {
  const spec = child(node, 'spec');
  const target = Object.fromEntries(
    ['apiVersion', 'kind', 'name'].flatMap((key) => {
      const text = textAt(spec, 'scaleTargetRef', key);
      return text === undefined ? [] : [[key, text] as const];
    }),
  );
  const behavior = child(spec, 'behavior');
  return {
    scaleTargetRef: target,
    minReplicaCount: Number(textAt(spec, 'minReplicas') ?? 1),
    maxReplicaCount: Number(textAt(spec, 'maxReplicas') ?? 100),
    advanced: {
      horizontalPodAutoscalerConfig: {
        name,
        ...(behavior !== undefined && { behavior: plainOf(behavior, BEHAVIOR_DEPTH) }),
      },
    },
  };
}

/** @param depth aliases could make a small document endless; what is nested deeper is left out */
function plainOf(node: ManifestNode, depth: number): Plain {
  if (node.kind === 'scalar') return node.value;
  if (depth === 0) return null;
  if (node.kind === 'list') return node.items.map((item) => plainOf(item, depth - 1));
  return Object.fromEntries([...node.entries].map(([key, value]) => [key, plainOf(value, depth - 1)]));
}
