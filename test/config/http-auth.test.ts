import { describe, expect, test } from 'vitest';
import type { PrometheusEndpoint } from '../../src/core/workload.js';
import type { Expected } from './manifests.js';
import { configure, expectProblems, onlyWorkload, web, webWith } from './manifests.js';

const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----';
const M = 'spec.triggers[0].metadata';

/** The ScaledObject (its extra metadata from line 17 on), then a TriggerAuthentication that reads the environment. */
function manifest(metadata: readonly string[], parameters: readonly string[]): string {
  const entries = parameters.map((parameter) => `    - { parameter: ${parameter}, name: ${parameter} }`);
  return [
    webWith(...metadata) + '      authenticationRef: { name: prometheus }',
    '---',
    'apiVersion: keda.sh/v1alpha1',
    'kind: TriggerAuthentication',
    'metadata: { name: prometheus }',
    'spec:',
    '  env:',
    ...entries,
  ].join('\n');
}

/** Credentials by parameter; the environment variable has the parameter's name. */
type Credentials = Readonly<Record<string, string>>;

test.each<[sentence: string, metadata: string[], Credentials, Omit<PrometheusEndpoint, 'address'>]>([
  ['basic', ['authModes: basic'], { username: 'u', password: 'p' }, { basic: { username: 'u', password: 'p' } }],
  ['basic without password', ['authModes: basic'], { username: 'u' }, { basic: { username: 'u', password: '' } }],
  ['bearer', ['authModes: bearer'], { bearerToken: 't' }, { bearerToken: 't' }],
  ['bearer by its other name', ['authModes: bearer'], { token: 't' }, { bearerToken: 't' }],
  ['the first of two names', ['authModes: bearer'], { token: 'b', bearerToken: 'a' }, { bearerToken: 'a' }],
  ['authMode, the older name', ['authMode: bearer'], { bearerToken: 't' }, { bearerToken: 't' }],
  ['a token with a line break at its end', ['authModes: bearer'], { bearerToken: 't\n' }, { bearerToken: 't' }],
  [
    'a header of its own',
    ['authModes: custom'],
    { customAuthHeader: 'X-Scope-OrgID', customAuthValue: 'a|b' },
    { headers: { 'X-Scope-OrgID': 'a|b' } },
  ],
  [
    'a client certificate',
    ['authModes: tls'],
    { cert: CERTIFICATE, key: CERTIFICATE },
    { tls: { cert: CERTIFICATE, key: CERTIFICATE } },
  ],
  ['a certificate authority without mode', [], { ca: CERTIFICATE }, { tls: { ca: CERTIFICATE } }],
  [
    'several modes',
    ['authModes: tls, bearer ,custom'],
    { cert: CERTIFICATE, key: CERTIFICATE, bearerToken: 't', customAuthHeader: 'h', customAuthValue: 'v' },
    { tls: { cert: CERTIFICATE, key: CERTIFICATE }, bearerToken: 't', headers: { h: 'v' } },
  ],
  ['modes from the authentication', [], { authModes: 'bearer', bearerToken: 't' }, { bearerToken: 't' }],
  ['no check of the server', ["unsafeSsl: 'T'"], {}, { tls: { insecureSkipVerify: true } }],
  ['the check of the server asked for', ["unsafeSsl: 'false'"], {}, {}],
])('%s', (_sentence, metadata, credentials, expected) => {
  const { endpoint } = onlyWorkload(manifest(metadata, Object.keys(credentials)), credentials);
  expect(endpoint).toEqual({ address: 'http://prometheus:9090', ...expected });
});

describe('reports', () => {
  test.each<[sentence: string, metadata: string[], Credentials, ...Expected[]]>([
    [
      'an unknown mode',
      ['authModes: digest'],
      {},
      [17, 'error', `${M}.authModes`, 'unknown authentication mode', 'digest'],
    ],
    [
      'an empty item of the list',
      ["authModes: ','"],
      {},
      [17, 'error', `${M}.authModes`, 'unknown authentication mode', ','],
    ],
    [
      'a mode that is not applied',
      ['authModes: apiKey'],
      {},
      [17, 'error', `${M}.authModes`, 'apiKey is not supported', 'apiKey'],
    ],
    ['oauth', ['authModes: oauth'], {}, [17, 'error', `${M}.authModes`, 'oauth is not supported', 'oauth']],
    [
      'two modes for one header',
      ['authModes: basic,bearer'],
      { username: 'u', bearerToken: 't' },
      [17, 'error', `${M}.authModes`, 'basic and bearer exclude each other', 'basic,bearer'],
    ],
    ['an unknown method', ['method: body'], {}, [17, 'error', `${M}.method`, 'unknown value', 'body']],
    [
      'no user',
      ['authModes: basic'],
      { password: 'p' },
      [10, 'error', `${M}.username`, '"prometheus" does not supply it'],
    ],
    ['no token', ['authModes: bearer'], {}, [10, 'error', `${M}.bearerToken`, 'bearerToken or token is required']],
    ['no private key', ['authModes: tls'], { cert: CERTIFICATE }, [10, 'error', `${M}.key`, 'key is required']],
    [
      'no header name',
      ['authModes: custom'],
      { customAuthValue: 'v' },
      [10, 'error', `${M}.customAuthHeader`, 'required'],
    ],
    [
      'no header value',
      ['authModes: custom'],
      { customAuthHeader: 'h' },
      [10, 'error', `${M}.customAuthValue`, 'required'],
    ],
    ['a certificate that is not PEM', [], { ca: 'MIIB' }, [24, 'error', 'spec.env[0]', 'ca is not PEM']],
    [
      'a token with a line break inside',
      ['authModes: bearer'],
      { bearerToken: 'a\nb' },
      [25, 'error', 'spec.env[0]', 'header'],
    ],
    [
      'a header name with a colon',
      ['authModes: custom'],
      { customAuthHeader: 'X:', customAuthValue: 'v' },
      [25, 'error', 'spec.env[0]', 'header'],
    ],
    ['a boolean that is none', ['unsafeSsl: yes'], {}, [17, 'error', `${M}.unsafeSsl`, 'not a boolean', 'yes']],
    [
      'a token that no mode uses',
      [],
      { bearerToken: 't' },
      [24, 'warning', 'spec.env[0]', 'authModes does not name bearer'],
    ],
    [
      'a user that no mode uses',
      [],
      { username: 'u' },
      [24, 'warning', 'spec.env[0]', 'authModes does not name basic'],
    ],
    [
      'a credential in the metadata, where everyone can read it',
      ['authModes: bearer', 'bearerToken: t'],
      {},
      [18, 'warning', `${M}.bearerToken`, 'ignored here'],
      [10, 'error', `${M}.bearerToken`, 'required'],
    ],
  ])('%s', (_sentence, metadata, credentials, ...expected) => {
    const { problems } = configure(manifest(metadata, Object.keys(credentials)), credentials);
    expectProblems(problems, expected);
  });
});

describe('the address', () => {
  test.each<[sentence: string, given: string, expected: Partial<PrometheusEndpoint>]>([
    ['loses a slash at its end', 'http://p:9090/', { address: 'http://p:9090' }],
    ['keeps a path', 'https://p/select/0/prometheus//', { address: 'https://p/select/0/prometheus' }],
    ['may name an IPv6 host', 'http://[::1]:9090', { address: 'http://[::1]:9090' }],
    ['may have an upper-case scheme', 'HTTP://p:9090', { address: 'http://p:9090' }],
    [
      'gives its user and password to basic authentication',
      'http://me:p%40ss@p:9090/x',
      { address: 'http://p:9090/x', basic: { username: 'me', password: 'p@ss' } },
    ],
    [
      'may hold a password that is not percent-encoded',
      'http://me:50%@p:9090',
      { address: 'http://p:9090', basic: { username: 'me', password: '50%' } },
    ],
  ])('%s', (_sentence, given, expected) => {
    expect(onlyWorkload(web('http://prometheus:9090', `'${given}'`)).endpoint).toEqual(expected);
  });

  test('gives way to a token', () => {
    const text = manifest(['authModes: bearer'], ['bearerToken']).replace('http://', 'http://me:secret@');
    expect(onlyWorkload(text, { bearerToken: 't' }).endpoint).toEqual({
      address: 'http://prometheus:9090',
      bearerToken: 't',
    });
  });
});
