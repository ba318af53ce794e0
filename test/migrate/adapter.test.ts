import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseQuantity } from '../../src/core/quantity.js';
import { migrateText, spoken } from './migrate-text.js';

interface Written {
  readonly spec: {
    readonly triggers: readonly {
      readonly type: string;
      readonly metricType?: string;
      readonly metadata: Record<string, string>;
    }[];
  };
}

const RULE = {
  seriesQuery: 'queue_messages_ready{namespace!=""}',
  resources: { overrides: { kube_ns: { resource: 'namespace' } } },
  metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (<<.GroupBy>>)',
};

const METRIC = {
  type: 'External',
  external: {
    metric: { name: 'queue_messages_ready', selector: { matchLabels: { queue: 'mails' } } },
    target: { type: 'AverageValue', averageValue: '30' },
  },
};

function documents(rule: object, metric: object, more: readonly object[] = []): string {
  const hpa = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'mailer', namespace: 'shop' },
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'mailer' },
      minReplicas: 2,
      maxReplicas: 9,
      metrics: [metric, ...more],
    },
  };
  return `${JSON.stringify({ externalRules: [rule] })}\n---\n${JSON.stringify(hpa)}\n`;
}

/** The trigger that comes of a rule and the HPA that asks for it. */
function forecastOf(rule: object, metric: object): Written['spec']['triggers'][number] | undefined {
  const { added } = migrateText(documents(rule, metric), 'standalone');
  return added === '' ? undefined : (parse(added) as Written).spec.triggers[0];
}

describe('the query of an external rule', () => {
  it.each<[string, object, object, string]>([
    ['with label and namespace of the HPA', RULE, METRIC, 'sum(queue_messages_ready{queue="mails",kube_ns="shop"})'],
    [
      'without a namespace',
      { ...RULE, resources: { namespaced: false } },
      METRIC,
      'sum(queue_messages_ready{queue="mails"})',
    ],
    [
      'with the namespace by template, and a series named by a matcher',
      { ...RULE, seriesQuery: '{__name__="queue_messages_ready",x!=""}', resources: { template: 'k_<<.Resource>>' } },
      METRIC,
      'sum(queue_messages_ready{queue="mails",k_namespace="shop"})',
    ],
    [
      'with no label at all, behind a matcher of its own',
      { ...RULE, resources: undefined, metricsQuery: 'max(<<.Series>>{a="b",<<.LabelMatchers>>})' },
      { ...METRIC, external: { ...METRIC.external, metric: { name: 'queue_messages_ready' } } },
      'max(queue_messages_ready{a="b"})',
    ],
    [
      'with several series, which the HPA adds up',
      { ...RULE, metricsQuery: 'sum(<<.Series>>{<<.LabelMatchers>>}) by (name)' },
      METRIC,
      'sum(sum(queue_messages_ready{queue="mails",kube_ns="shop"}) by (name))',
    ],
    [
      'with expressions in the selector',
      RULE,
      {
        ...METRIC,
        external: {
          ...METRIC.external,
          metric: {
            name: 'queue_messages_ready',
            selector: {
              matchExpressions: [
                { key: 'queue', operator: 'In', values: ['a', 'b'] },
                { key: 'vhost', operator: 'NotIn', values: ['c'] },
                { key: 'd', operator: 'Exists' },
                { key: 'e', operator: 'DoesNotExist' },
              ],
            },
          },
        },
      },
      'sum(queue_messages_ready{queue=~"a|b",vhost!~"c",d!="",e="",kube_ns="shop"})',
    ],
  ])('%s', (_, rule, metric, query) => {
    expect(forecastOf(rule, metric)?.metadata).toMatchObject({ query, threshold: '30' });
  });

  it('goes by the name that the rule gives the metric', () => {
    const renamed = (name: string): object => ({
      ...METRIC,
      external: { ...METRIC.external, metric: { name } },
    });
    expect(forecastOf({ ...RULE, name: { as: 'backlog' } }, renamed('backlog'))).toBeDefined();
    expect(forecastOf({ ...RULE, name: { matches: '^(.*)_ready$' } }, renamed('queue_messages'))).toBeDefined();
    expect(
      forecastOf({ ...RULE, name: { matches: '^(.*)_ready$', as: '${1}_waiting' } }, renamed('queue_messages_waiting')),
    ).toBeDefined();
    expect(forecastOf(RULE, renamed('another'))).toBeUndefined();
  });

  it('takes a target for the whole as metricType Value', () => {
    const metric = { ...METRIC, external: { ...METRIC.external, target: { type: 'Value', value: '2500m' } } };
    expect(forecastOf(RULE, metric)).toMatchObject({ metricType: 'Value', metadata: { threshold: '2.5' } });
  });
});

describe('what cannot be written out', () => {
  it.each<[string, object, object, string]>([
    ['a rule for many series', { ...RULE, seriesQuery: '{__name__=~"^queue_.*"}' }, METRIC, 'for many series'],
    [
      'a template that computes',
      { ...RULE, metricsQuery: 'sum(<<.Series>>{<<index .LabelValuesByName "a">>})' },
      METRIC,
      'can be written out',
    ],
    ['a name by several groups', { ...RULE, name: { matches: '(a)(b)' } }, METRIC, 'cannot be followed'],
    ['values that are replaced', { ...RULE, labelValueReplacements: [] }, METRIC, 'cannot be followed'],
    [
      'a selector with an unknown operator',
      RULE,
      {
        ...METRIC,
        external: {
          ...METRIC.external,
          metric: {
            name: 'queue_messages_ready',
            selector: { matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1'] }] },
          },
        },
      },
      'can be written out',
    ],
    [
      'a target that is no number',
      RULE,
      { ...METRIC, external: { ...METRIC.external, target: { averageValue: 'many' } } },
      'threshold is required',
    ],
    [
      'a metric nobody asks for',
      RULE,
      { type: 'Pods', pods: { metric: { name: 'x' } } },
      'HorizontalPodAutoscaler that asks for it',
    ],
  ])('%s is named', (_, rule, metric, message) => {
    const { added, remarks } = migrateText(documents(rule, metric), 'keda');
    expect(added).toBe('');
    expect(spoken(remarks)).toContainEqual(expect.stringMatching(/^lost: /));
    expect(spoken(remarks).join('\n')).toContain(message);
  });

  it('other metrics of the HPA are, while CPU and memory become triggers', () => {
    const more = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      {
        type: 'ContainerResource',
        containerResource: { name: 'memory', container: 'app', target: { averageValue: '1Gi' } },
      },
      { type: 'Object', object: {} },
    ];
    const { added, remarks } = migrateText(documents(RULE, METRIC, more), 'keda');
    expect(
      (parse(added) as Written).spec.triggers.map(({ type, metricType, metadata }) => [
        type,
        metricType,
        metadata['value'],
      ]),
    ).toEqual([
      ['prometheus', 'AverageValue', undefined],
      ['external-push', 'AverageValue', undefined],
      ['cpu', 'Utilization', '70'],
      ['memory', 'AverageValue', '1Gi'],
    ]);
    expect(spoken(remarks)).toContain('lost: a metric of type Object of the HPA');
  });

  it('rules of custom metrics are, in the adapter’s file and in the values of its chart', () => {
    for (const root of [{ rules: [RULE] }, { rules: { custom: [RULE] } }]) {
      expect(spoken(migrateText(JSON.stringify(root), 'keda').remarks)).toEqual([
        expect.stringMatching(/^lost: rules of custom metrics \(1\)/),
      ]);
    }
  });
});

describe('quantities', () => {
  it.each([
    ['100', 100],
    ['1500m', 1.5],
    ['1k', 1_000],
    ['2Ki', 2_048],
    ['1e3', 1_000],
    ['0.5', 0.5],
    ['1E', 1e18],
    ['', undefined],
    ['1 k', undefined],
    ['k', undefined],
    ['1kk', undefined],
  ])('%s is %s', (text, value) => {
    expect(parseQuantity(text)).toBe(value);
  });
});
