import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { TriggerReading } from '../../../src/core/trigger.js';
import { metricsApiType } from '../../../src/triggers/metrics-api/metrics-api.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type Reply, type ScriptedServer, json, startScriptedServer, text } from '../../support/scripted-server.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from '../make-trigger.js';

const types = [metricsApiType({ clock: new ManualClock() })];
const never = new AbortController().signal;
const SECRET = 's3cret-word';
const BODY = { worker: { tasks: 32, text: '1k', milli: '500m', name: 'many', none: null, on: true, list: [4] } };

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
    const url = `http://127.0.0.1:${server.port}/stats?of=worker`;
    const trigger = {
      type: 'metrics-api',
      metadata: { url, valueLocation: 'worker.tasks', targetValue: '5', ...metadata },
      auth,
    };
    const source = await reactiveTrigger(types, trigger).open(never);
    try {
      return await source.read(never);
    } finally {
      await source.close();
    }
  };

  const yaml = 'worker:\n  tasks: 32\n  text: "1k"\n  list:\n  - 4\n  a*b: 9\n';
  const samples = '# TYPE tasks gauge\ntasks{of="x"} 3\ntasks{of="worker"} 32\n';
  test.each<[sentence: string, reply: Reply, metadata: Record<string, string>, value: number]>([
    ['a number of JSON', json(BODY), {}, 32],
    ['a quantity of JSON', json(BODY), { valueLocation: 'worker.text' }, 1000],
    ['a fraction as a quantity', json(BODY), { valueLocation: 'worker.milli' }, 0.5],
    ['a length of JSON', json(BODY), { valueLocation: 'worker.list.#' }, 1],
    ['0', json({ worker: { tasks: 0 } }), {}, 0],
    ['a number of YAML', text(200, yaml), { format: 'yaml' }, 32],
    ['a quantity of YAML', text(200, yaml), { format: 'yaml', valueLocation: 'worker.text' }, 1000],
    ['a position in YAML', text(200, yaml), { format: 'yaml', valueLocation: 'worker.list.0' }, 4],
    ['a key of YAML with a star', text(200, yaml), { format: 'yaml', valueLocation: 'worker.a*b' }, 9],
    ['a sample', text(200, samples), { format: 'prometheus', valueLocation: 'tasks{of="worker"}' }, 32],
    ['the first sample', text(200, samples), { format: 'prometheus', valueLocation: 'tasks' }, 3],
  ])('%s is read', async (_sentence, reply, metadata, value) => {
    expect((await read(reply, metadata)).metrics).toMatchObject([{ target: 5, value }]);
  });

  test('makes the trigger active strictly above the activation value', async () => {
    expect((await read(json(BODY), { activationTargetValue: '32' })).active).toBe(false);
    expect((await read(json(BODY), { activationTargetValue: '31.9' })).active).toBe(true);
  });

  test.each<[sentence: string, reply: Reply, metadata: Record<string, string>, message: RegExp]>([
    [
      'nothing at the location',
      json({}),
      {},
      /valueLocation "worker\.tasks" must point to a numeric value or .*, got nothing$/,
    ],
    ['a text that is no quantity', json(BODY), { valueLocation: 'worker.name' }, /got "many"$/],
    ['null', json(BODY), { valueLocation: 'worker.none' }, /got null$/],
    ['a boolean', json(BODY), { valueLocation: 'worker.on' }, /got true$/],
    ['an object', json(BODY), { valueLocation: 'worker.list' }, /got \[4\]$/],
    ['a number too large', text(200, '{"worker": {"tasks": 1e999}}'), {}, /is Infinity$/],
    ['no JSON', text(200, '<html>'), {}, /answered what is not json: <html>$/],
    ['no YAML', text(200, 'a: [1'), { format: 'yaml' }, /answered what is not yaml: a: \[1$/],
    [
      'no sample',
      text(200, samples),
      { format: 'prometheus', valueLocation: 'jobs' },
      /no counter, gauge or untyped sample of jobs/,
    ],
    [
      'a sample that is no number',
      text(200, 'tasks NaN\n'),
      { format: 'prometheus', valueLocation: 'tasks' },
      /got "NaN"$/,
    ],
    ['another status that means success', json(BODY, { status: 201 }), {}, /answered 201/],
    ['a refusal', text(500, 'overloaded'), {}, /metrics-api at 127\.0\.0\.1:\d+: answered 500: overloaded$/],
  ])('%s is an error', async (_sentence, reply, metadata, message) => {
    await expect(read(reply, metadata)).rejects.toThrow(message);
  });

  const asked = (): ScriptedServer['requests'][number] => server.requests[0]!;

  test('is asked for what the url says', async () => {
    await read(json(BODY));
    expect(asked()).toMatchObject({ method: 'GET', path: '/stats' });
    expect(Object.fromEntries(asked().params)).toEqual({ of: 'worker' });
  });

  const apiKey = { apiKey: SECRET };
  test.each<[sentence: string, metadata: Record<string, string>, auth: Record<string, string>, headers: object]>([
    ['none without authModes', {}, apiKey, { 'x-api-key': undefined }],
    ['an API key', { authModes: 'apiKey' }, apiKey, { 'x-api-key': SECRET }],
    ['an API key in a named header', { authModes: 'apiKey', keyParamName: 'X-Key' }, apiKey, { 'x-key': SECRET }],
    ['a bearer token', { authModes: 'bearer' }, { token: SECRET }, { authorization: `Bearer ${SECRET}` }],
    ['a user', { authModes: 'basic' }, { username: 'u', password: 'p' }, { authorization: 'Basic dTpw' }],
    [
      'an API key and a user',
      { authModes: 'apiKey,basic' },
      { ...apiKey, username: 'u', password: 'p' },
      { 'x-api-key': SECRET, authorization: 'Basic dTpw' },
    ],
  ])('credentials: %s', async (_sentence, metadata, auth, headers) => {
    await read(json(BODY), metadata, auth);
    for (const [name, value] of Object.entries(headers)) expect(asked().headers[name]).toBe(value);
  });

  test.each([
    [{}, 'api_key'],
    [{ keyParamName: 'key' }, 'key'],
  ])('an API key in the query, %j, is %s', async (metadata, name) => {
    await read(json(BODY), { authModes: 'apiKey', method: 'query', ...metadata }, { apiKey: 'a b&c' });
    expect(Object.fromEntries(asked().params)).toEqual({ of: 'worker', [name]: 'a b&c' });
  });

  test('a credential that the server repeats is masked', async () => {
    const refused = read(text(403, `no key ${SECRET}`), { authModes: 'apiKey' }, apiKey);
    await expect(refused).rejects.toThrow(/answered 403: no key \*\*\*$/);
  });
});

const written = (metadata: Record<string, string> = {}, auth: Record<string, string> = {}): WrittenTrigger => ({
  type: 'metrics-api',
  metadata: { url: 'http://api/stats', valueLocation: 'a.b', targetValue: '5', ...metadata },
  auth,
});

test.each([
  ['components.worker/tasks', 'metric-api-components-worker-tasks'],
  ['a.#(b=="c").d', 'metric-api-a-#-b=="c"--d'],
])('the metric of %s is %s', (valueLocation, name) => {
  expect(reactiveTrigger(types, written({ valueLocation })).metrics).toEqual([{ name, target: 5 }]);
});

test('no target is needed in a formula', () => {
  const formula = { name: 'api', spec: { advanced: { scalingModifiers: { formula: 'api', target: '5' } } } };
  expect(makeTrigger(types, { ...written({ targetValue: '' }), ...formula }).problems).toEqual([]);
});

test.each<[sentence: string, trigger: WrittenTrigger, ...problems: RegExp[]]>([
  ['no url', written({ url: '' }), /error url: url is required/],
  ['no location', written({ valueLocation: '' }), /error valueLocation: valueLocation is required/],
  ['no target', written({ targetValue: '' }), /error targetValue: targetValue is required/],
  ['a target of 0', written({ targetValue: '0' }), /error targetValue: must be greater than 0/],
  [
    'a url that is none',
    written({ url: 'api/stats?key=s3cret' }),
    /error url: not a URL; the value given is not shown/,
  ],
  [
    'a path to several values',
    written({ valueLocation: 'a.#.b' }),
    /error valueLocation: not a location in json \(got a\.#\.b; expected a path to one value/,
  ],
  [
    'a selector that is none',
    written({ format: 'prometheus' }),
    /error valueLocation: not a location in prometheus \(got a\.b/,
  ],
  ['XML', written({ format: 'xml' }), /error format: no number can be read from XML/],
  ['an unknown format', written({ format: 'csv' }), /error format: unknown value/],
  ...['http://api/stats', 'http://10.0.0.1/stats', 'http://[::1]/stats', 'http://-.shop/'].map(
    (url): [string, WrittenTrigger, RegExp] => [
      `endpoints of ${url}`,
      written({ aggregateFromKubeServiceEndpoints: 'true', url }),
      /error url: its host names no Service of Kubernetes; the value given is not shown \(expected a host such as api\.shop/,
    ],
  ),
  ['an unknown aggregation', written({ aggregationType: 'mean' }), /error aggregationType: unknown value/],
  ['a mode without its key', written({ authModes: 'apiKey' }), /error apiKey: apiKey is required by the mode apiKey/],
  ['an unknown method', written({ method: 'cookie' }), /error method: unknown value/],
  ['a header name that is none', written({ keyParamName: 'a b' }), /error keyParamName: not the name of a header/],
  [
    'a key that is none',
    written({ authModes: 'apiKey' }, { apiKey: 's3cret\nx' }),
    /apiKey|cannot be sent in a header/,
  ],
])('reports %s', (_sentence, trigger, ...expected) => {
  const { problems } = makeTrigger(types, trigger);
  expect(problems).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
  expect(problems.join('\n')).not.toContain('s3cret');
});
