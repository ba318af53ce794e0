import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { ManualClock } from '../support/manual-clock.js';
import { testAuthority } from '../support/pki.js';
import { type Reply, type ScriptedServer, json, startScriptedServer, text } from '../support/scripted-server.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from './make-trigger.js';

const SECRET = 'a s3cret:%/+';
const never = new AbortController().signal;
const token = (access_token: string, expires_in?: number): Reply => json({ access_token, expires_in });

const answer = json({ status: 'success', data: { resultType: 'scalar', result: [0, '7'] }, size: 7 });
const OAUTH = { clientID: 'tidecast', clientSecret: SECRET, scope: 'read, list', endpointParams: 'audience=shop' };

/** Triggers of types that know the mode, by the URL of their source. */
const TRIGGERS: readonly [type: string, metadataOf: (url: string) => Record<string, string>][] = [
  ['metrics-api', (url) => ({ url, valueLocation: 'size', targetValue: '5' })],
  ['prometheus', (url) => ({ serverAddress: url, query: 'x', threshold: '5' })],
];

describe.each(TRIGGERS)('the mode oauth of %s', (type, metadataOf) => {
  let identity: ScriptedServer;
  let server: ScriptedServer;
  let clock: ManualClock;

  beforeAll(async () => {
    [identity, server] = [await startScriptedServer(), await startScriptedServer()];
  });
  afterAll(() => Promise.all([identity.close(), server.close()]));
  beforeEach(() => {
    identity.clear();
    server.clear();
    server.always(answer);
    clock = new ManualClock(Date.UTC(2026, 0, 1));
  });

  const written = (auth: Record<string, string> = {}, metadata: Record<string, string> = {}): WrittenTrigger => ({
    type,
    metadata: { ...metadataOf(server.url), authModes: 'oauth', ...metadata },
    auth: { oauthTokenURI: `${identity.url}/token`, ...OAUTH, ...auth },
  });
  const open = (trigger = written()) => reactiveTrigger(createTriggerTypes({ clock }), trigger).open(never);
  const bearers = (): (string | undefined)[] => server.requests.map(({ headers }) => headers.authorization);

  test('sends a token, which is kept until it expires, and got by the client credentials', async () => {
    identity.script(token('token-1', 60), token('token-2', 60));
    const source = await open();
    expect((await source.read(never)).metrics[0]!.value).toBe(7);
    await clock.advance(49_999);
    await source.read(never);
    await clock.advance(1);
    await source.read(never);
    await source.close();
    expect(bearers()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
    const fields = { grant_type: 'client_credentials', scope: 'read list', audience: 'shop' };
    expect(Object.fromEntries(identity.requests[0]!.params)).toEqual(fields);
    const basic = Buffer.from('tidecast:a+s3cret%3A%25%2F%2B').toString('base64');
    expect(identity.requests[0]!.headers.authorization).toBe(`Basic ${basic}`);
  });

  test('asks for another token when the source refuses one', async () => {
    identity.script(token('token-1'), token('token-2'));
    server.script(text(401, 'no: token-1 was revoked'));
    const source = await open();
    await expect(source.read(never)).rejects.toThrow(/answered 401: no: \*\*\* was revoked$/);
    expect((await source.read(never)).metrics[0]!.value).toBe(7);
    await source.close();
    expect(bearers()).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  test('fails where no token is given, without what was said', async () => {
    identity.always(json({ error: SECRET }, { status: 400 }));
    const source = await open();
    await expect(source.read(never)).rejects.toThrow(/: the token endpoint answered 400$/);
    await source.close();
    expect(server.requests).toEqual([]);
  });

  test.each<[sentence: string, trigger: () => WrittenTrigger, ...problems: RegExp[]]>([
    ['bearer beside it', () => written({ token: 't' }, { authModes: 'oauth,bearer' }), /bearer and oauth exclude each/],
    ['basic beside it', () => written({ username: 'u' }, { authModes: 'oauth,basic' }), /basic and oauth exclude each/],
    ['no client', () => written({ clientID: '' }), /error clientID: clientID is required by the mode oauth/],
    [
      'no secret',
      () => written({ clientSecret: '' }),
      /error clientSecret: clientSecret is required by the mode oauth/,
    ],
    ['no endpoint', () => written({ oauthTokenURI: '' }), /error oauthTokenURI: oauthTokenURI is required by the mode/],
    ['an endpoint that is none', () => written({ oauthTokenURI: 'idp' }), /not a URL; the value given is not shown/],
  ])('reports %s', (_sentence, trigger, ...problems) => {
    const found = makeTrigger(createTriggerTypes({ clock }), trigger()).problems;
    expect(found.filter((problem) => problem.startsWith('error'))).toEqual(
      problems.map((problem) => expect.stringMatching(problem) as unknown),
    );
  });
});

test('headers that are meant for the source are not sent to the token endpoint', async () => {
  const [identity, server] = [await startScriptedServer(), await startScriptedServer()];
  identity.always(token('token-1'));
  server.always(answer);
  const trigger: WrittenTrigger = {
    type: 'metrics-api',
    metadata: { url: server.url, valueLocation: 'size', targetValue: '5', authModes: 'oauth,apiKey' },
    auth: { ...OAUTH, oauthTokenURI: identity.url, apiKey: SECRET },
  };
  const source = await reactiveTrigger(createTriggerTypes({ clock: new ManualClock() }), trigger).open(never);
  await source.read(never);
  expect(server.requests[0]!.headers).toMatchObject({ authorization: 'Bearer token-1', 'x-api-key': SECRET });
  expect(identity.requests[0]!.headers['x-api-key']).toBeUndefined();
  await source.close();
  await Promise.all([identity.close(), server.close()]);
});

test.each([
  ['one authority', {}, null],
  ['the authority not given', { ca: '' }, /certificate/],
  ['nothing verified', { ca: '', unsafeSsl: 'true' }, null],
])('source and token endpoint over TLS, with %s', async (_sentence, { ca, unsafeSsl = 'false' }: Tls, message) => {
  const authority = await testAuthority('shop');
  const tls = await authority.issue('server');
  const [identity, server] = [await startScriptedServer({ tls }), await startScriptedServer({ tls })];
  identity.always(token('token-1'));
  server.always(answer);
  const trigger: WrittenTrigger = {
    type: 'metrics-api',
    metadata: { url: server.url, valueLocation: 'size', targetValue: '5', authModes: 'oauth', unsafeSsl },
    auth: { ...OAUTH, oauthTokenURI: identity.url, ...(ca === undefined && { ca: authority.cert }) },
  };
  const source = await reactiveTrigger(createTriggerTypes({ clock: new ManualClock() }), trigger).open(never);
  if (message === null) expect((await source.read(never)).metrics[0]!.value).toBe(7);
  else await expect(source.read(never)).rejects.toThrow(message);
  await source.close();
  await Promise.all([identity.close(), server.close()]);
});

interface Tls {
  readonly ca?: string;
  readonly unsafeSsl?: string;
}
