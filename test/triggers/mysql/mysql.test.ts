import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TriggerReading } from '../../../src/core/trigger.js';
import { mysqlType } from '../../../src/triggers/mysql/mysql.js';
import { MARIADB_PROGRAMS, type RunningMariadb, startMariadb } from '../../support/mariadb.js';
import { testAuthority } from '../../support/pki.js';
import { describeWithPrograms } from '../../support/programs.js';
import { CANARY, describeTriggerContract } from '../contract/trigger-contract.js';
import { reactiveTrigger } from '../make-trigger.js';

const types = [mysqlType()];
const never = new AbortController().signal;
const USER = 'scaler';

// One server for all: it takes seconds to start.
describeWithPrograms(MARIADB_PROGRAMS, 'with a real MariaDB', () => {
  let server: RunningMariadb;
  let plain: RunningMariadb;

  const execute = async (...statements: string[]): Promise<void> => {
    const { port } = server;
    const client = await createConnection({ host: '127.0.0.1', port, user: USER, password: CANARY, database: 'shop' });
    for (const statement of statements) await client.query(statement);
    await client.end();
  };

  beforeAll(async () => {
    const authority = await testAuthority('authority of mariadb');
    const tls = await authority.issue('mariadb', { usage: 'server' });
    server = await startMariadb({ username: USER, password: CANARY, tls });
    plain = await startMariadb({ username: USER, password: CANARY });
    await execute('CREATE TABLE orders (kind varchar(20), size decimal(20, 3))');
  }, 120_000);
  afterAll(async () => {
    await server.stop();
    await plain.stop();
  }, 60_000);

  const dsn = (port: number, password: string, options = ''): string =>
    `${USER}:${password}@tcp(127.0.0.1:${port})/shop${options}`;

  const forms = {
    'in a data source name': (port: number, password: string) => ({ connectionString: dsn(port, password) }),
    'in a data source name, encrypted': (port: number, password: string) => ({
      connectionString: dsn(port, password, '?tls=skip-verify'),
    }),
    'in parameters': (port: number, password: string) => ({
      host: '127.0.0.1',
      port: String(port),
      username: USER,
      password,
      dbName: 'shop',
    }),
  };
  for (const [form, auth] of Object.entries(forms)) {
    describeTriggerContract({
      title: `mysql, its address ${form}`,
      programs: MARIADB_PROGRAMS,
      types,
      start: () =>
        Promise.resolve({
          port: server.port,
          write: (table, port, password) => ({
            type: 'mysql',
            metadata: { query: `SELECT count(*) FROM queue_${table}`, queryValue: '5' },
            auth: auth(port, password),
          }),
          fill: (table, value) =>
            execute(
              `CREATE TABLE IF NOT EXISTS queue_${table} (id int)`,
              `TRUNCATE queue_${table}`,
              ...Array.from({ length: value }, (_, id) => `INSERT INTO queue_${table} VALUES (${id})`),
            ),
          kill: () => server.kill(),
          restart: () => server.restart(),
          stop: () => Promise.resolve(),
        }),
      missing: /Table 'shop\.queue_missing' doesn't exist/,
    });
  }

  const read = async (query: string, connectionString = dsn(server.port, CANARY)): Promise<TriggerReading> => {
    const metadata = { query, queryValue: '5', activationQueryValue: '2' };
    const source = await reactiveTrigger(types, { type: 'mysql', metadata, auth: { connectionString } }).open(never);
    try {
      return await source.read(never);
    } finally {
      await source.close();
    }
  };
  const valueOf = async (...given: Parameters<typeof read>): Promise<number> =>
    (await read(...given)).metrics[0]!.value;

  describe('the value', () => {
    test.each<[sentence: string, query: string, value: number]>([
      ['an integer', 'SELECT 42', 42],
      ['a bigint', 'SELECT CAST(4200000000 AS SIGNED)', 4_200_000_000],
      ['a decimal', 'SELECT CAST(1.250 AS DECIMAL(10, 3))', 1.25],
      ['a double', 'SELECT 1e-3', 0.001],
      ['a text that is a number', "SELECT '-17.5'", -17.5],
      ['the first column of the first row', 'SELECT 3 AS size, 9 UNION SELECT 4, 8 ORDER BY size', 3],
      ['the first of many rows', 'SELECT seq FROM seq_5_to_100000', 5],
      ['percent signs and quotes reach the server', `SELECT count(*) FROM orders WHERE kind LIKE '%a''"%?'`, 0],
    ])('is %s', async (_sentence, query, value) => {
      expect(await valueOf(query)).toBe(value);
    });

    test('makes the trigger active strictly above the activation value', async () => {
      expect((await read('SELECT 2')).active).toBe(false);
      expect((await read('SELECT 2.1')).active).toBe(true);
    });

    test.each<[sentence: string, query: string, message: RegExp]>([
      ['no row', 'SELECT size FROM orders', /mysql at 127\.0\.0\.1:\d+: the query returned no row$/],
      ['NULL', 'SELECT max(size) FROM orders', /returned NULL$/],
      ['a text that is no number', "SELECT 'many'", /returned "many", which is no number$/],
      ['a statement that returns nothing', 'DO 1', /returned no row$/],
      ['two statements', 'SELECT 1; SELECT 2', /error in your SQL syntax/],
      ['a mistake in the statement', 'SELEC 1', /error in your SQL syntax/],
      ['a file of the client', "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE orders", /./],
    ])('is unknown: %s', async (_sentence, query, message) => {
      await expect(read(query)).rejects.toThrow(message);
    });

    test('a refused statement keeps the connection', async () => {
      const metadata = { query: 'SELECT count(*) FROM later', queryValue: '5' };
      const auth = { connectionString: dsn(server.port, CANARY) };
      const source = await reactiveTrigger(types, { type: 'mysql', metadata, auth }).open(never);
      await expect(source.read(never)).rejects.toThrow(/doesn't exist/);
      await execute('CREATE TABLE later (id int)');
      expect((await source.read(never)).metrics[0]!.value).toBe(0);
      await source.close();
    });
  });

  describe('the connection', () => {
    const isEncrypted =
      "SELECT VARIABLE_VALUE <> '' FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME = 'Ssl_cipher'";

    test.each<[options: string, encrypted: number]>([
      ['', 0],
      ['?tls=false', 0],
      ['?tls=skip-verify', 1],
      ['?tls=preferred', 1],
    ])('with the options "%s", where the server has TLS, is encrypted: %i', async (options, encrypted) => {
      expect(await valueOf(isEncrypted, dsn(server.port, CANARY, options))).toBe(encrypted);
    });

    test('refuses a certificate of an unknown authority with tls=true', async () => {
      await expect(read('SELECT 1', dsn(server.port, CANARY, '?tls=true'))).rejects.toThrow(/certificate|self.signed/i);
    });

    test('without TLS at the server, preferred goes without, and skip-verify is refused', async () => {
      expect(await valueOf(isEncrypted, dsn(plain.port, CANARY, '?tls=preferred'))).toBe(0);
      const demanded = read(isEncrypted, dsn(plain.port, CANARY, '?tls=skip-verify'));
      await expect(demanded).rejects.toThrow(/does not support secure connection/i);
    });

    test('a database that does not exist is named', async () => {
      const attempt = read('SELECT 1', dsn(server.port, CANARY).replace('/shop', '/nowhere'));
      await expect(attempt).rejects.toThrow(/Unknown database 'nowhere'/);
    });
  });
});
