import { describe, expect, test } from 'vitest';
import type { BuildOptions } from '../../src/config/build-object.js';
import { buildWorkloads } from '../../src/config/build-workloads.js';
import { readManifests } from '../../src/config/read-manifests.js';
import type { ScaledObject } from '../../src/core/scaled-object.js';
import type { ParameterDeclarations } from '../../src/core/trigger-parameters.js';
import type { TriggerContext, TriggerType } from '../../src/core/trigger-type.js';
import { reactiveTrigger } from '../../src/core/trigger-type.js';
import { FORECASTERS } from './manifests.js';

const PARAMETERS = {
  queue: { type: 'text', places: ['metadata', 'env', 'auth'], aliases: ['name'], required: true, description: 'queue' },
  target: {
    type: 'number',
    places: ['metadata'],
    required: 'outside-formula',
    range: 'positive',
    description: 'target',
  },
  token: { type: 'text', places: ['auth'], secret: true, description: 'token' },
  count: { type: 'integer', places: ['metadata'], default: '3', description: 'count' },
  wait: { type: 'duration', places: ['metadata'], default: '3s', description: 'wait' },
  modes: { type: 'list', places: ['metadata'], allowed: ['a', 'b'], description: 'modes' },
  headers: { type: 'map', places: ['metadata'], description: 'headers' },
  partitions: { type: 'integers', places: ['metadata'], description: 'partitions' },
  query: { type: 'query', places: ['metadata'], description: 'query' },
  verify: { type: 'flag', places: ['metadata'], default: 'true', description: 'verify' },
} as const satisfies ParameterDeclarations;

/** A type that does nothing but remember what it was given. */
function rememberingTypes(): { types: TriggerType[]; given: { values: unknown; context: TriggerContext }[] } {
  const given: { values: unknown; context: TriggerContext }[] = [];
  const queue = reactiveTrigger({
    name: 'queue',
    summary: '',
    notes: '',
    parameters: PARAMETERS,
    check: ({ count, queue: name }, reject) => {
      if (count === 13) reject('count', 'an unlucky number', 'any other');
      if (name === 'needs-modes') reject('modes', 'modes are needed for this queue');
    },
    make: (values, context) => {
      given.push({ values, context });
      const metrics = [{ name: `queue-${values.queue}`, target: values.target ?? 1 }];
      return { metrics, open: () => Promise.reject(new Error('not opened here')) };
    },
  });
  const cpu: TriggerType = {
    kind: 'resource',
    name: 'cpu',
    summary: '',
    notes: '',
    resource: 'cpu',
    parameters: { value: { type: 'text', places: ['metadata'], required: true, description: 'value' } },
    make: ({ value }) => (value === 'bad' ? undefined : { target: Number(value), container: null }),
  };
  return { types: [queue, cpu], given };
}

const HEAD = `\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: worker, namespace: shop }
spec:
  scaleTargetRef: { name: worker }
`;

const QUEUE = '    - { type: queue, metadata: { queue: orders, target: "7" } }\n';

interface Built {
  readonly objects: readonly ScaledObject[];
  readonly problems: string[];
  readonly given: { values: unknown; context: TriggerContext }[];
}

function build(spec: string, options: Partial<BuildOptions> = {}, more = ''): Built {
  const { types, given } = rememberingTypes();
  const { documents } = readManifests(`${HEAD}${spec}${more}`, 'worker.yaml');
  const { objects, problems } = buildWorkloads(documents, {
    env: {},
    forecasterNames: FORECASTERS,
    triggerTypes: types,
    ...options,
  });
  return {
    objects,
    given,
    problems: problems.map(
      ({ severity, field, message, value }) => `${severity} ${field}: ${message} [${value ?? ''}]`,
    ),
  };
}

const triggers = (...lines: string[]): string => `  triggers:\n${lines.join('')}`;

test('a ScaledObject has every default filled in', () => {
  const { objects, problems } = build(triggers(QUEUE));
  expect(problems).toEqual([]);
  expect(objects).toEqual([
    {
      id: 'shop/worker',
      namespace: 'shop',
      name: 'worker',
      target: { kind: 'Deployment', name: 'worker' },
      pollingIntervalMs: 30_000,
      cooldownMs: 300_000,
      initialCooldownMs: 0,
      bounds: { minReplicaCount: 0, maxReplicaCount: 100, idleReplicaCount: null },
      triggers: [
        {
          kind: 'reactive',
          index: 0,
          type: 'queue',
          name: null,
          metricType: 'AverageValue',
          metrics: [{ name: 'queue-orders', target: 7 }],
          open: expect.any(Function) as never,
        },
      ],
      behavior: null,
      fallback: null,
      modifiers: null,
    } satisfies ScaledObject,
  ]);
});

test('every field of it is read', () => {
  const spec = `\
  pollingInterval: 5
  cooldownPeriod: 60
  initialCooldownPeriod: 120
  minReplicaCount: 2
  idleReplicaCount: 0
  maxReplicaCount: 20
  fallback: { failureThreshold: 3, replicas: 6, behavior: currentReplicasIfHigher }
  advanced: { scalingModifiers: { formula: q + 1, target: "2.5", activationTarget: "1e1", metricType: Value } }
`;
  const { objects, problems } = build(
    spec + triggers('    - { type: queue, name: q, metricType: Value, metadata: { queue: orders } }\n'),
  );
  expect(problems).toEqual([]);
  expect(objects[0]).toMatchObject({
    pollingIntervalMs: 5_000,
    cooldownMs: 60_000,
    initialCooldownMs: 120_000,
    bounds: { minReplicaCount: 2, maxReplicaCount: 20, idleReplicaCount: 0 },
    fallback: { failureThreshold: 3, replicas: 6, behavior: 'currentReplicasIfHigher' },
    triggers: [{ name: 'q', metricType: 'Value' }],
  });
  expect(objects[0]!.modifiers).toEqual({ formula: 'q + 1', target: 2.5, activationTarget: 10, metricType: 'Value' });
});

test('fallback is static where it does not say', () => {
  const { objects } = build(`  fallback: { failureThreshold: 0, replicas: 4 }\n${triggers(QUEUE)}`);
  expect(objects[0]!.fallback).toEqual({ failureThreshold: 0, replicas: 4, behavior: 'static' });
});

test('forecast, reactive and resource triggers keep their positions; other types are left out with a warning', () => {
  const forecast = `\
    - type: predictkube
      metadata: { prometheusAddress: 'http://p:9090', query: q, predictHorizon: 2h, historyTimeWindow: 7d, queryStep: 2m, threshold: '5' }
`;
  const { objects, problems } = build(
    triggers(
      '    - { type: azure-queue, metadata: {} }\n',
      forecast,
      '    - { type: cpu, metricType: Utilization, metadata: { value: "60" } }\n',
      QUEUE,
      '    - { type: queues, metadata: {} }\n',
    ),
  );
  expect(problems).toEqual([
    'warning spec.triggers[0].type: not polled by tidecast [azure-queue]',
    'warning spec.triggers[4].type: not polled by tidecast; did you mean "queue"? [queues]',
  ]);
  expect(objects[0]!.triggers.map(({ kind, index, type }) => [kind, index, type])).toEqual([
    ['forecast', 1, 'predictkube'],
    ['resource', 2, 'cpu'],
    ['reactive', 3, 'queue'],
  ]);
  expect(objects[0]!.triggers[1]).toMatchObject({ resource: 'cpu', targetType: 'Utilization', target: 60 });
});

test('without types to poll, triggers of others are passed over in silence', () => {
  const { documents } = readManifests(HEAD + triggers(QUEUE), 'worker.yaml');
  const { objects, problems } = buildWorkloads(documents, { env: {}, forecasterNames: [] });
  expect(objects[0]!.triggers).toEqual([]);
  expect(problems.map(({ message }) => message)).toEqual(['no predictkube trigger, so nothing to forecast']);
});

test('parameters are read by their declarations', () => {
  const metadata = `{ queue: '  orders ', target: '1e3', wait: '1500', modes: 'b, a,', headers: 'X-A=1, X-B = 2',
        partitions: '5,1-3', query: 'a=1&b=x%20y', verify: F }`;
  const { given, problems } = build(triggers(`    - { type: queue, metadata: ${metadata} }\n`));
  expect(problems).toEqual([]);
  expect(given[0]!.values).toEqual({
    queue: 'orders',
    target: 1_000,
    token: undefined,
    count: 3,
    wait: 1_500,
    modes: ['b', 'a'],
    headers: new Map([
      ['X-A', '1'],
      ['X-B', '2'],
    ]),
    partitions: [1, 2, 3, 5],
    query: new Map([
      ['a', '1'],
      ['b', 'x y'],
    ]),
    verify: false,
  });
  expect(given[0]!.context).toMatchObject({
    namespace: 'shop',
    scaledObject: 'worker',
    triggerIndex: 0,
    feedsFormula: false,
  });
});

describe('the place of a parameter', () => {
  const auth = `
---
apiVersion: keda.sh/v1alpha1
kind: TriggerAuthentication
metadata: { name: auth, namespace: shop }
spec: { env: [{ parameter: queue, name: AUTH_QUEUE }, { parameter: token, name: TOKEN }] }
`;
  const queueOf = (metadata: string, env: Record<string, string>): unknown => {
    const trigger = `    - { type: queue, authenticationRef: { name: auth }, metadata: { target: '1', ${metadata} } }\n`;
    return (build(triggers(trigger), { env }, auth).given[0]?.values as { queue: string } | undefined)?.queue;
  };

  test.each<[sentence: string, metadata: string, queue: string]>([
    ['metadata go before the environment', 'queue: a, queueFromEnv: B', 'a'],
    ['the environment goes before the authentication', 'queueFromEnv: B', 'b'],
    ['the authentication comes last', '', 'c'],
    ['what is blank is not given', "queue: ' ', queueFromEnv: EMPTY", 'c'],
    ['another name of the parameter', 'name: d', 'd'],
    ['the first name goes before another in one place', 'name: d, queue: a', 'a'],
    ['an earlier place goes before an earlier name', 'name: d, queueFromEnv: B', 'd'],
  ])('%s', (_sentence, metadata, queue) => {
    expect(queueOf(metadata, { B: 'b', EMPTY: ' ', AUTH_QUEUE: 'c' })).toBe(queue);
  });

  test('credentials are masked in what the type says, and nowhere shown', () => {
    const trigger = `    - { type: queue, authenticationRef: { name: auth }, metadata: { queue: q, target: '1' } }\n`;
    const { given } = build(triggers(trigger), { env: { TOKEN: 's3cret' } }, auth);
    expect(given[0]!.context.mask('token s3cret of q')).toBe('token *** of q');
  });
});

describe('reports', () => {
  const trigger = (metadata: string, more = ''): string =>
    triggers(`    - { type: queue, ${more} metadata: { ${metadata} } }\n`);
  const ok = 'queue: q, target: "1"';

  test.each<[sentence: string, spec: string, ...problems: string[]]>([
    [
      'a parameter that is required',
      trigger('target: "1"'),
      'error spec.triggers[0].metadata.queue: queue or name is required: the trigger has no authenticationRef []',
    ],
    ['a target that is required', trigger('queue: q'), 'error spec.triggers[0].metadata.target: target is required []'],
    [
      'a target that is not positive',
      trigger('queue: q, target: "-1"'),
      'error spec.triggers[0].metadata.target: must be greater than 0 [-1]',
    ],
    [
      'a target that is 0 to an HPA, where it stands',
      trigger('queue: q, target: "0.0001"'),
      'error spec.triggers[0].metadata.target: too small for an HPA, which computes in thousandths [0.0001]',
    ],
    [
      'a target that an HPA cannot hold',
      trigger('queue: q, target: "1e13"'),
      'error spec.triggers[0].metadata.target: too large for an HPA, which computes in 64 bits [1e13]',
    ],
    [
      'numbers that are none',
      trigger(`${ok}, count: "007"`),
      'error spec.triggers[0].metadata.count: not a whole number [007]',
    ],
    [
      'durations that are none',
      trigger(`${ok}, wait: "-5"`),
      'error spec.triggers[0].metadata.wait: not a duration [-5]',
    ],
    [
      'an item that is not allowed',
      trigger(`${ok}, modes: "a,A"`),
      'error spec.triggers[0].metadata.modes: unknown value; did you mean "a"? [a,A]',
    ],
    [
      'pairs that are none',
      trigger(`${ok}, headers: "a=1=2"`),
      'error spec.triggers[0].metadata.headers: not a list of pairs [a=1=2]',
    ],
    [
      'ranges that run backwards',
      trigger(`${ok}, partitions: "3-1"`),
      'error spec.triggers[0].metadata.partitions: not a list of numbers [3-1]',
    ],
    [
      'ranges without end',
      trigger(`${ok}, partitions: "0-999999999"`),
      'error spec.triggers[0].metadata.partitions: not a list of numbers [0-999999999]',
    ],
    [
      'what the type rejects',
      trigger(`${ok}, count: "13"`),
      'error spec.triggers[0].metadata.count: an unlucky number [13]',
    ],
    [
      'what the type misses',
      trigger('queue: needs-modes, target: "1"'),
      'error spec.triggers[0].metadata.modes: modes are needed for this queue []',
    ],
    [
      'a credential in the metadata',
      trigger(`${ok}, token: s3cret`),
      'warning spec.triggers[0].metadata.token: ignored here: put it into a Secret and refer to it by a TriggerAuthentication []',
    ],
    [
      'a variable that is not read',
      trigger(`${ok}, targetFromEnv: T`),
      'warning spec.triggers[0].metadata.targetFromEnv: ignored: this parameter is not read from the environment []',
    ],
    [
      'an unknown parameter',
      trigger(`${ok}, cuont: "1"`),
      'warning spec.triggers[0].metadata.cuont: unknown parameter; did you mean "count"? []',
    ],
    [
      'the metric type of cpu',
      trigger(ok, 'metricType: Utilization,'),
      'error spec.triggers[0].metricType: unknown value [Utilization]',
    ],
    [
      'all that is wrong with a trigger at once',
      trigger('target: x, count: "13", verify: maybe'),
      'error spec.triggers[0].metadata.queue: queue or name is required: the trigger has no authenticationRef []',
      'error spec.triggers[0].metadata.target: not a number [x]',
      'error spec.triggers[0].metadata.verify: not a boolean [maybe]',
      'error spec.triggers[0].metadata.count: an unlucky number [13]',
    ],
    [
      'cpu without metricType',
      `  minReplicaCount: 1\n${triggers('    - { type: cpu, metadata: { value: "60" } }\n')}`,
      'error spec.triggers[0].metricType: is required []',
    ],
    [
      'a target of cpu that is none',
      `  minReplicaCount: 1\n${triggers('    - { type: cpu, metricType: AverageValue, metadata: { value: bad } }\n')}`,
      'error spec.triggers[0].metadata.value: not a target of type AverageValue [bad]',
    ],
    [
      'cached metrics of cpu',
      `  minReplicaCount: 1\n${triggers('    - { type: cpu, metricType: Utilization, useCachedMetrics: true, metadata: { value: "60" } }\n')}`,
      'error spec.triggers[0].useCachedMetrics: not supported for cpu, which the HPA reads by itself []',
    ],
    [
      'cpu alone from zero, with a fallback',
      `  fallback: { failureThreshold: 3, replicas: 2 }\n${triggers('    - { type: cpu, metricType: Utilization, metadata: { value: "60" } }\n')}`,
      'error spec.triggers: a fallback needs a trigger that is neither cpu nor memory []',
      'error spec.triggers: cpu and memory alone cannot scale from zero []',
    ],
  ])('%s', (_sentence, spec, ...expected) => {
    const { problems, objects } = build(spec);
    expect(problems).toEqual(expected);
    expect(objects.length).toBe(expected.some((problem) => problem.startsWith('error')) ? 0 : 1);
  });
});

describe('a formula', () => {
  const modifiers = '  advanced: { scalingModifiers: { formula: a + b, target: "2" } }\n';
  const named = triggers(
    '    - { type: queue, name: a, metadata: { queue: q } }\n',
    '    - { type: queue, name: b, metadata: { queue: q } }\n',
    '    - { type: queue, metadata: { queue: q } }\n',
    '    - { type: cpu, name: c, metricType: Utilization, metadata: { value: "60" } }\n',
  );

  test('makes the targets of its triggers optional', () => {
    const { objects, problems, given } = build(modifiers + named);
    expect(problems).toEqual([]);
    expect(objects).toHaveLength(1);
    expect(given[0]!.context.feedsFormula).toBe(true);
  });

  test('is judged by whoever can, with the names that it may use', () => {
    const checkFormula = (formula: string, names: readonly string[]): string => `${formula} of ${names.join()} is odd`;
    expect(build(modifiers + named, { checkFormula }).problems).toEqual([
      'error spec.advanced.scalingModifiers.formula: a + b of a,b is odd [a + b]',
    ]);
  });
});

test('an object cannot be changed, down to its parts', () => {
  const [object] = build(`  fallback: { failureThreshold: 0, replicas: 4 }\n${triggers(QUEUE)}`).objects;
  for (const part of [object, object!.bounds, object!.triggers, object!.triggers[0], object!.fallback]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});
