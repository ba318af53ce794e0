import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Workload } from '../../src/core/workload.js';
import { WEB, configure, expectProblems, onlyWorkload, web, webWith } from './manifests.js';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

test('fills in every default', () => {
  expect(onlyWorkload(WEB)).toEqual({
    id: 'default/web/s0-predictkube-predictkube_metric',
    namespace: 'default',
    scaledObject: 'web',
    triggerIndex: 0,
    metricName: 's0-predictkube-predictkube_metric',
    metricType: 'AverageValue',
    endpoint: { address: 'http://prometheus:9090' },
    query: 'sum(rate(requests[2m]))',
    stepMs: 2 * MINUTE,
    historyWindowMs: 7 * DAY,
    horizonMs: 2 * HOUR,
    targetPerReplica: 100,
    activationThreshold: 0,
    pollingIntervalMs: 30_000,
    bounds: { minReplicaCount: 0, maxReplicaCount: 100 },
    mode: 'auto',
    leadTimeMs: 'auto',
    quantile: 0.9,
    model: 'auto',
    seasonalityMs: 'auto',
    ignoreWindows: [],
  } satisfies Workload);
});

test('reads every field', () => {
  expect(onlyWorkload(fixture('every-field.yaml'), { PROMETHEUS_USER: 'alice' })).toEqual({
    id: 'shop/everything/s1-predictkube-predictkube_metric',
    namespace: 'shop',
    scaledObject: 'everything',
    triggerIndex: 1,
    metricName: 's1-predictkube-predictkube_metric',
    metricType: 'Value',
    endpoint: {
      address: 'https://prometheus.example/prefix',
      basic: { username: 'alice', password: 'hunter2' },
      tls: {
        cert: '-----BEGIN CERTIFICATE-----\nclient\n-----END CERTIFICATE-----',
        key: '-----BEGIN PRIVATE KEY-----\nclient\n-----END PRIVATE KEY-----',
        ca: '-----BEGIN CERTIFICATE-----\nauthority\n-----END CERTIFICATE-----',
        insecureSkipVerify: true,
      },
    },
    query: 'sum(rate(requests[2m]))',
    stepMs: 90_000,
    historyWindowMs: 14 * DAY,
    horizonMs: 36 * HOUR,
    targetPerReplica: 100.5,
    activationThreshold: 50.1,
    pollingIntervalMs: 10_000,
    bounds: { minReplicaCount: 2, maxReplicaCount: 20 },
    mode: 'active',
    leadTimeMs: 90_000,
    quantile: 0.95,
    model: 'direct-ridge',
    // 24h is 1d once more.
    seasonalityMs: [DAY, 7 * DAY],
    ignoreWindows: [
      { fromMs: Date.UTC(2026, 2, 1, 8), toMs: Date.UTC(2026, 2, 1, 10, 30) },
      { fromMs: Date.UTC(2026, 2, 4, 21, 0, 0, 500), toMs: Date.UTC(2026, 2, 5, 0) },
    ],
    saturation: 1_200,
    timeZone: 'Europe/Berlin',
  } satisfies Workload);
});

test('a workload cannot be changed, down to its parts', () => {
  const workload = onlyWorkload(webWith('seasonality: 1d'));
  for (const part of [workload, workload.endpoint, workload.bounds, workload.seasonalityMs, workload.ignoreWindows]) {
    expect(Object.isFrozen(part)).toBe(true);
  }
});

describe("the example of KEDA's documentation", () => {
  const text = fixture('keda-docs.yaml');

  test('as printed: what has to be filled in is named, and nothing else', () => {
    const { problems, workloads } = configure(text);
    expectProblems(problems, [
      // The Secret of the example has another name than the one referred to.
      [26, 'warning', 'spec.secretTargetRef[2]', 'Secret "keda-prom-secret"'],
      [45, 'error', 'spec.triggers[0].metadata.bearerToken', 'Secret "keda-prom-secret"'],
      [48, 'error', 'spec.triggers[0].metadata.prometheusAddress', 'not a URL', 'http://<prometheus-host>:9090'],
    ]);
    expect(workloads).toEqual([]);
  });

  test('filled in', () => {
    const filled = text
      .replace('<prometheus-host>', 'prometheus')
      .replace('BEARER_TOKEN', 'dG9rZW4=')
      .replace('CUSTOM_CA_CERT', Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64'))
      .replaceAll('keda-prom-secret', 'predictkube-secrets');
    const workload = onlyWorkload(filled);
    expect(workload.id).toBe('some-namespace/predictkube-scaledobject/s0-predictkube-predictkube_metric');
    expect(workload.endpoint).toEqual({
      address: 'http://prometheus:9090',
      bearerToken: 'token',
      tls: { ca: '-----BEGIN CERTIFICATE-----' },
    });
    expect(workload.bounds).toEqual({ minReplicaCount: 3, maxReplicaCount: 50 });
  });

  test('the ScaledObject alone, without its Secret, is enough when Prometheus needs no credentials', () => {
    const alone = text
      .slice(text.lastIndexOf('---\n'))
      .replace('<prometheus-host>', 'prometheus')
      .replace("        authModes: 'bearer'\n", '');
    const { problems, workloads } = configure(alone);
    expectProblems(problems, [
      [25, 'warning', 'spec.triggers[0].authenticationRef.name', 'not among the configuration files'],
    ]);
    expect(workloads).toHaveLength(1);
  });
});

describe('parameters', () => {
  test.each<[sentence: string, manifest: string, expected: Partial<Workload>]>([
    ['white space around a value is trimmed', web("'100'", "'  100  '"), { targetPerReplica: 100 }],
    ['exponents are numbers', web("'100'", "'1.5E+2'"), { targetPerReplica: 150 }],
    ['a fraction is a number', web("'100'", "'0.25'"), { targetPerReplica: 0.25 }],
    ['an empty optional value is not given', webWith("activationThreshold: ''"), { activationThreshold: 0 }],
    ['a null optional value is not given', webWith('quantile:'), { quantile: 0.9 }],
    ['a blank optional value is not given', webWith("model: '  '"), { model: 'auto' }],
    ['a negative activation threshold is legal', webWith("activationThreshold: '-1'"), { activationThreshold: -1 }],
    ['a step of zero is five minutes', web('queryStep: 2m', "queryStep: '0'"), { stepMs: 5 * MINUTE }],
    ['a step of 0s is five minutes', web('queryStep: 2m', 'queryStep: 0s'), { stepMs: 5 * MINUTE }],
    ['fractions of a unit are exact', web('queryStep: 2m', 'queryStep: 1.1m'), { stepMs: 66_000 }],
    ['weeks are units', web('7d', '1w'), { historyWindowMs: 7 * DAY }],
    ['units combine', web('2h', '1h30m'), { horizonMs: 90 * MINUTE }],
    ['the horizon may be one step', web('2h', '2m'), { horizonMs: 2 * MINUTE }],
    ['the history may be two steps', web('2h', '2m').replace('7d', '4m'), { historyWindowMs: 4 * MINUTE }],
    ['auto is what it says', webWith('leadTime: auto', 'seasonality: auto', 'model: auto'), { leadTimeMs: 'auto' }],
    ['the lowest calibrated quantile', webWith("quantile: '0.05'"), { quantile: 0.05 }],
    ['the highest calibrated quantile', webWith("quantile: '0.99'"), { quantile: 0.99 }],
    ['the lead time may reach the horizon', webWith('leadTime: 2h'), { leadTimeMs: 2 * HOUR }],
    ['a season may be two steps', webWith('seasonality: 4m'), { seasonalityMs: [4 * MINUTE] }],
    [
      'a query may have several lines',
      web('sum(rate(requests[2m]))', '>-\n          sum(\n          rate(requests[2m]))'),
      { query: 'sum( rate(requests[2m]))' },
    ],
  ])('%s', (_sentence, manifest, expected) => {
    expect(onlyWorkload(manifest)).toMatchObject(expected);
  });

  test('a parameter may come from the environment', () => {
    const manifest = web('prometheusAddress: http://prometheus:9090', 'prometheusAddressFromEnv: PROMETHEUS');
    expect(onlyWorkload(manifest, { PROMETHEUS: ' http://p:1 ' }).endpoint.address).toBe('http://p:1');
  });

  test('a value in the metadata wins over the environment, an empty one does not', () => {
    const env = { LIMIT: '7' };
    expect(onlyWorkload(webWith('thresholdFromEnv: LIMIT'), env).targetPerReplica).toBe(100);
    const empty = web("threshold: '100'", "threshold: ''\n        thresholdFromEnv: LIMIT");
    expect(onlyWorkload(empty, env).targetPerReplica).toBe(7);
  });

  test('an environment variable that is not set is named, as an error only where it matters', () => {
    const required = web("threshold: '100'", 'thresholdFromEnv: LIMIT');
    expectProblems(configure(required).problems, [
      [10, 'error', 'spec.triggers[0].metadata.threshold', 'environment variable "LIMIT"'],
    ]);
    const optional = configure(webWith('quantileFromEnv: LEVEL'), { LEVEL: '' });
    expectProblems(optional.problems, [
      [17, 'warning', 'spec.triggers[0].metadata.quantileFromEnv', 'environment variable "LEVEL"'],
    ]);
    expect(optional.workloads).toHaveLength(1);
  });

  test('a name that every object inherits is no environment variable', () => {
    const { problems } = configure(webWith('quantileFromEnv: constructor'), {});
    expectProblems(problems, [[17, 'warning', 'spec.triggers[0].metadata.quantileFromEnv', '"constructor"']]);
  });

  test('the value of an environment variable is not repeated in a problem', () => {
    const { problems } = configure(web("threshold: '100'", 'thresholdFromEnv: LIMIT'), { LIMIT: 'surprise' });
    expectProblems(problems, [[16, 'error', 'spec.triggers[0].metadata.thresholdFromEnv', 'not a number']]);
    expect(JSON.stringify(problems)).not.toContain('surprise');
  });

  test('values without quotes are read as written', () => {
    const manifest = web("'100'", '100').replace('queryStep: 2m', 'queryStep: 0') + '        unsafeSsl: true\n';
    const { problems, workloads } = configure(manifest);
    expect(problems.map(({ severity, line }) => [severity, line])).toEqual([
      ['warning', 15],
      ['warning', 16],
      ['warning', 17],
    ]);
    expect(workloads[0]).toMatchObject({ targetPerReplica: 100, stepMs: 5 * MINUTE });
    expect(workloads[0]!.endpoint.tls).toEqual({ insecureSkipVerify: true });
  });
});

describe('replica bounds', () => {
  // KEDA: an absent minimum counts as 0, a given one as at least 1; the idle count must be below it.
  test.each<[string, string, { minReplicaCount: number; maxReplicaCount: number }]>([
    [
      'a minimum of 0 with an idle count of 0',
      'minReplicaCount: 0\n  idleReplicaCount: 0',
      { minReplicaCount: 0, maxReplicaCount: 100 },
    ],
    [
      'a minimum equal to the maximum',
      'minReplicaCount: 5\n  maxReplicaCount: 5',
      { minReplicaCount: 5, maxReplicaCount: 5 },
    ],
    ['a maximum of 1', 'maxReplicaCount: 1', { minReplicaCount: 0, maxReplicaCount: 1 }],
  ])('%s is legal', (_sentence, lines, bounds) => {
    expect(onlyWorkload(web('  scaleTargetRef:', `  ${lines}\n  scaleTargetRef:`)).bounds).toEqual(bounds);
  });
});

describe('several objects', () => {
  const named = (name: string): string => WEB.replaceAll('name: web', `name: ${name}`);

  test('a ScaledObject given twice is an error that names both places', () => {
    const { problems, workloads } = configure({ 'a.yaml': WEB, 'b.yaml': `# second\n${WEB}` });
    expect(problems).toEqual([
      {
        severity: 'error',
        file: 'b.yaml',
        line: 5,
        column: 3,
        field: 'metadata.name',
        message: 'ScaledObject "web" in namespace "default" is given twice; the first is at a.yaml:4',
      },
    ]);
    expect(workloads).toHaveLength(1);
  });

  test('one name in two namespaces is legal, and so are two targets of one name there', () => {
    const other = WEB.replace('metadata:\n', 'metadata:\n  namespace: other\n');
    const { problems, workloads } = configure(`${WEB}---\n${other}`);
    expect(problems).toEqual([]);
    expect(workloads.map(({ id }) => id)).toEqual([
      'default/web/s0-predictkube-predictkube_metric',
      'other/web/s0-predictkube-predictkube_metric',
    ]);
  });

  test('two ScaledObjects with one target are a warning that names both', () => {
    const second = named('second').replace('scaleTargetRef:\n    name: second', 'scaleTargetRef:\n    name: web');
    const { problems, workloads } = configure(`${WEB}---\n${second}`);
    // 16 lines, the separator, then line 6 of the second.
    expectProblems(problems, [
      [
        23,
        'warning',
        'spec.scaleTargetRef',
        'Deployment "web" is already the target of ScaledObject "web" at web.yaml:6',
      ],
    ]);
    expect(workloads).toHaveLength(2);
  });

  test('two targets of one name but different kinds are two targets', () => {
    const second = named('second').replace(
      'scaleTargetRef:\n    name: second',
      'scaleTargetRef:\n    kind: StatefulSet\n    name: web',
    );
    expect(configure(`${WEB}---\n${second}`).problems).toEqual([]);
  });

  test('every predictkube trigger is a workload with the position among all triggers in its name', () => {
    const trigger = WEB.slice(WEB.indexOf('    - type: predictkube'));
    const manifest = web('  triggers:\n', `  triggers:\n    - { type: cron, metadata: {} }\n${trigger}`);
    expect(configure(manifest).workloads.map(({ metricName }) => metricName)).toEqual([
      's1-predictkube-predictkube_metric',
      's2-predictkube-predictkube_metric',
    ]);
  });

  test('one bad trigger keeps the whole ScaledObject back, as in KEDA', () => {
    const trigger = WEB.slice(WEB.indexOf('    - type: predictkube')).replace("'100'", "'none'");
    expect(configure(WEB + trigger).workloads).toEqual([]);
  });

  test('triggers of other types are not judged', () => {
    const manifest = web(
      '  triggers:\n',
      '  triggers:\n    - { type: what-ever, metadata: { value: "x", foo: "" } }\n',
    );
    expect(onlyWorkload(manifest).triggerIndex).toBe(1);
  });

  test('an item of a List stands where it stands', () => {
    const item = WEB.replace("'100'", 'none')
      .trimEnd()
      .split('\n')
      .map((line) => `    ${line}`)
      .join('\n')
      .replace('    api', '  - api');
    const { problems } = configure(`apiVersion: v1\nkind: List\nitems:\n${item}\n`);
    expectProblems(problems, [[19, 'error', 'items[0].spec.triggers[0].metadata.threshold', 'not a number', 'none']]);
  });

  test('an alias stands where it is used', () => {
    const manifest = web('query:', 'activationThreshold: &x none\n        query:').replace("'100'", '*x');
    expectProblems(configure(manifest).problems, [
      [12, 'error', 'spec.triggers[0].metadata.activationThreshold', 'not a number', 'none'],
      [17, 'error', 'spec.triggers[0].metadata.threshold', 'not a number', 'none'],
    ]);
  });
});
