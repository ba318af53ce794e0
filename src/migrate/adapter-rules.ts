import type { ManifestNode } from '../config/manifest-node.js';
import type { Place } from '../config/problem.js';
import { child, entriesAt, itemsAt, placeOf, textAt } from './nodes.js';
import type { Say } from './remark.js';

/** A rule of prometheus-adapter for one external metric, of one series. */
export interface ExternalRule extends Place {
  /** As an HPA names it. */
  readonly metric: string;
  readonly series: string;
  /** Go template with the delimiters `<<` and `>>`. */
  readonly metricsQuery: string;
  /** The label that is set to the HPA's namespace; undefined: none is. */
  readonly namespaceLabel: string | undefined;
}

/**
 * Reads prometheus-adapter's configuration, or the `rules` of its Helm chart's values. Rules that cannot be written out as a
 * query are named.
 *
 * @see https://github.com/kubernetes-sigs/prometheus-adapter/blob/master/docs/config.md
 */
export function readAdapterRules(root: ManifestNode, say: Say): readonly ExternalRule[] {
  const isChart = child(root, 'rules')?.kind === 'map';
  const custom = isChart ? itemsAt(root, 'rules', 'custom') : itemsAt(root, 'rules');
  const external = isChart ? itemsAt(root, 'rules', 'external') : itemsAt(root, 'externalRules');
  if (custom.length > 0) {
    say(
      'lost',
      placeOf(custom[0]!),
      `rules of custom metrics (${custom.length}): their queries name the pods or objects of each request, and a trigger's ` +
        'query is fixed; write a query for the whole workload',
    );
  }
  const resource = isChart ? child(root, 'rules', 'resource') : child(root, 'resourceRules');
  if (resource !== undefined)
    say('note', placeOf(resource), 'CPU and memory: not a matter of forecasts; the rules can stay');
  return external.flatMap((rule) => readRule(rule, say));
}

function readRule(rule: ManifestNode, say: Say): ExternalRule[] {
  const seriesQuery = textAt(rule, 'seriesQuery') ?? '';
  const metricsQuery = textAt(rule, 'metricsQuery') ?? '';
  const place = placeOf(child(rule, 'seriesQuery') ?? rule);
  const series = seriesName(seriesQuery);
  if (series === undefined || metricsQuery === '') {
    say(
      'lost',
      place,
      `the rule ${JSON.stringify(seriesQuery)}: it is for many series, of which no single query can be written`,
    );
    return [];
  }
  const metric = metricName(series, child(rule, 'name'));
  const namespaceLabel = readNamespaceLabel(child(rule, 'resources'));
  if (metric === undefined || namespaceLabel === undefined || child(rule, 'labelValueReplacements') !== undefined) {
    say(
      'lost',
      place,
      `the rule for ${JSON.stringify(series)}: its name, resources or labelValueReplacements cannot be followed`,
    );
    return [];
  }
  return [
    { ...place, metric, series, metricsQuery, namespaceLabel: namespaceLabel === '' ? undefined : namespaceLabel },
  ];
}

/** The one series that a selector names exactly. */
function seriesName(seriesQuery: string): string | undefined {
  return (
    /^\s*([a-zA-Z_:][\w:]*)\s*(?:\{.*\})?\s*$/s.exec(seriesQuery)?.[1] ??
    /^\s*\{(?:.*,)?\s*__name__\s*=\s*"([\w:]+)"/s.exec(seriesQuery)?.[1]
  );
}

/** `name` of a rule: a pattern, and what becomes of the series' name by it. */
function metricName(series: string, name: ManifestNode | undefined): string | undefined {
  const pattern = textAt(name, 'matches') ?? '';
  const as = textAt(name, 'as') ?? '';
  try {
    const match = new RegExp(pattern === '' ? '.*' : pattern).exec(series);
    if (match === null) return undefined;
    if (as === '') return match.length <= 2 ? match.at(-1) : undefined;
    return as.replace(/\$\{?(\d+)\}?/g, (_, group: string) => match[Number(group)] ?? '');
  } catch {
    // Go's patterns and ours differ in rare things.
    return undefined;
  }
}

/** @returns the label, `''` for none, undefined for one that only the adapter can tell */
function readNamespaceLabel(resources: ManifestNode | undefined): string | undefined {
  if (resources === undefined || textAt(resources, 'namespaced') === 'false') return '';
  const own = entriesAt(resources, 'overrides').find(([, override]) => textAt(override, 'resource') === 'namespace');
  if (own !== undefined) return own[0];
  const template = textAt(resources, 'template')?.replace(/<<\s*\.Resource\s*>>/g, 'namespace');
  return template === undefined || template.includes('<<') ? undefined : template;
}
