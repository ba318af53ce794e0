import { describe, expect, test } from 'vitest';
import { buildWorkloads } from '../../src/config/build-workloads.js';
import { readManifests } from '../../src/config/read-manifests.js';
import { renderProblems } from '../../src/config/render-problems.js';
import type { Problem } from '../../src/config/problem.js';
import type { ParameterValue } from '../../src/core/trigger-parameters.js';
import { reactiveTrigger } from '../../src/core/trigger-type.js';
import { type Expected, expectProblems } from './manifests.js';

const CANARY = 'c4n4ry';

const OAUTH2 = `\
    type: clientCredentials
    clientId: tidecast
    clientSecret: { valueFrom: { secretKeyRef: { name: oauth, key: secret } } }
    tokenUrl: https://idp/token
`;
const MORE = `\
    scopes: [read, 'list:all']
    tokenUrlParams: { audience: 'api://shop', empty: '' }
`;

interface Read {
  readonly values: Readonly<Record<string, unknown>> | undefined;
  readonly problems: readonly Problem[];
}

/** What a trigger reads that takes the parameters of OAuth. The spec of the authentication begins on line 9. */
function read(oauth2: string, more = '', kind = 'TriggerAuthentication', namespace = 'default'): Read {
  let values: Read['values'];
  const optional = (type: keyof ParameterValue) => ({ type, places: ['auth'], description: 'of OAuth' }) as const;
  const type = reactiveTrigger({
    name: 'oauth',
    summary: '',
    notes: '',
    parameters: {
      oauthTokenURI: { ...optional('text'), required: true },
      clientID: { ...optional('text'), required: true },
      clientSecret: { ...optional('text'), required: true, secret: true },
      scopes: optional('list'),
      endpointParams: optional('query'),
    },
    make: (given) => {
      values = given;
      return { metrics: null, open: () => Promise.reject(new Error('not to be opened')) };
    },
  });
  const manifest = `\
apiVersion: v1
kind: Secret
metadata: { name: oauth, namespace: ${namespace} }
stringData: { secret: '${CANARY}' }
---
apiVersion: keda.sh/v1alpha1
kind: ${kind}
metadata: { name: idp }
spec:
  oauth2:
${oauth2}${more}---
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: worker }
spec:
  scaleTargetRef: { name: worker }
  triggers:
    - { type: oauth, metadata: {}, authenticationRef: { name: idp, kind: ${kind} } }
`;
  const { documents } = readManifests(manifest, 'worker.yaml');
  const { problems } = buildWorkloads(documents, { env: {}, forecasterNames: [], triggerTypes: [type] });
  return { values, problems };
}

describe('oauth2 of a TriggerAuthentication becomes parameters', () => {
  test('all of them', () => {
    const { values, problems } = read(OAUTH2, MORE);
    expect(problems).toEqual([]);
    expect(values).toEqual({
      oauthTokenURI: 'https://idp/token',
      clientID: 'tidecast',
      clientSecret: CANARY,
      scopes: ['read', 'list:all'],
      endpointParams: new Map([
        ['audience', 'api://shop'],
        ['empty', ''],
      ]),
    });
  });

  test('without scopes and further parameters', () => {
    expect(read(OAUTH2).values).toMatchObject({ scopes: undefined, endpointParams: undefined });
  });

  test('which win over those of Secrets, as in KEDA', () => {
    const reference = '  secretTargetRef: [{ parameter: clientID, name: oauth, key: secret }]\n';
    expect(read(OAUTH2, reference).values).toMatchObject({ clientID: 'tidecast' });
  });

  test('of a ClusterTriggerAuthentication, whose Secret is in the namespace of KEDA', () => {
    const values = read(OAUTH2, '', 'ClusterTriggerAuthentication', 'keda').values;
    expect(values).toMatchObject({ clientSecret: CANARY });
  });
});

const without = (key: string): string => OAUTH2.replace(new RegExp(`^ *${key}:.*\n`, 'm'), '');
const F = 'spec.oauth2';
const required = (key: string, line = 10): Expected => [line, 'error', `${F}.${key}`, 'is required'];

test.each<[sentence: string, oauth2: string, ...problems: Expected[]]>([
  ['no type', without('type'), required('type')],
  ['another type', OAUTH2.replace('clientC', 'c'), [11, 'error', `${F}.type`, 'unknown value', 'credentials']],
  ['no client', without('clientId'), required('clientId')],
  ['no secret', without('clientSecret'), required('clientSecret')],
  [
    'a secret that is none',
    OAUTH2.replace(/\{ valueFrom.*/, CANARY),
    [13, 'error', `${F}.clientSecret`, 'must be a map, is a text'],
  ],
  [
    'no key of the secret',
    OAUTH2.replace(', key: secret', ''),
    [13, 'error', `${F}.clientSecret.valueFrom.secretKeyRef.key`, 'is required'],
  ],
  ['no address', without('tokenUrl'), required('tokenUrl')],
  ['an address that is none', OAUTH2.replace('https:', ''), [14, 'error', `${F}.tokenUrl`, 'not a URL']],
  [
    'an address of another protocol',
    OAUTH2.replace('https://', `ftp://u:${CANARY}@`),
    [14, 'error', `${F}.tokenUrl`, 'not a URL'],
  ],
  ['scopes that are no list', `${OAUTH2}    scopes: read\n`, [15, 'error', `${F}.scopes`, 'must be a list, is a text']],
  [
    'a scope that is no text',
    `${OAUTH2}    scopes: [a, 5]\n`,
    [15, 'error', `${F}.scopes[1]`, 'must be a text, is a number'],
  ],
  [
    'parameters that are no map',
    `${OAUTH2}    tokenUrlParams: [a]\n`,
    [15, 'error', `${F}.tokenUrlParams`, 'must be a map, is a list'],
  ],
  ['an unknown field', `${OAUTH2}    scope: [a]\n`, [15, 'warning', `${F}.scope`, 'did you mean "scopes"?']],
])('reports %s', (_sentence, oauth2, ...expected) => {
  const { problems } = read(oauth2);
  expectProblems(
    problems.filter(({ field }) => field.startsWith(F)),
    expected,
  );
  expect(JSON.stringify(problems) + renderProblems(problems)).not.toContain(CANARY);
});

test('a secret that is not there is missing where the trigger needs it', () => {
  const { problems } = read(OAUTH2.replace('key: secret', 'key: other'));
  const reason = 'clientSecret is required: Secret "oauth" has no value for key "other"';
  expect(problems.map(({ message }) => message)).toEqual([reason]);
});
