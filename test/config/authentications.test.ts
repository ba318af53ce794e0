import { describe, expect, test } from 'vitest';
import type { Expected } from './manifests.js';
import { configure, expectProblems, onlyWorkload, webWith } from './manifests.js';

/** Needs a bearer token; 20 lines, so that what is appended begins on line 22, after the separator. */
const NEEDS_TOKEN =
  webWith('authModes: bearer') + '      authenticationRef:\n        kind: KIND\n        name: prometheus\n';

function withAuthentication(spec: string, others = '', kind = 'TriggerAuthentication'): string {
  const scaledObject = NEEDS_TOKEN.replace('KIND', kind);
  return `${scaledObject}---
apiVersion: keda.sh/v1alpha1
kind: ${kind}
metadata: { name: prometheus }
spec:
${spec}${others === '' ? '' : `---\n${others}`}`;
}

const FROM_SECRET = '  secretTargetRef:\n    - { parameter: bearerToken, name: credentials, key: token }\n';
const FROM_CONFIG_MAP = '  configMapTargetRef:\n    - { parameter: bearerToken, name: credentials, key: token }\n';
const FROM_ENV = '  env:\n    - { parameter: bearerToken, name: TOKEN }\n';

const secret = (data: string, namespace = 'default'): string =>
  `apiVersion: v1\nkind: Secret\nmetadata: { name: credentials, namespace: ${namespace} }\n${data}\n`;
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: credentials }\ndata: { token: from-map }\n';

describe('finds a token', () => {
  const encoded = Buffer.from('from-data').toString('base64');

  test.each<[sentence: string, manifest: string, token: string]>([
    ['in the data of a Secret', withAuthentication(FROM_SECRET, secret(`data: { token: ${encoded} }`)), 'from-data'],
    [
      'in data that is wrapped into lines',
      withAuthentication(FROM_SECRET, secret(`data:\n  token: |\n    ${encoded.slice(0, 4)}\n    ${encoded.slice(4)}`)),
      'from-data',
    ],
    ['in stringData', withAuthentication(FROM_SECRET, secret('stringData: { token: from-string }')), 'from-string'],
    [
      'in stringData before data',
      withAuthentication(FROM_SECRET, secret(`data: { token: ${encoded} }\nstringData: { token: from-string }`)),
      'from-string',
    ],
    ['in a ConfigMap', withAuthentication(FROM_CONFIG_MAP, configMap), 'from-map'],
    ['in the environment', withAuthentication(FROM_ENV), 'from-env'],
    [
      'in a ConfigMap rather than the environment',
      withAuthentication(FROM_CONFIG_MAP + FROM_ENV, configMap),
      'from-map',
    ],
    [
      'in a Secret rather than a ConfigMap',
      withAuthentication(
        FROM_SECRET + FROM_CONFIG_MAP,
        `${configMap}---\n${secret('stringData: { token: from-string }')}`,
      ),
      'from-string',
    ],
    [
      'for a ClusterTriggerAuthentication, in the namespace of KEDA',
      withAuthentication(FROM_SECRET, secret('stringData: { token: t }', 'keda'), 'ClusterTriggerAuthentication'),
      't',
    ],
  ])('%s', (_sentence, manifest, token) => {
    expect(onlyWorkload(manifest, { TOKEN: 'from-env' }).endpoint.bearerToken).toBe(token);
  });

  test("for a ClusterTriggerAuthentication, in the namespace that KEDA's own variable names", () => {
    const others = secret('stringData: { token: t }', 'shared');
    const manifest = withAuthentication(FROM_SECRET, others, 'ClusterTriggerAuthentication');
    expect(onlyWorkload(manifest, { KEDA_CLUSTER_OBJECT_NAMESPACE: 'shared' }).endpoint.bearerToken).toBe('t');
  });

  test('in whichever file the objects stand', () => {
    const [scaledObject, authentication, data] = withAuthentication(
      FROM_SECRET,
      secret('stringData: { token: t }'),
    ).split('---\n');
    const { workloads } = configure({ 'c.yaml': scaledObject!, 'a.yaml': data!, 'b.yaml': authentication! });
    expect(workloads[0]!.endpoint.bearerToken).toBe('t');
  });
});

/** On line 10, where the metadata begin: the token is missing, and this is why. */
const missing = (reason: string): Expected => [10, 'error', 'spec.triggers[0].metadata.bearerToken', reason];

describe('says why there is no token', () => {
  test.each<[sentence: string, manifest: string, ...Expected[]]>([
    ['no Secret', withAuthentication(FROM_SECRET), missing('Secret "credentials" of namespace "default" is not among')],
    [
      'a Secret of another namespace',
      withAuthentication(FROM_SECRET, secret('stringData: { token: t }', 'other')),
      missing('Secret "credentials" of namespace "default"'),
    ],
    [
      'another key',
      withAuthentication(FROM_SECRET, secret('stringData: { tokens: t }')),
      missing('no value for key "token"'),
    ],
    [
      'a key that is null',
      withAuthentication(FROM_SECRET, secret('data: { token: }')),
      missing('no value for key "token"'),
    ],
    [
      'a value of white space',
      withAuthentication(FROM_SECRET, secret('stringData: { token: "  " }')),
      missing('empty'),
    ],
    [
      'plain text in data',
      withAuthentication(FROM_SECRET, secret('data: { token: plain text }')),
      missing('not valid base64'),
    ],
    ['no environment variable', withAuthentication(FROM_ENV), missing('environment variable "TOKEN" is not set')],
    [
      'a Secret that hides a ConfigMap although it is empty, as in KEDA',
      withAuthentication(FROM_SECRET + FROM_CONFIG_MAP, configMap),
      missing('Secret "credentials"'),
    ],
    [
      'a source that is not read',
      withAuthentication('  hashiCorpVault: { address: x }\n'),
      [26, 'warning', 'spec.hashiCorpVault', 'not read by tidecast'],
      missing('TriggerAuthentication "prometheus" does not supply it'),
    ],
    [
      'a Secret that is broken',
      withAuthentication(FROM_SECRET, secret('stringData: { token: t, token: u }')),
      [32, 'error', 'stringData.token', 'given twice'],
      missing('Secret "credentials" has errors of its own'),
    ],
    [
      'a Secret that is no map',
      withAuthentication(FROM_SECRET, secret('stringData: token')),
      [32, 'error', 'stringData', 'must be a map'],
      missing('errors of its own'),
    ],
  ])('%s', (_sentence, manifest, ...expected) => {
    expectProblems(configure(manifest).problems, expected);
  });

  test('an authentication of another namespace', () => {
    const manifest = withAuthentication(FROM_ENV).replace('{ name: prometheus }', '{ name: prometheus, namespace: x }');
    expectProblems(configure(manifest, { TOKEN: 't' }).problems, [
      missing('TriggerAuthentication "prometheus" is not among the configuration files'),
      [20, 'warning', 'spec.triggers[0].authenticationRef.name', 'not in namespace "default"'],
    ]);
  });
});

describe('reports in the authentication itself', () => {
  test.each<[sentence: string, spec: string, ...Expected[]]>([
    ['no parameter', '  env:\n    - { name: TOKEN }\n', [27, 'error', 'spec.env[0].parameter', 'required']],
    [
      'no key',
      '  secretTargetRef:\n    - { parameter: a, name: b }\n',
      [27, 'error', 'spec.secretTargetRef[0].key', 'required'],
    ],
    ['a list that is a map', '  env: { parameter: a }\n', [26, 'error', 'spec.env', 'must be a list']],
    [
      'an unknown source',
      '  secretTargetRefs: []\n',
      [26, 'warning', 'spec.secretTargetRefs', 'did you mean "secretTargetRef"?'],
    ],
    [
      'an unknown field of an entry',
      '  env:\n    - { parameter: a, name: PATH, keys: x }\n',
      [27, 'warning', 'spec.env[0].keys', 'unknown'],
    ],
  ])('%s', (_sentence, spec, ...expected) => {
    const { problems } = configure(withAuthentication(spec), { PATH: '/' });
    expectProblems(
      problems.filter(({ field }) => !field.startsWith('spec.triggers')),
      expected,
    );
  });

  test('and says so where it is referred to', () => {
    const { problems } = configure(withAuthentication(`${FROM_ENV}    - {}\n`), { TOKEN: 't' });
    expectProblems(problems, [
      [20, 'error', 'spec.triggers[0].authenticationRef.name', 'has errors of its own'],
      [28, 'error', 'spec.env[1].parameter', 'required'],
      [28, 'error', 'spec.env[1].name', 'required'],
    ]);
  });
});

test('an optional parameter that leads nowhere is a warning where it stands', () => {
  const spec = `${FROM_ENV}    - { parameter: ca, name: CA }\n`;
  const { problems, workloads } = configure(withAuthentication(spec), { TOKEN: 't' });
  expectProblems(problems, [[28, 'warning', 'spec.env[1]', 'ca is not set: environment variable "CA"']]);
  expect(workloads).toHaveLength(1);
});

test('Secrets and authentications that no forecast needs are not judged', () => {
  const others = secret('data: { other: "ENC[not base64]" }');
  const vault =
    'apiVersion: keda.sh/v1alpha1\nkind: TriggerAuthentication\nmetadata: { name: v }\nspec: { hashiCorpVault: {} }\n';
  expect(configure(`${webWith()}---\n${others}---\n${vault}`).problems).toEqual([]);
});
