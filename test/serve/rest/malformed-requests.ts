import type { InjectOptions } from 'fastify';
import { aWorkload } from '../../support/fake-service-view.js';

export const workload = aWorkload();
export const PATH = `/api/v1/workloads/${workload.id}`;

export const get = (url: string): InjectOptions => ({ url });
export const post = (payload: unknown): InjectOptions => postText(JSON.stringify(payload));
export const postText = (payload: string, type = 'application/json'): InjectOptions => ({
  method: 'POST',
  url: '/api/v1/backtests',
  payload,
  headers: { 'content-type': type },
});

const TIME = 'an RFC 3339 time such as 2026-03-01T12:00:00Z, or epoch seconds such as 1772366400';
const DURATION = 'a duration such as 30s, 5m, 2h, 7d, 1w or 1d12h';

/** What is sent, the status of the answer and the whole of its `detail`. */
export const malformedRequests: [about: string, request: InjectOptions, status: number, detail: string][] = [
  ['an unknown path', get('/api/v1/nope'), 404, 'GET /api/v1/nope is not served here; GET / lists what is'],
  [
    'an unknown path, without its query',
    get('/api/v2?token=x'),
    404,
    'GET /api/v2 is not served here; GET / lists what is',
  ],
  [
    'a trailing slash',
    get('/api/v1/workloads/'),
    404,
    'GET /api/v1/workloads/ is not served here; GET / lists what is',
  ],
  [
    'too few segments',
    get('/api/v1/workloads/shop/checkout'),
    404,
    'GET /api/v1/workloads/shop/checkout is not served here; GET / lists what is',
  ],
  [
    'an unknown part of a workload',
    get(`${PATH}/pods`),
    404,
    `GET ${PATH}/pods is not served here; GET / lists what is`,
  ],
  [
    'an empty segment',
    get('/api/v1/workloads//checkout/m'),
    400,
    'path segment "namespace" is ""; expected a single text of 1 to 300 characters',
  ],
  [
    'a segment longer than any name',
    get(`/api/v1/workloads/${'n'.repeat(301)}/checkout/m`),
    400,
    `path segment "namespace" is "${'n'.repeat(200)}…"; expected a single text of 1 to 300 characters`,
  ],
  [
    'a segment longer than the router reads',
    get(`/api/v1/workloads/${'n'.repeat(1_001)}/checkout/m`),
    414,
    'a segment of the URL is too long; expected at most 1,000 characters',
  ],
  [
    'a percent sign alone',
    get('/api/v1/workloads/%/b/c'),
    400,
    'the URL is not percent-encoded correctly; "%" needs two hexadecimal digits',
  ],
  [
    'bytes that are not UTF-8',
    get('/api/v1/workloads/%ff/b/c'),
    400,
    'the URL is not percent-encoded correctly; "%" needs two hexadecimal digits',
  ],
  [
    'a slash within a name',
    get('/api/v1/workloads/a%2Fb/c/d'),
    404,
    'there is no workload "a/b/c/d"; GET /api/v1/workloads lists all 1',
  ],
  [
    'POST on a list',
    { method: 'POST', url: '/api/v1/workloads' },
    405,
    'POST is not possible here; expected GET, HEAD',
  ],
  [
    'PUT on a workload',
    { method: 'PUT', url: PATH, payload: '{', headers: { 'content-type': 'text/xml' } },
    405,
    'PUT is not possible here; expected GET, HEAD',
  ],
  [
    'DELETE on all backtests',
    { method: 'DELETE', url: '/api/v1/backtests' },
    405,
    'DELETE is not possible here; expected GET, HEAD, POST',
  ],
  [
    'PATCH on a backtest',
    { method: 'PATCH', url: '/api/v1/backtests/x' },
    405,
    'PATCH is not possible here; expected DELETE, GET, HEAD',
  ],
  [
    'POST on the explanation',
    { method: 'POST', url: `${PATH}/explain` },
    405,
    'POST is not possible here; expected GET, HEAD',
  ],
  [
    'an unknown parameter of the list',
    get('/api/v1/workloads?namespace=shop'),
    400,
    'query parameter "namespace" is "shop"; expected none at all',
  ],
  ['an unknown parameter of a workload', get(`${PATH}?x`), 400, 'query parameter "x" is ""; expected none at all'],
  [
    'a parameter misspelt',
    get(`${PATH}/decisions?limt=5`),
    400,
    'query parameter "limt" is "5"; expected only from, to, limit',
  ],
  [
    'two of them',
    get(`${PATH}/explain?a=1&b=2`),
    400,
    'query parameter "a" is "1"; expected only at; query parameter "b" is "2"; expected only at',
  ],
  [
    'a limit of 0',
    get(`${PATH}/decisions?limit=0`),
    400,
    'query parameter "limit" is 0; expected a whole number from 1 to 10000',
  ],
  [
    'a negative limit',
    get(`${PATH}/decisions?limit=-1`),
    400,
    'query parameter "limit" is -1; expected a whole number from 1 to 10000',
  ],
  [
    'a limit too large',
    get(`${PATH}/decisions?limit=10001`),
    400,
    'query parameter "limit" is 10001; expected a whole number from 1 to 10000',
  ],
  [
    'a limit beyond any integer',
    get(`${PATH}/decisions?limit=${'9'.repeat(30)}`),
    400,
    `query parameter "limit" is "${'9'.repeat(30)}"; expected a whole number from 1 to 10000`,
  ],
  [
    'half a limit',
    get(`${PATH}/decisions?limit=1.5`),
    400,
    'query parameter "limit" is "1.5"; expected a whole number from 1 to 10000',
  ],
  [
    'a hexadecimal limit',
    get(`${PATH}/decisions?limit=0x10`),
    400,
    'query parameter "limit" is "0x10"; expected a whole number from 1 to 10000',
  ],
  [
    'an exponent',
    get(`${PATH}/decisions?limit=1e2`),
    400,
    'query parameter "limit" is "1e2"; expected a whole number from 1 to 10000',
  ],
  [
    'an empty limit',
    get(`${PATH}/decisions?limit=`),
    400,
    'query parameter "limit" is ""; expected a whole number from 1 to 10000',
  ],
  [
    'a limit of true',
    get(`${PATH}/decisions?limit=true`),
    400,
    'query parameter "limit" is "true"; expected a whole number from 1 to 10000',
  ],
  [
    'a limit given twice',
    get(`${PATH}/decisions?limit=1&limit=2`),
    400,
    'query parameter "limit" is "[\\"1\\",\\"2\\"]"; expected a whole number from 1 to 10000',
  ],
  [
    'a time that is a word',
    get(`${PATH}/explain?at=yesterday`),
    400,
    `query parameter "at" is "yesterday"; expected ${TIME}`,
  ],
  ['an empty time', get(`${PATH}/explain?at=`), 400, `query parameter "at" is ""; expected ${TIME}`],
  [
    'milliseconds for seconds',
    get(`${PATH}/explain?at=1772366400000`),
    400,
    `query parameter "at" is "1772366400000"; expected ${TIME}`,
  ],
  [
    'the 30th of February',
    get(`${PATH}/decisions?from=2026-02-30T00:00:00Z`),
    400,
    `query parameter "from" is "2026-02-30T00:00:00Z"; expected ${TIME}`,
  ],
  [
    'a date without a time',
    get(`${PATH}/decisions?to=2026-03-01`),
    400,
    `query parameter "to" is "2026-03-01"; expected ${TIME}`,
  ],
  [
    'a time given twice',
    get(`${PATH}/explain?at=1&at=2`),
    400,
    'query parameter "at" is "[\\"1\\",\\"2\\"]"; expected a single text of at most 64 characters',
  ],
  [
    'a time of a thousand digits',
    get(`${PATH}/explain?at=${'1'.repeat(1_000)}`),
    400,
    `query parameter "at" is "${'1'.repeat(200)}…"; expected a single text of at most 64 characters`,
  ],
  [
    'a history without a unit',
    get(`${PATH}/forecast?history=6`),
    400,
    `query parameter "history" is "6"; expected ${DURATION}, from 0ms to 7d`,
  ],
  [
    'a history beyond the window',
    get(`${PATH}/forecast?history=8d`),
    400,
    `query parameter "history" is "8d"; expected ${DURATION}, from 0ms to 7d`,
  ],
  [
    'a negative history',
    get(`${PATH}/forecast?history=-1h`),
    400,
    `query parameter "history" is "-1h"; expected ${DURATION}, from 0ms to 7d`,
  ],
  [
    'an infinite history',
    get(`${PATH}/forecast?history=${'9'.repeat(60)}w`),
    400,
    `query parameter "history" is "${'9'.repeat(60)}w"; expected ${DURATION}, from 0ms to 7d`,
  ],
  [
    'no body',
    { method: 'POST', url: '/api/v1/backtests' },
    400,
    'the body is null; expected a JSON object with workloadId, models, stride',
  ],
  ['an empty body', postText(''), 400, 'the body is empty; expected JSON, or no Content-Type: application/json'],
  ['half an object', postText('{"workloadId":'), 400, 'the body is not JSON; expected a JSON object'],
  ['two objects', postText('{}{}'), 400, 'the body is not JSON; expected a JSON object'],
  ['bytes that are no text', postText('\u0000\u0001'), 400, 'the body is not JSON; expected a JSON object'],
  [
    'a reach for the prototype',
    postText('{"__proto__": {"workloadId": "x"}}'),
    400,
    'the body is not JSON; expected a JSON object',
  ],
  ['null', post(null), 400, 'the body is null; expected a JSON object with workloadId, models, stride'],
  ['a list', post([]), 400, 'the body is "[]"; expected a JSON object with workloadId, models, stride'],
  ['a text', post('x'), 400, 'the body is "x"; expected a JSON object with workloadId, models, stride'],
  [
    'an object without fields',
    post({}),
    400,
    'body field "workloadId" is missing; expected a single text of 1 to 1000 characters',
  ],
  [
    'a number for a text',
    post({ workloadId: 5 }),
    400,
    'body field "workloadId" is 5; expected a single text of 1 to 1000 characters',
  ],
  [
    'a field that is not known',
    post({ workloadId: workload.id, strideMs: 5 }),
    400,
    'body field "strideMs" is 5; expected only workloadId, models, stride',
  ],
  [
    'one text for a list',
    post({ workloadId: workload.id, models: 'all' }),
    400,
    'body field "models" is "all"; expected a list of at most 50, each a single text of 1 to 100 characters',
  ],
  [
    'a list with something else in it',
    post({ workloadId: workload.id, models: ['direct-ridge', { a: 1 }] }),
    400,
    'body field "models[1]" is "{\\"a\\":1}"; expected a single text of 1 to 100 characters',
  ],
  [
    'a list too long',
    post({ workloadId: workload.id, models: new Array(51).fill('x') }),
    400,
    `body field "models" is "${JSON.stringify(new Array(51).fill('x')).replaceAll('"', '\\"').slice(0, 300)}…"; expected a list of at most 50, each a single text of 1 to 100 characters`,
  ],
  [
    'a stride shorter than a step',
    post({ workloadId: workload.id, stride: '1m' }),
    400,
    `body field "stride" is "1m"; expected ${DURATION}, from 2m to 7d`,
  ],
  [
    'a stride that is no duration',
    post({ workloadId: workload.id, stride: 'daily' }),
    400,
    `body field "stride" is "daily"; expected ${DURATION}, from 2m to 7d`,
  ],
  [
    'a stride that is a number',
    post({ workloadId: workload.id, stride: 3_600 }),
    400,
    'body field "stride" is 3600; expected a single text of at most 64 characters',
  ],
  [
    'an id without its parts',
    post({ workloadId: 'checkout' }),
    400,
    'body field "workloadId" is "checkout"; expected the id of a workload; GET /api/v1/workloads lists all 1',
  ],
  [
    'an id with too many parts',
    post({ workloadId: 'a/b/c/d' }),
    400,
    'body field "workloadId" is "a/b/c/d"; expected the id of a workload; GET /api/v1/workloads lists all 1',
  ],
  [
    'a body beyond the limit',
    postText(`"${'x'.repeat(70_000)}"`),
    413,
    'the body is too large; expected at most 64 KiB',
  ],
  [
    'a form',
    postText('workloadId=x', 'application/x-www-form-urlencoded'),
    415,
    'this Content-Type is not read here; expected application/json',
  ],
  ['plain text', postText('{}', 'text/plain'), 415, 'this Content-Type is not read here; expected application/json'],
  [
    'no content type that there is',
    postText('{}', ';;'),
    415,
    'this Content-Type is not read here; expected application/json',
  ],
  [
    'a parameter on a POST',
    { ...post({ workloadId: workload.id }), url: '/api/v1/backtests?dryRun=1' },
    400,
    'query parameter "dryRun" is "1"; expected none at all',
  ],
  ['a backtest that is not there', get('/api/v1/backtests/%F0%9F%90%99'), 404, 'there is no backtest "🐙"'],
];
