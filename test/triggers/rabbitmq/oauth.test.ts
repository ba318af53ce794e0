import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TriggerError } from '../../../src/core/errors.js';
import type { TriggerSource } from '../../../src/core/trigger.js';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type Reply, type ScriptedServer, json, startScriptedServer, text } from '../../support/scripted-server.js';
import { reactiveTrigger } from '../make-trigger.js';

const SECRET = 'a s3cret:%/+';
const never = new AbortController().signal;
const queue = json({ name: 'orders', messages: 10 });
const token = (access_token: string, expires_in?: number): Reply =>
  json({ access_token, token_type: 'bearer', expires_in });

describe('OAuth', () => {
  let identity: ScriptedServer;
  let broker: ScriptedServer;
  let clock: ManualClock;
  let source: TriggerSource;

  beforeAll(async () => {
    [identity, broker] = [await startScriptedServer(), await startScriptedServer()];
  });
  afterAll(() => Promise.all([identity.close(), broker.close()]));
  beforeEach(async () => {
    identity.clear();
    broker.clear();
    broker.always(queue);
    clock = new ManualClock(Date.UTC(2026, 0, 1));
    const trigger = reactiveTrigger(createTriggerTypes({ clock }), {
      type: 'rabbitmq',
      metadata: { queueName: 'orders', host: broker.url },
      auth: {
        oauthTokenURI: `${identity.url}/token`,
        clientID: 'tide:cast',
        clientSecret: SECRET,
        scopes: 'read, list',
        endpointParams: 'audience=api%3A%2F%2Frabbit',
      },
    });
    source = await trigger.open(never);
  });

  const bearers = (): (string | undefined)[] => broker.requests.map(({ headers }) => headers.authorization);
  const refusal = async (): Promise<string> => {
    const error: unknown = await source.read(never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TriggerError);
    return (error as TriggerError).message;
  };

  test('a token is asked for by the client credentials grant, and sent', async () => {
    identity.script(token('token-1', 3_600));
    expect(await source.read(never)).toMatchObject({ metrics: [{ value: 10 }] });
    expect(bearers()).toEqual(['Bearer token-1']);
    const [{ method, path, params, headers }] = identity.requests as [(typeof identity.requests)[number]];
    expect([method, path]).toEqual(['POST', '/token']);
    expect(Object.fromEntries(params)).toEqual({
      grant_type: 'client_credentials',
      scope: 'read list',
      audience: 'api://rabbit',
    });
    // RFC 6749, appendix B: both are form-encoded before they are joined by the colon.
    const basic = Buffer.from('tide%3Acast:a+s3cret%3A%25%2F%2B').toString('base64');
    expect(headers.authorization).toBe(`Basic ${basic}`);
  });

  test('a token is kept until ten seconds before it expires', async () => {
    identity.script(token('token-1', 60), token('token-2', 60));
    await source.read(never);
    await clock.advance(49_999);
    await source.read(never);
    await clock.advance(1);
    await source.read(never);
    expect(bearers()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  test('a token without a lifetime is kept until it is refused', async () => {
    identity.script(token('token-1'), token('token-2'));
    await source.read(never);
    await clock.advance(365 * 86_400_000);
    broker.script(text(401, 'expired'));
    expect(await refusal()).toContain('answered 401');
    await source.read(never);
    expect(bearers()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  test.each<[sentence: string, reply: Reply, message: RegExp]>([
    [
      'the endpoint refuses',
      json({ error: 'invalid_client', hint: SECRET }, { status: 401 }),
      /token endpoint answered 401$/,
    ],
    ['the endpoint answers no token', json({ token_type: 'bearer' }), /token endpoint answered no access_token$/],
    ['the endpoint answers a form, with a token in it', text(200, 'access_token=token-1'), /answered no access_token$/],
  ])('an error: %s', async (_sentence, reply, message) => {
    identity.script(reply);
    expect(await refusal()).toMatch(message);
    expect(broker.requests).toEqual([]);
  });
});
