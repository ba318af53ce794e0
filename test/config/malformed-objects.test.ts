import { expect, test } from 'vitest';
import type { Row } from './manifests.js';
import { WEB, configure, reports, web, webWith } from './manifests.js';

const T = 'spec.triggers[0]';
const M = `${T}.metadata`;

const syntax: Row[] = [
  ['an unclosed quote', web("'100'", "'100"), [16, 'error', '', 'closing quote']],
  ['a bracket that is not closed', web("'100'", '[100'), [16, 'error', '', 'bracket']],
  ['a tab as indentation', web('  name: web\nspec', '\tname: web\nspec'), [4, 'error', '', 'tab']],
  ['a key without a colon', web('kind: ScaledObject', 'kind ScaledObject'), [2, 'error', '', 'colon']],
  ['two colons in one plain value', web('name: web\nspec', 'name: web: x\nspec'), [4, 'error', '', 'quote a text']],
  ['a reserved first character', web("'100'", '@100'), [16, 'error', '', 'reserved character']],
  ['a Helm template', web('name: web\nspec', 'name: {{ .Values.name }}\nspec'), [4, 'error', '', 'Helm']],
  ['an unknown backslash sequence', web("'100'", '"\\q"'), [16, 'error', '', 'backslash']],
  ['an item among keys', web('spec:', '- spec:'), [5, 'error', '', 'second "key: value"']],
  ['a key given twice', webWith("threshold: '5'"), [17, 'error', `${M}.threshold`, 'the first is on line 16']],
  [
    'an alias without anchor',
    web("'100'", '*hundred'),
    [16, 'error', `${M}.threshold`, 'without an anchor'],
    [10, 'error', `${M}.threshold`, 'required'],
  ],
  [
    'a merge key that is no map',
    web('metadata:\n  name: web', 'metadata:\n  name: web\n  <<: 5'),
    [5, 'error', 'metadata["<<"]', 'map'],
  ],
  ['an unknown tag', web("'100'", "!hundred '100'"), [16, 'warning', '', 'tag']],
];

const objects: Row[] = [
  ['a document that is a list', '- a\n- b\n', [1, 'warning', '', 'not a Kubernetes object']],
  ['a document that is a text', 'hello\n', [1, 'warning', '', 'not a Kubernetes object']],
  ['a document without kind and apiVersion', 'replicas: 3\n', [1, 'warning', '', 'no apiVersion and no kind']],
  ['a ScaledObject without apiVersion', web('apiVersion: keda.sh/v1alpha1\n'), [1, 'error', '', 'no apiVersion']],
  ['an object of KEDA without kind', web('kind: ScaledObject\n'), [1, 'error', '', 'no kind']],
  [
    'the API group of KEDA 1',
    web('keda.sh/v1alpha1', 'keda.k8s.io/v1alpha1'),
    [1, 'error', 'apiVersion', 'not the version', 'keda.k8s.io/v1alpha1'],
  ],
  [
    'a version that does not exist',
    web('keda.sh/v1alpha1', 'keda.sh/v1'),
    [1, 'error', 'apiVersion', 'not the version', 'keda.sh/v1'],
  ],
  [
    'a kind in the wrong case',
    web('ScaledObject', 'Scaledobject'),
    [2, 'error', 'kind', 'did you mean "ScaledObject"?', 'Scaledobject'],
  ],
  ['a ScaledJob', web('ScaledObject', 'ScaledJob'), [2, 'warning', 'kind', 'ScaledJob is not handled']],
  ['no metadata', web('metadata:\n  name: web\n'), [1, 'error', 'metadata', 'required']],
  ['no name', web('metadata:\n  name: web\n', 'metadata:\n  labels: {}\n'), [3, 'error', 'metadata.name', 'required']],
  [
    'a name that is a number',
    web('metadata:\n  name: web\n', 'metadata:\n  name: 12\n'),
    [4, 'error', 'metadata.name', 'must be a text, is a number', '12'],
  ],
  [
    'a name in capitals',
    web('metadata:\n  name: web\n', 'metadata:\n  name: Web\n'),
    [4, 'error', 'metadata.name', 'not a name', 'Web'],
  ],
  [
    'a name with a slash',
    web('metadata:\n  name: web\n', 'metadata:\n  name: a/b\n'),
    [4, 'error', 'metadata.name', 'not a name', 'a/b'],
  ],
  [
    'a name of 64 characters',
    web('metadata:\n  name: web\n', `metadata:\n  name: ${'a'.repeat(64)}\n`),
    [4, 'error', 'metadata.name', 'not a name', 'a'.repeat(64)],
  ],
  [
    'a namespace with a dot',
    web('metadata:\n  name', 'metadata:\n  namespace: a.b\n  name'),
    [4, 'error', 'metadata.namespace', 'not a name', 'a.b'],
  ],
  [
    'metadata that is a text',
    web('metadata:\n  name: web\n', 'metadata: web\n'),
    [3, 'error', 'metadata', 'must be a map, is a text'],
  ],
  ['an unknown field beside spec', web('spec:', 'specs: {}\nspec:'), [5, 'warning', 'specs', 'did you mean "spec"?']],
  [
    'no spec',
    'apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: { name: web }\n',
    [1, 'error', 'spec', 'required'],
  ],
  [
    'a List within a List',
    'apiVersion: v1\nkind: List\nitems:\n  - kind: List\n    apiVersion: v1\n    items: [{}]\n',
    [4, 'warning', 'items[0]', 'a List within a List is not read'],
  ],
  [
    'a List item that is not a map',
    'apiVersion: v1\nkind: List\nitems:\n  - 5\n',
    [4, 'warning', 'items[0]', 'not a Kubernetes object'],
  ],
];

const before = (spec: string): string => web('  scaleTargetRef:', `${spec}\n  scaleTargetRef:`);

const spec: Row[] = [
  ['no target', web('  scaleTargetRef:\n    name: web\n'), [5, 'error', 'spec.scaleTargetRef', 'required']],
  [
    'a target without name',
    web('    name: web\n', '    kind: Deployment\n'),
    [6, 'error', 'spec.scaleTargetRef.name', 'required'],
  ],
  [
    'a target that is a list',
    web('    name: web\n', '    - name: web\n'),
    [6, 'error', 'spec.scaleTargetRef', 'must be a map, is a list'],
  ],
  [
    'an unknown field of the target',
    web('    name: web\n', '    name: web\n    type: x\n'),
    [8, 'warning', 'spec.scaleTargetRef.type', 'unknown field'],
  ],
  [
    'an unknown field of the spec',
    before('  maxReplicas: 5'),
    [6, 'warning', 'spec.maxReplicas', 'did you mean "maxReplicaCount"?'],
  ],
  [
    'a polling interval of zero',
    before('  pollingInterval: 0'),
    [6, 'error', 'spec.pollingInterval', 'out of range', '0'],
  ],
  [
    'a polling interval in quotes',
    before('  pollingInterval: "30"'),
    [6, 'error', 'spec.pollingInterval', 'must be a number, is a text', '30'],
  ],
  [
    'a fraction of a replica',
    before('  maxReplicaCount: 2.5'),
    [6, 'error', 'spec.maxReplicaCount', 'out of range', '2.5'],
  ],
  [
    'more replicas than an int32 holds',
    before('  maxReplicaCount: 3000000000'),
    [6, 'error', 'spec.maxReplicaCount', 'out of range', '3000000000'],
  ],
  ['a maximum of zero', before('  maxReplicaCount: 0'), [6, 'error', 'spec.maxReplicaCount', 'out of range', '0']],
  ['a negative minimum', before('  minReplicaCount: -1'), [6, 'error', 'spec.minReplicaCount', 'out of range', '-1']],
  [
    'a minimum above the maximum',
    before('  maxReplicaCount: 5\n  minReplicaCount: 6'),
    [7, 'error', 'spec.minReplicaCount', 'greater than maxReplicaCount', '6'],
  ],
  [
    'a minimum above the default maximum',
    before('  minReplicaCount: 101'),
    [6, 'error', 'spec.minReplicaCount', 'greater than maxReplicaCount', '101'],
  ],
  [
    'an idle count without a minimum',
    before('  idleReplicaCount: 0'),
    [6, 'error', 'spec.idleReplicaCount', 'needs a minReplicaCount', '0'],
  ],
  [
    'an idle count at the minimum',
    before('  minReplicaCount: 2\n  idleReplicaCount: 2'),
    [7, 'error', 'spec.idleReplicaCount', 'not less', '2'],
  ],
  ['a negative cool-down', before('  cooldownPeriod: -5'), [6, 'error', 'spec.cooldownPeriod', 'out of range', '-5']],
  [
    'a fallback without replicas',
    before('  fallback:\n    failureThreshold: 3'),
    [6, 'error', 'spec.fallback.replicas', 'required'],
  ],
  [
    'an unknown fallback behaviour',
    before('  fallback: { failureThreshold: 3, replicas: 6, behavior: Static }'),
    [6, 'error', 'spec.fallback.behavior', 'did you mean "static"?', 'Static'],
  ],
  [
    'an unknown field of advanced',
    before('  advanced: { behavior: {} }'),
    [6, 'warning', 'spec.advanced.behavior', 'unknown field'],
  ],
  [
    'a text for a boolean',
    before('  advanced: { restoreToOriginalReplicaCount: "yes" }'),
    [6, 'error', 'spec.advanced.restoreToOriginalReplicaCount', 'must be a boolean', 'yes'],
  ],
  [
    'scaling modifiers without a target',
    before('  advanced: { scalingModifiers: { formula: a } }'),
    [6, 'error', 'spec.advanced.scalingModifiers.target', 'is required'],
  ],
  [
    'scaling modifiers without a formula',
    before('  advanced: { scalingModifiers: { target: "2" } }'),
    [6, 'error', 'spec.advanced.scalingModifiers.formula', 'is required'],
  ],
  [
    'a target of a formula that is no number',
    before('  advanced: { scalingModifiers: { formula: a, target: "2,5" } }'),
    [6, 'error', 'spec.advanced.scalingModifiers.target', 'not a number', '2,5'],
  ],
  [
    'a target of a formula that is 0',
    before('  advanced: { scalingModifiers: { formula: a, target: "0" } }'),
    [6, 'error', 'spec.advanced.scalingModifiers.target', 'must be greater than 0', '0'],
  ],
  [
    'a target of a formula that is 0 to an HPA',
    before('  advanced: { scalingModifiers: { formula: a, target: "1e-4" } }'),
    [6, 'error', 'spec.advanced.scalingModifiers.target', 'too small for an HPA', '1e-4'],
  ],
  [
    'a target of a formula without quotes',
    before('  advanced: { scalingModifiers: { formula: a, target: 2 } }'),
    [6, 'error', 'spec.advanced.scalingModifiers.target', 'must be a text', '2'],
  ],
  [
    'an activation target that is no number',
    before('  advanced: { scalingModifiers: { formula: a, target: "2", activationTarget: x } }'),
    [6, 'error', 'spec.advanced.scalingModifiers.activationTarget', 'not a number', 'x'],
  ],
  [
    'the metric type of cpu triggers for a formula',
    before('  advanced: { scalingModifiers: { formula: a, target: "2", metricType: Utilization } }'),
    [6, 'error', 'spec.advanced.scalingModifiers.metricType', 'unknown value', 'Utilization'],
  ],
  [
    'an unknown field of scaling modifiers',
    before('  advanced: { scalingModifiers: { formula: a, target: "2", goal: "3" } }'),
    [6, 'warning', 'spec.advanced.scalingModifiers.goal', 'unknown field'],
  ],
  [
    'a fallback by a formula that is not there',
    before('  fallback: { failureThreshold: 3, replicas: 2, behavior: scalingModifiers }'),
    [6, 'error', 'spec.fallback.behavior', 'needs advanced.scalingModifiers'],
  ],
];

const noTriggers = WEB.slice(0, WEB.indexOf('  triggers:'));

const triggers: Row[] = [
  ['no triggers', noTriggers, [5, 'error', 'spec.triggers', 'at least one']],
  ['an empty list of triggers', `${noTriggers}  triggers: []\n`, [8, 'error', 'spec.triggers', 'at least one']],
  [
    'triggers that are a map',
    `${noTriggers}  triggers:\n    type: predictkube\n`,
    [8, 'error', 'spec.triggers', 'must be a list, is a map'],
  ],
  [
    'a trigger that is a text',
    `${noTriggers}  triggers:\n    - predictkube\n`,
    [9, 'error', T, 'must be a map, is a text'],
  ],
  ['a trigger without type', `${noTriggers}  triggers:\n    - metadata: {}\n`, [9, 'error', `${T}.type`, 'required']],
  [
    'a slip in the type',
    web('predictkube', 'PredictKube'),
    [9, 'error', `${T}.type`, 'did you mean "predictkube"?', 'PredictKube'],
  ],
  [
    'a trigger without metadata',
    `${noTriggers}  triggers:\n    - type: predictkube\n`,
    [9, 'error', `${T}.metadata`, 'required'],
  ],
  [
    'no trigger to forecast',
    `${noTriggers}  triggers:\n    - { type: cron, metadata: { start: "0 8 * * *" } }\n`,
    [8, 'warning', 'spec.triggers', 'nothing to forecast'],
  ],
  [
    'two triggers of one name',
    web(
      '    - type: predictkube',
      '    - { type: cron, name: a, metadata: {} }\n    - type: predictkube\n      name: a',
    ),
    [11, 'error', 'spec.triggers[1].name', 'on line 9', 'a'],
  ],
  [
    'an unknown field of a trigger',
    web('      metadata:', '      metricTypes: Value\n      metadata:'),
    [10, 'warning', `${T}.metricTypes`, 'did you mean "metricType"?'],
  ],
  [
    'the metric type of cpu triggers',
    web('      metadata:', '      metricType: Utilization\n      metadata:'),
    [10, 'error', `${T}.metricType`, 'unknown value', 'Utilization'],
  ],
  [
    'a text for useCachedMetrics',
    web('      metadata:', '      useCachedMetrics: "true"\n      metadata:'),
    [10, 'error', `${T}.useCachedMetrics`, 'must be a boolean', 'true'],
  ],
  [
    'an authentication that does not exist',
    web('      metadata:', '      authenticationRef: { name: prom }\n      metadata:'),
    [10, 'warning', `${T}.authenticationRef.name`, 'not among the configuration files'],
  ],
  [
    'an authentication without name',
    web('      metadata:', '      authenticationRef: {}\n      metadata:'),
    [10, 'error', `${T}.authenticationRef.name`, 'required'],
  ],
  [
    'an unknown kind of authentication',
    web('      metadata:', '      authenticationRef: { name: prom, kind: Secret }\n      metadata:'),
    [10, 'error', `${T}.authenticationRef.kind`, 'unknown value', 'Secret'],
    [10, 'warning', `${T}.authenticationRef.name`, 'TriggerAuthentication "prom"'],
  ],
];

reports('syntax', syntax);
reports('objects', objects);
reports('spec', spec);
reports('triggers', triggers);

test('the manifest that the tables are made from has no problem', () => {
  expect(configure(WEB).problems).toEqual([]);
  expect(configure(WEB).workloads).toHaveLength(1);
});

test('all problems of all files are reported at once', () => {
  const first = web("'100'", 'many').replace('queryStep: 2m', 'queryStep: 2 minutes');
  const second = web('2h', 'soon').replaceAll('name: web', 'name: other');
  const { problems, workloads } = configure({ 'a.yaml': first, 'b.yaml': second, 'c.yaml': '- [' });
  const places = problems.map(({ file, line }) => `${file}:${line}`);
  expect(places.sort()).toEqual(['a.yaml:15', 'a.yaml:16', 'b.yaml:13', 'c.yaml:1']);
  expect(workloads).toEqual([]);
});

test('a ScaledObject with an error does not keep others from being served', () => {
  const broken = web("'100'", 'many').replaceAll('name: web', 'name: other');
  const { workloads } = configure(`${broken}---\n${WEB}`);
  expect(workloads.map(({ scaledObject }) => scaledObject)).toEqual(['web']);
});
