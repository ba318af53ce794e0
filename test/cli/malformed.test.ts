import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/core/duration.js';
import { temporaryFolder } from '../support/programs.js';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.js';
import { rangeOf } from './fake-prometheus.js';
import { NOW_MS, runCli } from './run-cli.js';

const GOOD_CSV = ['timestamp,value', ...Array.from({ length: 500 }, (_, i) => `${1_700_000_000 + 600 * i},${i % 7}`)];

/** Files of the tests, by name; `{name}` in an argument stands for the path. */
const FILES: Readonly<Record<string, string>> = {
  'good.csv': GOOD_CSV.join('\n'),
  'empty.csv': '',
  'no-header.csv': '1700000000,1\n1700000060,2\n',
  'three-fields.csv': 'timestamp,value\n1700000000,1\n1700000060,2,3\n',
  'no-number.csv': 'timestamp,value\n1700000000,1\n1700000060,many\n',
  'infinite.csv': 'timestamp,value\n1700000000,1\n1700000060,Infinity\n',
  'huge.csv': 'timestamp,value\n1700000000,1\n1700000060,1e160\n',
  'unknown.csv': GOOD_CSV.map((line, i) => (i === 0 ? line : line.replace(/,.*/, ','))).join('\n'),
  'unknown-later.csv': GOOD_CSV.map((line, i) => (i < 100 ? line : line.replace(/,.*/, ',NaN'))).join('\n'),
  'no-zone.csv': 'timestamp,value\n2023-11-14T22:13:20,1\n',
  'no-such-day.csv': 'timestamp,value\n2023-02-30T00:00:00Z,1\n',
  'milliseconds.csv': 'timestamp,value\n1700000000000,1\n',
  'backwards.csv': 'timestamp,value\n1700000060,1\n1700000000,2\n',
  'twice.csv': 'timestamp,value\n1700000000,1\n1700000000,2\n',
  'off-grid.csv': 'timestamp,value\n1700000000,1\n1700000060,2\n1700000120,3\n1700000150,4\n',
  'one-sample.csv': 'timestamp,value\n1700000000,1\n',
  'token.empty': '\n',
  'token.two-lines': 'abc\ndef\n',
  'not.pem': 'hello\n',
  'broken.yaml': 'apiVersion: [',
};

/** What is wrong, the command line, and what the message must name. */
type Case = [string, readonly string[], ...(string | RegExp)[]];

const FORECAST = ['forecast', '--prometheus', '{server}', '--query', 'up'];
const BACKTEST = ['backtest', '--csv', '{good.csv}', '--history', '1d', '--max-origins', '1'];
const SERVE = ['serve', 'deploy/samples/predictkube.yaml', '--store', 'memory', '--log-level', 'silent'];

const FLAGS: readonly Case[] = [
  ['a duration without unit', [...FORECAST, '--history', '7'], '--history', "'7'", 'a duration such as'],
  ['a duration in words', [...FORECAST, '--horizon', 'soon'], '--horizon', "'soon'", 'a duration such as'],
  ['a negative duration', [...FORECAST, '--horizon=-2h'], '--horizon', "'-2h'"],
  ['an empty duration', [...FORECAST, '--horizon', ''], '--horizon', "''"],
  ['a duration of zero', [...FORECAST, '--step', '0s'], '--step', "'0s'", 'longer than zero'],
  ['a duration with a space', [...FORECAST, '--step', '2 m'], '--step', "'2 m'"],
  ['a unit in capitals', [...FORECAST, '--step', '2M'], '--step', "'2M'"],
  ['a duration in exponents', [...FORECAST, '--step', '1e3s'], '--step', "'1e3s'"],
  ['part of a millisecond', [...FORECAST, '--step', '0.5ms'], '--step', "'0.5ms'", 'whole milliseconds'],
  [
    'a step that makes millions of samples',
    [...FORECAST, '--step', '1ms', '--horizon', '1s'],
    '--step 1ms',
    'more than 1500000 samples',
  ],
  ['a history of ages', [...FORECAST, '--history', '99999999999999999w'], 'more than 1500000 samples'],
  ['a horizon of ages', [...FORECAST, '--horizon', '99999w'], '--horizon 699993d', 'more than 10080 points'],
  ['an endless lead time', [...FORECAST, '--lead-time', 'forever'], '--lead-time', "'forever'"],
  [
    'a lead time beyond the forecast',
    [...FORECAST, '--lead-time', '10d'],
    '--lead-time 10d is longer than --horizon; expected at most the 2h that are forecast',
  ],
  ['a lead time beyond a backtest', [...BACKTEST, '--lead-time', '3h'], '--lead-time 3h is longer than --horizon'],
  ['a season without unit', [...FORECAST, '--seasonality', '1d,7'], '--seasonality', "'1d,7'"],
  [
    'a season within a step',
    [...FORECAST, '--seasonality', '1d,1ms'],
    '--seasonality 1ms is shorter than two steps; expected at least 4m',
  ],
  [
    'a season shorter than two steps',
    [...BACKTEST, '--seasonality', '19m'],
    '--seasonality 19m is shorter than two steps; expected at least 20m',
  ],
  [
    'a season shorter than two steps of a replay',
    ['replay', '--csv', '{good.csv}', '--seasonality', '19m'],
    '--seasonality 19m is shorter than two steps; expected at least 20m',
  ],
  ['a limit of zero', [...FORECAST, '--saturation', '0'], '--saturation', "'0'", 'greater than 0'],
  ['a limit that is no number', [...BACKTEST, '--saturation', ''], '--saturation', "''", 'greater than 0'],
  ['a zone that there is not', [...BACKTEST, '--time-zone', 'Mars'], '--time-zone', "'Mars'", 'such as Europe/Berlin'],
  ['no season at all', [...FORECAST, '--seasonality', ','], '--seasonality', "','"],
  ['an unknown model', [...FORECAST, '--model', 'oracle'], '--model', "'oracle'", 'auto, random-walk, last-value'],
  ["the other command's word for any model", [...FORECAST, '--model', 'all'], '--model', "'all'"],
  ['a header without a colon', [...FORECAST, '--header', 'X-Scope-OrgID'], '--header', "'X-Scope-OrgID'", 'NAME:VALUE'],
  ['a header without a name', [...FORECAST, '--header', ': x'], '--header', "': x'"],
  ['a header of two lines', [...FORECAST, '--header', 'A: b\r\nC: d'], '--header', 'printable ASCII'],
  ['a header that would not arrive', [...FORECAST, '--header', 'A: →'], '--header', "'A: →'", 'printable ASCII'],
  ['a user without password', [...FORECAST, '--username', 'ann'], '--username', 'TIDECAST_PROMETHEUS_PASSWORD'],
  [
    'a token file that does not exist',
    [...FORECAST, '--bearer-token-file', 'nowhere'],
    '--bearer-token-file',
    'nowhere',
  ],
  ['an empty token file', [...FORECAST, '--bearer-token-file', '{token.empty}'], '--bearer-token-file', 'token.empty'],
  [
    'a token of two lines',
    [...FORECAST, '--bearer-token-file', '{token.two-lines}'],
    '--bearer-token-file',
    'token.two-lines',
    'one line',
  ],
  ['a folder for certificates', [...FORECAST, '--ca-file', '{folder}'], '--ca-file', 'EISDIR'],
  ['certificates that are none', [...FORECAST, '--ca-file', '{not.pem}'], '--ca-file', 'not.pem', 'PEM'],
  ['a flag without its value', ['forecast', '--query'], '--query', 'argument missing'],
  ['a flag that there is not', [...FORECAST, '--frequency', '1'], "'--frequency'"],
  ['an argument too many', [...FORECAST, 'now'], 'too many arguments'],
  ['no server', ['forecast', '--query', 'up'], '--prometheus is missing'],
  ['no query', ['forecast', '--prometheus', 'http://127.0.0.1:9'], '--query is missing'],
  ['a blank query', ['forecast', '--prometheus', 'http://127.0.0.1:9', '--query', ' '], '--query is missing'],
  ['neither file nor server', ['backtest'], '--csv', '--prometheus'],
  ['a file and a server', [...BACKTEST, '--prometheus', '{server}'], '--csv and --prometheus exclude each other'],
  ['a file and a query', [...BACKTEST, '--query', 'up'], '--query cannot be used with --csv'],
  ['a file and its step', [...BACKTEST, '--step', '2m'], '--step cannot be used with --csv'],
  ['a file and flags of a server', [...BACKTEST, '--range', '1d', '--username', 'ann'], '--username, --range cannot'],
  ['a server without query', ['backtest', '--prometheus', '{server}'], '--query is missing'],
  ['no origin', [...BACKTEST, '--max-origins', '0'], '--max-origins', "'0'", 'at least 1'],
  ['half an origin', [...BACKTEST, '--max-origins', '1.5'], '--max-origins', "'1.5'"],
  ['origins beyond counting', [...BACKTEST, '--max-origins', '9007199254740993'], '--max-origins', '9007199254740993'],
  ['a stride of zero', [...BACKTEST, '--stride', '0'], '--stride', "'0'"],
  ['a range in words', [...BACKTEST, '--range', 'all'], '--range', "'all'"],
  ['a history longer than the load', [...BACKTEST, '--history', '30d'], 'the load spans 3d11h', '30d'],
  ['a horizon longer than the load', [...BACKTEST, '--horizon', '99999w'], 'the load spans 3d11h', '699993d'],
  [
    'a horizon within a step',
    [...BACKTEST, '--horizon', '1m'],
    '--horizon 1m is shorter than one step; expected at least 10m',
  ],
  [
    'a history within a step',
    ['backtest', '--csv', '{good.csv}', '--history', '1m'],
    'with --history 1m: random-walk needs at least 4 known samples, got 1; expected a longer history',
  ],
  [
    'a history too short for the model',
    [...BACKTEST, '--model', 'seasonal-naive', '--seasonality', '2d'],
    'no model could forecast at any of the 1 origins with --history 1d: seasonal-naive needs at least',
  ],
  ['a load that is not known', ['backtest', '--csv', '{unknown.csv}'], 'none of the 500 samples of the load is known'],
  [
    'a load that is not known where it is forecast',
    ['backtest', '--csv', '{unknown-later.csv}', '--history', '1d'],
    /nothing is known of the load in the 2h after any of the \d+ origins/,
  ],
  ['a folder for forecasts', [...BACKTEST, '--forecasts', '{folder}'], '--forecasts: cannot write', 'it is a folder'],
  ['forecasts over the load', [...BACKTEST, '--forecasts', '{good.csv}'], '--forecasts and --csv are the same file'],
  [
    'a place that is not there',
    [...BACKTEST, '--forecasts', '{folder}/no/x.csv'],
    '--forecasts: cannot write',
    'ENOENT',
  ],
  ['a full disk', [...BACKTEST, '--forecasts', '/dev/full'], '--forecasts: cannot write /dev/full', 'ENOSPC'],
  ['a port out of range', [...SERVE, '--listen', '127.0.0.1:65536'], '--listen', "'127.0.0.1:65536'"],
  ['a port in words', [...SERVE, '--listen', 'localhost:http'], '--listen', "'localhost:http'"],
  ['an address without port', [...SERVE, '--listen', '127.0.0.1'], '--listen', "'127.0.0.1'", 'HOST:PORT'],
  ['an IPv6 address without brackets', [...SERVE, '--listen', '::1:8190'], '--listen', "'::1:8190'"],
  ['an address of another machine', [...SERVE, '--listen', '203.0.113.1:8190'], '"203.0.113.1" is not an address of'],
  ['a level that there is not', [...SERVE, '--log-level', 'loud'], '--log-level', "'loud'", 'debug, info'],
  ['a store that is a folder', [...SERVE, '--listen', '127.0.0.1:0', '--store', '{folder}'], /store .*tidecast-test/],
  ['a store that is something else', [...SERVE, '--listen', '127.0.0.1:0', '--store', '{not.pem}'], /store .*not\.pem/],
  ['nothing to serve', ['serve'], "'path'"],
  ['a file that is not there', ['serve', 'nowhere.yaml'], 'nowhere.yaml', 'no such file'],
  ['YAML that is none', ['serve', '{broken.yaml}'], /broken\.yaml:1:?\d*: error/],
  ['nothing to validate', ['validate'], "'path'"],
  ['YAML that is none', ['validate', '{broken.yaml}'], /broken\.yaml:1:?\d*: error/],
  ['nothing to explain', ['explain'], "'workload'"],
  ['two things to explain', ['explain', 'a/b', 'c/d'], 'too many arguments'],
  ['a speed of zero', ['demo', '--speed', '0'], '--speed', "'0'"],
  ['a seed that is no number', ['demo', '--seed', 'x'], '--seed', "'x'"],
];

const ADDRESSES: readonly Case[] = [
  '',
  'prometheus',
  'http://',
  'http://[::1',
  'http://prometheus:99999',
  'ftp://prometheus',
  '//prometheus:9090',
].flatMap((address): Case[] => [
  [
    `forecast from ${JSON.stringify(address)}`,
    ['forecast', '--prometheus', address, '--query', 'up'],
    '--prometheus',
    `"${address}"`,
  ],
  [`explain at ${JSON.stringify(address)}`, ['explain', 'a/b', '--url', address], '--url', `"${address}"`],
]);

const CSVS: readonly Case[] = (
  [
    ['empty.csv', 'line 1: the file is empty'],
    ['no-header.csv', 'line 1: the header is "1700000000,1"'],
    ['three-fields.csv', 'line 3: 3 fields'],
    ['no-number.csv', 'line 3: value "many"'],
    ['infinite.csv', 'line 3: value "Infinity"'],
    ['huge.csv', 'line 3: value "1e160", expected a number from -1e+70 to 1e+70'],
    ['no-zone.csv', 'line 2: timestamp "2023-11-14T22:13:20"'],
    ['no-such-day.csv', 'line 2: timestamp "2023-02-30T00:00:00Z"'],
    ['milliseconds.csv', 'line 2: timestamp "1700000000000"'],
    ['backwards.csv', 'line 3: timestamp "1700000000"'],
    ['twice.csv', 'line 3: timestamp "1700000000"'],
    ['off-grid.csv', 'line 5: 30s after the line before'],
    ['one-sample.csv', 'line 2: at least two samples'],
  ] as const
).map(([name, message]) => [name, ['backtest', '--csv', `{${name}}`], name, message]);

let server: ScriptedServer;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [server, folder] = await Promise.all([startScriptedServer(), temporaryFolder()]);
  server.always(rangeOf((timeMs) => (timeMs < NOW_MS - 5_000 * MINUTE_MS ? NaN : 1)));
  await mkdir(join(folder.path, 'folder'));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(folder.path, name), text);
});
afterAll(() => Promise.all([server.close(), folder.remove()]));

function fillIn(argument: string): string {
  return argument
    .replace('{server}', server.url)
    .replace(/\{([\w.-]+)\}/, (_, name: string) => join(folder.path, name));
}

async function refuses(args: readonly string[], named: readonly (string | RegExp)[]): Promise<void> {
  const { status, stdout, stderr } = await runCli(args.map(fillIn));
  expect(stderr).not.toContain('unexpected error');
  expect(stderr).not.toMatch(/^ +at /m);
  for (const what of named) expect(stderr).toMatch(what instanceof RegExp ? what : new RegExp(escaped(what)));
  expect([1, 2]).toContain(status);
  expect(stdout).toBe('');
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

describe('a command line that cannot be used ends with 1 or 2, one message, and no stack:', () => {
  it.each(FLAGS)('%s', async (_, args, ...named) => {
    await refuses(args, named);
  });

  it.each(ADDRESSES)('%s', async (_, args, ...named) => {
    await refuses(args, named);
  });

  it.each(CSVS)('%s', async (_, args, ...named) => {
    await refuses(args, named);
  });
});
