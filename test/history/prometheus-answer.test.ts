import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  HistoryQueryError,
  HistoryResponseError,
  HistoryUnavailableError,
  MultipleSeriesError,
  TidecastError,
} from '../../src/core/errors.js';
import type { Observation, Series } from '../../src/core/series.js';
import { PrometheusSource } from '../../src/history/prometheus.js';
import { type Reply, type ScriptedServer, json, startScriptedServer, text } from '../support/scripted-server.js';

const START_MS = 1_700_000_040_000;
const STEP_MS = 60_000;
/** Four grid points: 1_700_000_040, ..._100, ..._160, ..._220 s. */
const RANGE = { startMs: START_MS, endMs: START_MS + 3 * STEP_MS, stepMs: STEP_MS };

let server: ScriptedServer;
let source: PrometheusSource;
let warnings: [string, string][] = [];

beforeAll(async () => {
  server = await startScriptedServer();
  source = new PrometheusSource(
    { address: server.url },
    { random: () => 0.5, retries: 0, onWarning: (warning, query) => warnings.push([warning, query]) },
  );
});
beforeEach(() => {
  server.clear();
  warnings = [];
});
afterAll(() => server.close());

const readAs = (reply: Reply): Promise<Series> => {
  server.always(reply);
  return source.read('load', RANGE);
};
const observeAs = (reply: Reply): Promise<Observation | null> => {
  server.always(reply);
  return source.observe('load', { atMs: START_MS });
};
const success = (data: unknown): Reply => json({ status: 'success', data });
const matrix = (...result: readonly unknown[]): Reply => success({ resultType: 'matrix', result });
const samples = (...values: readonly unknown[]): Reply => matrix({ metric: {}, values });
const vector = (...result: readonly unknown[]): Reply => success({ resultType: 'vector', result });
const at = START_MS / 1000;

describe('answers to a range query', () => {
  const cases: [string, Reply, number[]][] = [
    ['one sample per grid time', samples([at, '1'], [at + 60, '2'], [at + 120, '3'], [at + 180, '4']), [1, 2, 3, 4]],
    ['missing samples are gaps', samples([at + 60, '2']), [NaN, 2, NaN, NaN]],
    ['NaN is a gap', samples([at, 'NaN'], [at + 60, '2']), [NaN, 2, NaN, NaN]],
    [
      'infinities are gaps',
      samples([at, '+Inf'], [at + 60, '-Inf'], [at + 120, 'Inf'], [at + 180, '4']),
      [NaN, NaN, NaN, 4],
    ],
    ['a number too large for a double is a gap', samples([at, '1e999'], [at + 60, '2']), [NaN, 2, NaN, NaN]],
    [
      'exponents, signs and bare fractions',
      samples([at, '1e+06'], [at + 60, '-2.5E-3'], [at + 120, '+.5'], [at + 180, '7.']),
      [1e6, -0.0025, 0.5, 7],
    ],
    ['zero is zero', samples([at, '0'], [at + 60, '-0']), [0, -0, NaN, NaN]],
    [
      'timestamps a little off the grid, as another server may align them',
      samples([at + 59.9, '2'], [at + 121, '3']),
      [NaN, 2, 3, NaN],
    ],
    [
      'a sample one step before the range, as another server may extend it',
      samples([at - 60, '9'], [at, '1']),
      [1, NaN, NaN, NaN],
    ],
    ['labels of any name', matrix({ metric: { __name__: 'up', 'a.b': '' }, values: [[at, '1']] }), [1, NaN, NaN, NaN]],
    [
      'fields that later versions add',
      json({
        status: 'success',
        infos: ['x'],
        stats: {},
        data: { resultType: 'matrix', analysis: {}, result: [{ metric: {}, values: [[at, '1']], extra: 1 }] },
      }),
      [1, NaN, NaN, NaN],
    ],
    [
      'the same series twice',
      matrix({ metric: { a: '1' }, values: [[at, '1']] }, { metric: { a: '1' }, values: [[at + 60, '2']] }),
      [1, 2, NaN, NaN],
    ],
    ['no series: an empty series', matrix(), []],
    ['a series without samples: an empty series', samples(), []],
    ['a series without a known sample: an empty series', samples([at, 'NaN']), []],
  ];
  it.each(cases)('%s', async (_, reply, expected) => {
    const series = await readAs(reply);
    expect([...series.values]).toEqual(expected);
    expect(series.stepMs).toBe(STEP_MS);
    expect(series.startMs).toBe(START_MS);
  });

  it('several series are an error that names what tells them apart and what to do', async () => {
    const reading = readAs(
      matrix({ metric: { job: 'a', pod: 'x' }, values: [] }, { metric: { job: 'a', pod: 'y' }, values: [[at, '1']] }),
    );
    await expect(reading).rejects.toThrow(MultipleSeriesError);
    await expect(reading).rejects.toThrow('"load": 2 series that differ in pod: {pod="x"}, {pod="y"}. Select one');
  });

  it('does not call what a warning has as toString', async () => {
    const data = { resultType: 'matrix', result: [] };
    await readAs(json({ status: 'success', warnings: [{ toString: [] }], data }));
    expect(warnings.map(([warning]) => warning)).toEqual(['{"toString":[]}']);
    await expect(readAs(json({ status: 'error', errorType: { toString: [] }, error: 'x' }))).rejects.toThrow(
      TidecastError,
    );
  });

  it('hands on warnings, with the query', async () => {
    await readAs(
      json({ status: 'success', warnings: ['store 3 is down', 7], data: { resultType: 'matrix', result: [] } }),
    );
    await readAs(json({ status: 'success', isPartial: true, data: { resultType: 'matrix', result: [] } }));
    expect(warnings).toEqual([
      ['store 3 is down', 'load'],
      ['7', 'load'],
      ['the answer is partial: a part of the storage did not respond', 'load'],
    ]);
  });
});

describe('answers to an instant query', () => {
  const cases: [string, Reply, Observation | null][] = [
    ['a vector of one sample', vector({ metric: { a: 'b' }, value: [at, '4.5'] }), { timeMs: START_MS, value: 4.5 }],
    ['a scalar', success({ resultType: 'scalar', result: [at, '7'] }), { timeMs: START_MS, value: 7 }],
    [
      'the time that the server states',
      vector({ metric: {}, value: [at - 30, '1'] }),
      { timeMs: START_MS - 30_000, value: 1 },
    ],
    ['milliseconds', vector({ metric: {}, value: [at + 0.123, '1'] }), { timeMs: START_MS + 123, value: 1 }],
    ['zero is a value', vector({ metric: {}, value: [at, '0'] }), { timeMs: START_MS, value: 0 }],
    ['no sample is not known', vector(), null],
    ['NaN is not known', vector({ metric: {}, value: [at, 'NaN'] }), null],
    ['infinity is not known', vector({ metric: {}, value: [at, '+Inf'] }), null],
    ['a scalar that is no number is not known', success({ resultType: 'scalar', result: [at, 'NaN'] }), null],
  ];
  it.each(cases)('%s', async (_, reply, expected) => {
    expect(await observeAs(reply)).toEqual(expected);
  });

  it('several samples are an error', async () => {
    const two = vector({ metric: { a: '1' }, value: [at, '1'] }, { metric: { a: '2' }, value: [at, '2'] });
    await expect(observeAs(two)).rejects.toThrow(/2 series that differ in a/);
  });
});

describe('answers that are refusals', () => {
  const error = (status: number, errorType: string): Reply =>
    json({ status: 'error', errorType, error: 'what it says' }, { status });
  const html = '<html><head><title>502 Bad\n Gateway</title></head></html>';
  const cases: [string, Reply, new (...args: never[]) => TidecastError, RegExp][] = [
    [
      '400 carries its words',
      error(400, 'bad_data'),
      HistoryQueryError,
      /refused the query "load": status 400, bad_data: "what it says"$/,
    ],
    ['422 carries its words', error(422, 'execution'), HistoryQueryError, /execution: "what it says"/],
    [
      '401 hints at the credentials',
      text(401, 'Unauthorized'),
      HistoryQueryError,
      /status 401, "Unauthorized"; check the credentials/,
    ],
    [
      '403 hints at the credentials',
      text(403, ''),
      HistoryQueryError,
      /status 403, an empty body; check the credentials/,
    ],
    ['404 hints at the address', text(404, '404 page not found'), HistoryQueryError, /without \/api\/v1/],
    ['413 is a refusal', text(413, 'too long'), HistoryQueryError, /status 413, "too long"/],
    ['an error with status 200 is one', error(200, 'bad_data'), HistoryQueryError, /bad_data: "what it says"/],
    ['so is a timeout with status 200', error(200, 'timeout'), HistoryUnavailableError, /timeout: "what it says"/],
    ['429 is an overload', text(429, 'slow down'), HistoryUnavailableError, /status 429, "slow down"/],
    ['500 is a failure', error(500, 'internal'), HistoryUnavailableError, /status 500, internal: "what it says"/],
    [
      '502 of a proxy is a failure',
      text(502, html),
      HistoryUnavailableError,
      /status 502, a web page titled "502 Bad Gateway"/,
    ],
    ['503 is a failure, also of a timeout', error(503, 'timeout'), HistoryUnavailableError, /status 503, timeout/],
    ['an error without words', json({ status: 'error' }, { status: 400 }), HistoryQueryError, /undefined: missing/],
  ];
  it.each(cases)('%s', async (_, reply, type, message) => {
    for (const asking of [readAs(reply), observeAs(reply)]) {
      await expect(asking).rejects.toThrow(type);
      await expect(asking).rejects.toThrow(message);
    }
  });
});

describe('answers that cannot be used', () => {
  const good = JSON.stringify({
    status: 'success',
    data: { resultType: 'matrix', result: [{ metric: {}, values: [[at, '1']] }] },
  });
  const noSample = /result\[0\]\.values\[0\] is .*; a sample is \[seconds, "number"\]/;
  const cases: [string, Reply, RegExp][] = [
    ['an empty body', json(''), /an empty body/],
    ['blanks', json('  \n '), /an empty body/],
    ['no content', text(204, ''), /an empty body/],
    ['a status that is no answer', text(304, ''), /status 304, an empty body/],
    ['a redirect to nowhere', text(302, ''), /status 302/],
    [
      'a login page',
      text(200, '<!DOCTYPE html><title>Sign in</title>', { 'content-type': 'text/html' }),
      /a web page titled "Sign in"/,
    ],
    ['a web page without a title', text(200, '<html>'), /a web page, as a proxy or a login page sends it/],
    ['plain text', text(200, 'OK'), /2 characters that are not a complete JSON object, starting "OK"/],
    ['JSON that ends early', json(good.slice(0, -5)), /not a complete JSON object/],
    ['JSON with something after it', json(`${good}}`), /not a complete JSON object/],
    ['two JSON documents', json(`${good}\n${good}`), /not a complete JSON object/],
    ['NaN outside quotes', json(good.replace('"1"', 'NaN')), /not a complete JSON object/],
    ['null', json('null'), /not a complete JSON object/],
    ['a number', json('17'), /not a complete JSON object/],
    ['a string', json('"success"'), /not a complete JSON object/],
    ['a list', json([]), /not a complete JSON object/],
    ['deeply nested lists', json('['.repeat(50_000)), /not a complete JSON object/],
    ['an empty object', json({}), /status is missing/],
    ['an unknown status', json({ status: 'ok', data: {} }), /status is "ok"; Prometheus says "success" or "error"/],
    ['a status that is no text', json({ status: 200 }), /status is 200/],
    ['no data', json({ status: 'success' }), /data is missing; an object is expected/],
    ['data that is null', success(null), /data is null/],
    ['data that is a list', success([]), /data is \[\]/],
    ['data that is text', success('x'), /data is "x"/],
    ['no resultType', success({ result: [] }), /resultType is missing; a range query yields "matrix"/],
    ['a vector', vector(), /resultType is "vector"/],
    ['a scalar', success({ resultType: 'scalar', result: [at, '1'] }), /resultType is "scalar"/],
    ['text', success({ resultType: 'string', result: [at, 'x'] }), /resultType is "string"/],
    ['log lines', success({ resultType: 'streams', result: [] }), /resultType is "streams"/],
    ['no result', success({ resultType: 'matrix' }), /result is missing; a list is expected/],
    ['a result that is null', success({ resultType: 'matrix', result: null }), /result is null/],
    ['a result that is an object', success({ resultType: 'matrix', result: {} }), /result is \{\}/],
    ['a series that is null', matrix(null), /result\[0\] is null; an object is expected/],
    ['a series that is a list', matrix([]), /result\[0\] is \[\]/],
    ['a series without labels', matrix({ values: [] }), /result\[0\]\.metric is missing; an object is expected/],
    ['labels that are a list', matrix({ metric: [], values: [] }), /result\[0\]\.metric is \[\]/],
    [
      'a label that is a number',
      matrix({ metric: { a: 1 }, values: [] }),
      /result\[0\]\.metric\.a is 1; a label is a string/,
    ],
    ['a label that is null', matrix({ metric: { a: null }, values: [] }), /result\[0\]\.metric\.a is null/],
    ['a series without samples', matrix({ metric: {} }), /result\[0\]\.values is missing; a list is expected/],
    ['a vector called matrix', matrix({ metric: {}, value: [at, '1'] }), /result\[0\]\.values is missing/],
    ['samples that are an object', matrix({ metric: {}, values: {} }), /result\[0\]\.values is \{\}/],
    [
      'a native histogram',
      matrix({ metric: {}, histograms: [] }),
      /result\[0\] is a native histogram; a number is needed/,
    ],
    ['a second series that is broken', matrix({ metric: {}, values: [] }, 1), /result\[1\] is 1/],
    ['a sample that is null', samples(null), noSample],
    ['a sample that is a number', samples(1), noSample],
    ['a sample that is an object', samples({ time: at, value: '1' }), noSample],
    ['an empty sample', samples([]), noSample],
    ['a sample without a value', samples([at]), noSample],
    ['a sample of three', samples([at, '1', '2']), noSample],
    ['a time that is text', samples([String(at), '1']), noSample],
    ['a time that is null', samples([null, '1']), noSample],
    ['a time beyond all times', json(good.replace(String(at), '1e300')), noSample],
    ['a time beyond all numbers', json(good.replace(String(at), '1e999')), noSample],
    ['a value that is a number', samples([at, 1]), noSample],
    ['a value that is null', samples([at, null]), noSample],
    ['a value that is empty', samples([at, '']), noSample],
    ['a value that is blank', samples([at, ' ']), noSample],
    ['a value that is a word', samples([at, 'many']), noSample],
    ['a value with a unit', samples([at, '1s']), noSample],
    ['a hexadecimal value', samples([at, '0x1F']), noSample],
    ['a value with a comma', samples([at, '1,5']), noSample],
    [
      'a later sample that is broken',
      samples([at, '1'], [at + 60, '?']),
      /result\[0\]\.values\[1\] is \[1700000100,"\?"\]/,
    ],
    [
      'times in milliseconds',
      samples([START_MS, '1']),
      /a sample at .*, outside the range asked for, 2023-11-14T22:14:00.000Z to/,
    ],
    [
      'times long before the range',
      samples([at - 121, '1']),
      /a sample at 2023-11-14T22:11:59.000Z, outside the range/,
    ],
  ];
  it.each(cases)('%s', async (_, reply, message) => {
    const reading = readAs(reply);
    await expect(reading).rejects.toThrow(HistoryResponseError);
    await expect(reading).rejects.toThrow(message);
    expect(((await reading.catch((error: unknown) => error)) as Error).message.length).toBeLessThan(600);
    expect(server.requests).toHaveLength(1);
  });

  const instantCases: [string, Reply, RegExp][] = [
    ['a range of samples', matrix(), /resultType is "matrix"; the query must yield an instant vector or a scalar/],
    ['text', success({ resultType: 'string', result: [at, 'x'] }), /resultType is "string"/],
    ['a vector without a value', vector({ metric: {} }), /result\[0\]\.value is missing; a sample is/],
    ['a native histogram', vector({ metric: {}, histogram: [] }), /result\[0\] is a native histogram/],
    ['a scalar that is no sample', success({ resultType: 'scalar', result: [] }), /result is \[\]; a sample is/],
    ['a scalar without a result', success({ resultType: 'scalar' }), /result is missing; a sample is/],
    ['labels that are text', vector({ metric: 'x', value: [at, '1'] }), /result\[0\]\.metric is "x"/],
  ];
  it.each(instantCases)('%s, to an instant query', async (_, reply, message) => {
    const observing = observeAs(reply);
    await expect(observing).rejects.toThrow(HistoryResponseError);
    await expect(observing).rejects.toThrow(message);
  });
});

describe('any answer at all', () => {
  const label = fc.dictionary(fc.string(), fc.oneof({ weight: 9, arbitrary: fc.string() }, fc.jsonValue()));
  const time = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: at - 90, max: at + 270 }) }, fc.jsonValue());
  const value = fc.oneof(fc.double().map(String), fc.constantFrom('NaN', '+Inf', '1e400', ''), fc.jsonValue());
  const points = fc.array(fc.oneof({ weight: 9, arbitrary: fc.tuple(time, value) }, fc.jsonValue()));
  const element = fc.record({ metric: label, values: points, value: fc.tuple(time, value) }, { requiredKeys: [] });
  const data = fc.record({
    resultType: fc.constantFrom('matrix', 'vector', 'scalar', 'string', null),
    result: fc.oneof(
      fc.array(fc.oneof({ weight: 9, arbitrary: element }, fc.jsonValue()), { maxLength: 3 }),
      fc.jsonValue(),
    ),
  });
  const envelope = fc.record(
    {
      status: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('success', 'error') }, fc.jsonValue()),
      data: fc.oneof({ weight: 9, arbitrary: data }, fc.jsonValue()),
      errorType: fc.jsonValue(),
      error: fc.jsonValue(),
      warnings: fc.jsonValue(),
    },
    { requiredKeys: ['status'] },
  );
  const body = fc.oneof(
    envelope.map((value) => JSON.stringify(value)),
    fc.json(),
    fc.string(),
  );

  it('is a series on the grid, a value, or one of our errors; never a crash, never an infinity', async () => {
    await fc.assert(
      fc.asyncProperty(body, fc.constantFrom(200, 200, 200, 400, 503), async (body, status) => {
        const [series, observation] = await Promise.allSettled([
          readAs(json(body, { status })),
          observeAs(json(body, { status })),
        ]);
        if (series.status === 'rejected') expect(series.reason).toBeInstanceOf(TidecastError);
        else expect([0, 4]).toContain(series.value.length);
        if (observation.status === 'rejected') expect(observation.reason).toBeInstanceOf(TidecastError);
        else if (observation.value !== null) expect(Number.isFinite(observation.value.value)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
