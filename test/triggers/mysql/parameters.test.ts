import { describe, expect, test } from 'vitest';
import { parseDataSourceName } from '../../../src/triggers/mysql/data-source-name.js';
import { mysqlType } from '../../../src/triggers/mysql/mysql.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from '../make-trigger.js';

const types = [mysqlType()];
const DSN = 'u:s3cret@tcp(db:3307)/shop';
const PARTS = { host: 'db', port: '3306', username: 'u', dbName: 'shop' };

const written = (
  metadata: Record<string, string> = {},
  auth: Record<string, string> = { connectionString: DSN },
): WrittenTrigger => ({ type: 'mysql', metadata: { query: 'SELECT 1', queryValue: '2.5', ...metadata }, auth });

test.each<[trigger: WrittenTrigger, name: string]>([
  [written(PARTS, {}), 'mysql-shop'],
  [written(), 'mysql-shop'],
  [written({}, { connectionString: `${DSN}?timeout=1.5s` }), 'mysql-shop?timeout=1-5s'],
  [written({ metricName: 'other' }), 'mysql-shop'],
])('the metric of %j is %s', (trigger, name) => {
  expect(reactiveTrigger(types, trigger).metrics).toEqual([{ name, target: 2.5 }]);
});

test.each<[sentence: string, trigger: WrittenTrigger]>([
  ['from the authentication', written()],
  ['from the environment', { ...written({ connectionStringFromEnv: 'DSN' }, {}), env: { DSN } }],
  ['in parts from the authentication', written({}, { ...PARTS, password: 's3cret' })],
  ['in parts from the metadata, without a password', written(PARTS, {})],
  [
    'with user and password from the environment',
    {
      ...written({ ...PARTS, username: '', usernameFromEnv: 'U', passwordFromEnv: 'P' }, {}),
      env: { U: 'u', P: 's3cret' },
    },
  ],
])('is taken %s', (_sentence, trigger) => {
  expect(makeTrigger(types, trigger).problems).toEqual([]);
});

test.each<[sentence: string, trigger: WrittenTrigger, ...problems: RegExp[]]>([
  ['no query', written({ query: '' }), /error query: query is required/],
  ['no target', written({ queryValue: '' }), /error queryValue: queryValue is required/],
  [
    'a port out of range',
    written({ ...PARTS, port: '65536' }, {}),
    /error port: not a port \(got 65536; expected a number/,
  ],
  ['a target of 0', written({ queryValue: '0' }), /error queryValue: must be greater than 0/],
  [
    'no connection',
    written({}, {}),
    /error connectionString: connectionString, or host, port, dbName and username, is required/,
  ],
  [
    'parts that are missing',
    written({ host: 'db', port: '1' }, {}),
    /error dbName: dbName is required without/,
    /error username/,
  ],
  ['a connection in the metadata', written({ connectionString: DSN }, PARTS), /warning connectionString: ignored here/],
  [
    'a connection that is none',
    written({}, { connectionString: 'db:s3cret' }),
    /not a data source name of MySQL; the value given is not shown/,
  ],
])('reports %s', (_sentence, trigger, ...expected) => {
  const { problems } = makeTrigger(types, trigger);
  expect(problems).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
  expect(problems.join('\n')).not.toContain('s3cret');
});

describe('data source names', () => {
  const plain = { host: '127.0.0.1', port: 3306, user: '', password: '', database: '', tls: 'false' };
  // The first eight are examples of the driver's documentation.
  test.each<[text: string, settings: object]>([
    [
      'user:password@tcp([de:ad:be:ef::ca:fe]:80)/dbname?timeout=90s&collation=utf8mb4_unicode_ci',
      { user: 'user', password: 'password', host: 'de:ad:be:ef::ca:fe', port: 80, database: 'dbname' },
    ],
    [
      'user:password@tcp(localhost:5555)/dbname?tls=skip-verify',
      { user: 'user', password: 'password', host: 'localhost', port: 5555, database: 'dbname', tls: 'skip-verify' },
    ],
    ['user:password@tcp/dbname?charset=utf8mb4,utf8', { user: 'user', password: 'password', database: 'dbname' }],
    ['user:password@/dbname', { user: 'user', password: 'password', database: 'dbname' }],
    ['user:password@/', { user: 'user', password: 'password' }],
    ['user@tcp(db)/shop', { user: 'user', host: 'db', database: 'shop' }],
    ['/', {}],
    ['/dbname', { database: 'dbname' }],
    ['u:p@ss:w/rd(@tcp(db:3306)/a%2Fb', { user: 'u', password: 'p@ss:w/rd(', host: 'db', database: 'a/b' }],
    ['u:@tcp(db:3306)/shop?tls=true', { user: 'u', host: 'db', database: 'shop', tls: 'true' }],
  ])('%s', (text, settings) => {
    expect(parseDataSourceName(text)).toEqual({ settings: { ...plain, ...settings } });
  });

  test.each<[text: string, problem: RegExp]>([
    ['', /not a data source name/],
    ['user@tcp(db)', /not a data source name/],
    ['mysql://user@db/shop', /protocol other than tcp/],
    ['user@unix(/tmp/mysql.sock)/shop', /protocol other than tcp/],
    ['user@tcp(db:0)/shop', /no address/],
    ['user@tcp(db:3306:1)/shop', /no address/],
    ['user@/%zz', /no valid database/],
    ['user@/shop?tls=custom', /no tls of false, skip-verify/],
    ['user@/shop?sql_mode=ANSI', /has sql_mode, which is not supported/],
  ])('%s is refused', (text, problem) => {
    expect(parseDataSourceName(text)).toEqual({ problem: expect.stringMatching(problem) as string });
  });
});
