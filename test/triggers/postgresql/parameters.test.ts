import { describe, expect, test } from 'vitest';
import { parseConnectionString } from '../../../src/triggers/postgresql/connection-string.js';
import { postgresqlType } from '../../../src/triggers/postgresql/postgresql.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from '../make-trigger.js';

const types = [postgresqlType()];
const URL_FORM = 'postgresql://u:s3cret@db:5433/shop';
const PARTS = { host: 'db', port: '5432', userName: 'u', dbName: 'shop', sslmode: 'disable' };

const written = (
  metadata: Record<string, string> = {},
  auth: Record<string, string> = { connection: URL_FORM },
): WrittenTrigger => ({
  type: 'postgresql',
  metadata: { query: 'SELECT 1', targetQueryValue: '2.5', ...metadata },
  auth,
});

test('the metric is named as in KEDA', () => {
  expect(reactiveTrigger(types, written()).metrics).toEqual([{ name: 'postgresql', target: 2.5 }]);
});

test.each<[sentence: string, trigger: WrittenTrigger]>([
  ['from the authentication', written()],
  ['from the environment', { ...written({ connectionFromEnv: 'DSN' }, {}), env: { DSN: URL_FORM } }],
  ['in parts from the authentication', written({}, { ...PARTS, password: 's3cret' })],
  ['in parts from the metadata, without a password', written(PARTS, {})],
  [
    'with the password from the environment',
    { ...written({ ...PARTS, passwordFromEnv: 'P' }, {}), env: { P: 's3cret' } },
  ],
  [
    'without a target, in a formula',
    {
      ...written({ targetQueryValue: '' }),
      name: 'db',
      spec: { advanced: { scalingModifiers: { formula: 'db', target: '5' } } },
    },
  ],
])('is taken %s', (_sentence, trigger) => {
  expect(makeTrigger(types, trigger).problems).toEqual([]);
});

test.each<[sentence: string, trigger: WrittenTrigger, ...problems: RegExp[]]>([
  ['no query', written({ query: '' }), /error query: query is required/],
  ['no target', written({ targetQueryValue: '' }), /error targetQueryValue: targetQueryValue is required/],
  [
    'a port out of range',
    written({ ...PARTS, port: '65536' }, {}),
    /error port: not a port \(got 65536; expected a number/,
  ],
  ['a target of 0', written({ targetQueryValue: '0' }), /error targetQueryValue: must be greater than 0/],
  [
    'no connection',
    written({}, {}),
    /error connection: connection, or host, port, userName, dbName and sslmode, is required/,
  ],
  [
    'parts that are missing',
    written({ host: 'db', port: '5432' }, {}),
    /error userName: userName is required without/,
    /error dbName/,
    /error sslmode/,
  ],
  [
    'an sslmode that is none',
    written({ ...PARTS, sslmode: 'on' }, {}),
    /error sslmode: unknown value/,
    /sslmode is required/,
  ],
  [
    'a connection in the metadata',
    written({ connection: URL_FORM }, PARTS),
    /warning connection: ignored here: put it into a Secret/,
  ],
  [
    'a connection that is none',
    written({}, { connection: 'db:s3cret' }),
    /^error .*: not a connection string of PostgreSQL; the value given is not shown/,
  ],
  [
    'a certificate file',
    written({}, { connection: `${URL_FORM}?sslrootcert=/s3cret` }),
    /has sslrootcert, which is not supported/,
  ],
])('reports %s', (_sentence, trigger, ...expected) => {
  const { problems } = makeTrigger(types, trigger);
  expect(problems).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
  expect(problems.join('\n')).not.toContain('s3cret');
});

describe('connection strings', () => {
  const plain = { host: 'db', port: 5432, user: 'u', password: '', database: 'u', sslMode: 'prefer', options: '' };
  test.each<[text: string, settings: object]>([
    ['postgres://u@db', {}],
    [
      'postgresql://u:p%2F%40@db:5433/shop?sslmode=require',
      { port: 5433, password: 'p/@', database: 'shop', sslMode: 'require' },
    ],
    ['postgresql://u@[::1]/shop', { host: '::1', database: 'shop' }],
    ['postgresql:///shop?host=db&user=u', { database: 'shop' }],
    ['postgresql://u@db?connect_timeout=5&search_path=a%20b', { options: '-c search_path=a\\ b' }],
    ['host=db user=u', {}],
    [`host = db user=u password = 'a b\\'c\\\\' dbname='shop'`, { password: "a b'c\\", database: 'shop' }],
    ['host=db user=u password=a\\ b', { password: 'a b' }],
    ["  host=db\nuser=u port=5433 password=''  ", { port: 5433 }],
    ["host=db user=u options='-c a=1' work_mem=4MB", { options: '-c a=1 -c work_mem=4MB' }],
  ])('%j', (text, settings) => {
    expect(parseConnectionString(text)).toEqual({ settings: { ...plain, ...settings } });
  });

  test.each<[text: string, problem: RegExp]>([
    ['', /names no host/],
    ['db', /not a connection string/],
    ['mysql://u@db/shop', /not a connection string/],
    ['postgresql://u:%zz@db/shop', /not a connection string/],
    ["host=db password='open", /not a connection string/],
    ['host=db', /names no user/],
    ['user=u', /names no host/],
    ['host=a,b user=u', /several hosts/],
    ['host=db user=u port=0', /no valid port/],
    ['host=db user=u sslmode=on', /no sslmode of disable/],
    ['host=db user=u service=x', /has service, which is not supported/],
  ])('%j is refused', (text, problem) => {
    expect(parseConnectionString(text)).toEqual({ problem: expect.stringMatching(problem) as string });
  });
});
