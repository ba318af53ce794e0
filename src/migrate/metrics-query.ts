import type { ManifestNode } from '../config/manifest-node.js';
import type { ExternalRule } from './adapter-rules.js';
import { entriesAt, itemsAt, textAt } from './nodes.js';
import { outline } from './promql.js';

/** What the adapter makes of the operators of a label selector. */
const OPERATORS: Readonly<
  Record<string, ((values: readonly string[]) => [operator: string, value: string]) | undefined>
> = {
  In: (values) => ['=~', values.join('|')],
  NotIn: (values) => ['!~', values.join('|')],
  Exists: () => ['!=', ''],
  DoesNotExist: () => ['=', ''],
};

/**
 * The query that prometheus-adapter sends for an HPA's external metric, which the adapter writes anew for each request:
 * the label selector and the namespace of the HPA filled in, and its series added up, as the HPA does.
 *
 * @param selector `metric.selector` of the HPA
 * @returns undefined where the template has more than text and names of values, or the selector an unknown operator
 */
export function writeQuery(
  rule: ExternalRule,
  namespace: string,
  selector: ManifestNode | undefined,
): string | undefined {
  const matchers = readSelector(selector);
  if (matchers === undefined) return undefined;
  const { namespaceLabel } = rule;
  const all = [
    ...matchers,
    ...(namespaceLabel === undefined ? [] : [`${namespaceLabel}=${JSON.stringify(namespace)}`]),
  ];
  const query = rule.metricsQuery
    .replace(/<<-?\s*\.Series\s*-?>>/g, rule.series)
    .replace(/<<-?\s*\.LabelMatchers\s*-?>>/g, () => all.join(','))
    // For external metrics the adapter groups by nothing.
    .replace(/\s*\bby\s*\(\s*<<-?\s*\.GroupBy\s*-?>>\s*\)/g, '')
    .replace(/(\{|,)\s*,|,\s*(?=\})/g, '$1')
    .trim();
  if (query.includes('<<')) return undefined;
  const isOneSeries = /^(sum|avg|min|max|count|scalar)\b/i.test(query) && !/\b(by|without)\b/.test(outline(query));
  return isOneSeries ? query : `sum(${query})`;
}

/** A label selector as PromQL's matchers. */
function readSelector(selector: ManifestNode | undefined): readonly string[] | undefined {
  const labels = entriesAt(selector, 'matchLabels').map(([key, value]) => matcher(key, '=', textAt(value) ?? ''));
  const expressions = itemsAt(selector, 'matchExpressions').map((item) => {
    const key = textAt(item, 'key') ?? '';
    const values = itemsAt(item, 'values').map((value) => textAt(value) ?? '');
    const write = OPERATORS[textAt(item, 'operator') ?? ''];
    return write === undefined ? undefined : matcher(key, ...write(values));
  });
  return expressions.every((expression) => expression !== undefined) ? [...labels, ...expressions] : undefined;
}

function matcher(label: string, operator: string, value: string): string {
  return `${label}${operator}${JSON.stringify(value)}`;
}
