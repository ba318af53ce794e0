import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TriggerReading } from '../../../src/core/trigger.js';
import { prometheusType } from '../../../src/triggers/prometheus/prometheus.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type TestAuthority, testAuthority } from '../../support/pki.js';
import {
  type Reply,
  type ScriptedServer,
  json,
  reset,
  startScriptedServer,
  text,
} from '../../support/scripted-server.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from '../make-trigger.js';

const types = [prometheusType({ clock: new ManualClock() })];
const never = new AbortController().signal;
const SECRET = 's3cret-word';

const answer = (result: unknown, resultType = 'vector'): Reply =>
  json({ status: 'success', data: { resultType, result } });
const element = (value: unknown): object => ({ metric: {}, value });
const one = (value: unknown): Reply => answer([element([1767323045, value])]);

describe('an answer', () => {
  let server: ScriptedServer;

  beforeAll(async () => {
    server = await startScriptedServer();
  });
  afterAll(() => server.close());
  beforeEach(() => {
    server.clear();
  });

  const read = async (
    reply: Reply,
    metadata: Record<string, string> = {},
    auth: Record<string, string> = {},
  ): Promise<TriggerReading> => {
    server.always(reply);
    const serverAddress = `http://127.0.0.1:${server.port}/prom/`;
    const trigger = {
      type: 'prometheus',
      metadata: { serverAddress, query: 'sum(rate(x[1m]))', threshold: '5', ...metadata },
      auth,
    };
    const source = await reactiveTrigger(types, trigger).open(never);
    try {
      return await source.read(never);
    } finally {
      await source.close();
    }
  };

  test.each<[sentence: string, reply: Reply, value: number]>([
    ['one element', one('12.5'), 12.5],
    ['an element that is negative', one('-3'), -3],
    ['an exponent', one('1e+03'), 1000],
    ['a scalar', answer([1767323045, '7'], 'scalar'), 7],
  ])('%s is read', async (_sentence, reply, value) => {
    for (const ignoreNullValues of ['true', 'false']) {
      expect((await read(reply, { ignoreNullValues })).metrics).toEqual([{ name: 'prometheus', target: 5, value }]);
    }
  });

  test('makes the trigger active strictly above the activation threshold', async () => {
    expect((await read(one('2'), { activationThreshold: '2' })).active).toBe(false);
    expect((await read(one('2.01'), { activationThreshold: '2' })).active).toBe(true);
  });

  test.each<[sentence: string, reply: Reply, message: RegExp]>([
    ['no element', answer([]), /no result: its target may be lost$/],
    ['no list of elements', json({ status: 'success', data: { resultType: 'vector' } }), /no result/],
    ['an element with an empty value', answer([element([])]), /an empty value$/],
    ['NaN', one('NaN'), /returned NaN$/],
    ['infinity', one('+Inf'), /returned \+Inf$/],
    ['minus infinity', one('-Inf'), /returned -Inf$/],
    ['null', one(null), /returned null$/],
    ['a scalar that is NaN', answer([1767323045, 'NaN'], 'scalar'), /returned NaN$/],
  ])('%s is 0, and an error without ignoreNullValues', async (_sentence, reply, message) => {
    expect(await read(reply)).toMatchObject({ active: false, metrics: [{ value: 0 }] });
    await expect(read(reply, { ignoreNullValues: 'false' })).rejects.toThrow(message);
  });

  test.each<[sentence: string, reply: Reply, message: RegExp]>([
    ['several elements', answer([element([1, '1']), element([1, '2'])]), /returned 2 elements; expected one$/],
    ['a value without a number', answer([element([1])]), /did not return enough values$/],
    ['a value that is a text', one('many'), /returned "many", which is no number$/],
    ['a value that is an empty text, which is not 0', one(''), /returned "", which is no number$/],
    ['a value that is a number of JSON', one(5), /returned 5, which is no number$/],
    ['a histogram', answer([{ metric: {}, histogram: [1, {}] }]), /did not return a vector or a scalar$/],
    ['a matrix', answer([{ metric: {}, values: [[1, '1']] }], 'matrix'), /did not return a vector or a scalar$/],
    ['an element that is none', answer([5]), /did not return a vector or a scalar$/],
    ['a refusal', json({ status: 'error', error: 'parse error' }, { status: 400 }), /answered 400: .*parse error/],
    ['a refusal that claims to be an answer', json({ status: 'error' }), /did not succeed$/],
    ['a status that is none', text(503, 'no data source'), /answered 503: no data source$/],
    ['a redirect', text(302, '', { location: 'http://127.0.0.1:1/' }), /answered 302/],
    ['a login page', text(200, '<html>'), /not JSON: <html>$/],
    ['JSON that is no answer', json([]), /did not succeed$/],
    ['no answer', reset, /hang up|reset|closed/],
  ])('%s is an error in any case', async (_sentence, reply, message) => {
    await expect(read(reply)).rejects.toThrow(message);
    await expect(read(reply, { ignoreNullValues: 'false' })).rejects.toThrow(message);
  });

  test('that repeats what it was sent in pairs does not make us tell it', async () => {
    const metadata = { customHeaders: `X-Scope=${SECRET}-1`, queryParameters: `token=${SECRET}-2` };
    const repeated = text(403, `no access for ${SECRET}-1 with ${SECRET}-2`);
    await expect(read(repeated, metadata)).rejects.toThrow('answered 403: no access for *** with ***');
  });

  const asked = (): ScriptedServer['requests'][number] => server.requests[0]!;

  test('is asked for the query by its own clock, so that a wrong one of ours empties nothing', async () => {
    await read(one('1'), { query: 'sum(x{a="b&c"}) + 1' });
    expect(asked()).toMatchObject({ method: 'GET', path: '/prom/api/v1/query' });
    expect(Object.fromEntries(asked().params)).toEqual({ query: 'sum(x{a="b&c"}) + 1' });
  });

  test('is asked with the namespace as it is written, and further parameters escaped', async () => {
    await read(one('1'), { namespace: 'shop&dedup=1', queryParameters: 'a=b c,d=e&f' });
    expect(Object.fromEntries(asked().params)).toMatchObject({ namespace: 'shop', dedup: '1', a: 'b c', d: 'e&f' });
  });

  test.each<[sentence: string, metadata: Record<string, string>, auth: Record<string, string>, headers: object]>([
    ['none without authModes', {}, { bearerToken: SECRET }, { authorization: undefined }],
    ['a bearer token', { authModes: 'bearer' }, { bearerToken: SECRET }, { authorization: `Bearer ${SECRET}` }],
    ['the same by its other names', {}, { authMode: 'bearer', token: SECRET }, { authorization: `Bearer ${SECRET}` }],
    ['a user', { authModes: 'basic' }, { username: 'u', password: 'p' }, { authorization: 'Basic dTpw' }],
    ['a user without a password', { authModes: 'basic' }, { username: 'u' }, { authorization: 'Basic dTo=' }],
    [
      'a header of one’s own',
      { authModes: 'custom' },
      { customAuthHeader: 'X-Token', customAuthValue: SECRET },
      { 'x-token': SECRET },
    ],
    ['further headers', { customHeaders: 'X-Scope-OrgID=shop, X-B=c' }, {}, { 'x-scope-orgid': 'shop', 'x-b': 'c' }],
  ])('credentials: %s', async (_sentence, metadata, auth, headers) => {
    await read(one('1'), metadata, auth);
    for (const [name, value] of Object.entries(headers)) expect(asked().headers[name]).toBe(value);
  });

  test('a credential that the server repeats is masked', async () => {
    const refused = read(text(403, `bad token ${SECRET}`), { authModes: 'bearer' }, { bearerToken: SECRET });
    await expect(refused).rejects.toThrow(/answered 403: bad token \*\*\*$/);
  });
});

describe('with TLS', () => {
  let authority: TestAuthority;
  let server: ScriptedServer;

  beforeAll(async () => {
    authority = await testAuthority('authority of prometheus');
    const own = await authority.issue('prometheus', { usage: 'server' });
    server = await startScriptedServer({
      tls: { ...own, ca: authority.cert, requestCert: true, rejectUnauthorized: true },
    });
    server.always(one('3'));
  });
  afterAll(() => server.close());

  const read = async (metadata: Record<string, string>, auth: Record<string, string>): Promise<number> => {
    const base = { serverAddress: server.url, query: 'x', threshold: '5' };
    const source = await reactiveTrigger(types, { type: 'prometheus', metadata: { ...base, ...metadata }, auth }).open(
      never,
    );
    try {
      return (await source.read(never)).metrics[0]!.value;
    } finally {
      await source.close();
    }
  };

  test('a client certificate and the authority are used', async () => {
    const client = await authority.issue('tidecast', { usage: 'client' });
    expect(await read({ authModes: 'tls' }, { ...client, ca: authority.cert })).toBe(3);
    expect(await read({ authModes: 'tls', unsafeSsl: 'true' }, { ...client })).toBe(3);
    await expect(read({ authModes: 'tls' }, { ...client })).rejects.toThrow(/certificate/);
    await expect(read({}, { ca: authority.cert })).rejects.toThrow(/certificate required|reset|hang up|alert/i);
  });
});

const written = (metadata: Record<string, string> = {}, auth: Record<string, string> = {}): WrittenTrigger => ({
  type: 'prometheus',
  metadata: { serverAddress: 'http://prom:9090', query: 'x', threshold: '5', ...metadata },
  auth,
});

test.each<[sentence: string, trigger: WrittenTrigger, ...problems: RegExp[]]>([
  ['no address', written({ serverAddress: '' }), /error serverAddress: serverAddress is required/],
  ['no query', written({ query: '' }), /error query: query is required/],
  ['no threshold', written({ threshold: '' }), /error threshold: threshold is required/],
  [
    'no threshold, in a formula too',
    {
      ...written({ threshold: '' }),
      name: 'prom',
      spec: { advanced: { scalingModifiers: { formula: 'prom', target: '5' } } },
    },
    /error threshold: threshold is required/,
  ],
  ['a threshold of 0', written({ threshold: '0' }), /error threshold: must be greater than 0/],
  [
    'an address that is none',
    written({ serverAddress: 'prom:9090' }),
    /error serverAddress: not a URL; the value given is not shown/,
  ],
  ['a flag that is none', written({ ignoreNullValues: 'no' }), /error ignoreNullValues: not a boolean/],
  ['a timeout that is none', written({ timeout: 'soon' }), /error timeout: not a duration/],
  ['headers that are none', written({ customHeaders: 'a' }), /error customHeaders: not a list of pairs/],
  ['a header name that is none', written({ customHeaders: 'a b=c' }), /error customHeaders: not the name of a header/],
  [
    'an unknown mode',
    written({ authModes: 'apiKey' }),
    /error authModes: unknown value.*expected bearer, basic, oauth, custom, tls/,
  ],
  [
    'modes that exclude each other',
    written({ authModes: 'basic,bearer' }, { bearerToken: 's3cret', username: 'u' }),
    /error authModes: bearer and basic exclude each other/,
  ],
  [
    'a mode without its token',
    written({ authModes: 'bearer' }),
    /error bearerToken: bearerToken is required by the mode bearer/,
  ],
  [
    'a mode without its user',
    written({ authModes: 'basic' }),
    /error username: username is required by the mode basic/,
  ],
  [
    'a mode without its header',
    written({ authModes: 'custom' }),
    /error customAuthHeader: .* required by the mode custom/,
    /error customAuthValue: /,
  ],
  ['a mode without its certificate', written({ authModes: 'tls' }), /error cert: cert is required/, /error key: /],
  [
    'a token on two lines',
    written({ authModes: 'bearer' }, { bearerToken: 's3cret\nx' }),
    /cannot be sent in a header/,
  ],
  [
    'a token in the metadata',
    written({ bearerToken: 's3cret' }),
    /warning bearerToken: ignored here: put it into a Secret/,
  ],
  ['AWS', written({ awsRegion: 'eu-west-1' }), /error awsRegion: not supported by tidecast/],
])('reports %s', (_sentence, trigger, ...expected) => {
  const { problems } = makeTrigger(types, trigger);
  expect(problems).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
  expect(problems.join('\n')).not.toContain('s3cret');
});
