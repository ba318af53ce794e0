import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TriggerReading } from '../../../src/core/trigger.js';
import { postgresqlType } from '../../../src/triggers/postgresql/postgresql.js';
import { type TestAuthority, testAuthority } from '../../support/pki.js';
import { POSTGRESQL_PROGRAMS, type RunningPostgresql, startPostgresql } from '../../support/postgresql.js';
import { describeWithPrograms } from '../../support/programs.js';
import { CANARY, describeTriggerContract } from '../contract/trigger-contract.js';
import { reactiveTrigger } from '../make-trigger.js';

const types = [postgresqlType()];
const never = new AbortController().signal;
const USER = 'scaler';

// One server for all: it takes seconds to start.
describeWithPrograms(POSTGRESQL_PROGRAMS, 'with a real PostgreSQL', () => {
  let server: RunningPostgresql;
  let authority: TestAuthority;

  const execute = async (...statements: string[]): Promise<void> => {
    const client = new Client({
      host: '127.0.0.1',
      port: server.port,
      user: USER,
      password: CANARY,
      database: 'postgres',
      ssl: false,
    });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  };

  beforeAll(async () => {
    authority = await testAuthority('authority of postgresql');
    const tls = await authority.issue('postgresql', { usage: 'server' });
    server = await startPostgresql({ username: USER, password: CANARY, tls });
    await execute('CREATE TABLE orders (kind text, size numeric)');
  }, 120_000);
  afterAll(() => server.stop(), 60_000);

  const url = (port: number, password: string, parameters = ''): string =>
    `postgresql://${USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres?${parameters}`;

  const forms = {
    'in a URL': (port: number, password: string) => ({ connection: url(port, password) }),
    'in keywords': (port: number, password: string) => ({
      connection: `host=127.0.0.1 port=${port} user=${USER} password='${password}' dbname=postgres sslmode=disable`,
    }),
    'in parameters': (port: number, password: string) => ({
      host: '127.0.0.1',
      port: String(port),
      userName: USER,
      password,
      dbName: 'postgres',
      sslmode: 'prefer',
    }),
  };
  for (const [form, auth] of Object.entries(forms)) {
    describeTriggerContract({
      title: `postgresql, its address ${form}`,
      programs: POSTGRESQL_PROGRAMS,
      types,
      start: () =>
        Promise.resolve({
          port: server.port,
          write: (table, port, password) => ({
            type: 'postgresql',
            metadata: { query: `SELECT count(*) FROM queue_${table}`, targetQueryValue: '5' },
            auth: auth(port, password),
          }),
          fill: (table, value) =>
            execute(
              `CREATE TABLE IF NOT EXISTS queue_${table} (id int)`,
              `TRUNCATE queue_${table}`,
              `INSERT INTO queue_${table} SELECT generate_series(1, ${value})`,
            ),
          kill: () => server.kill(),
          restart: () => server.restart(),
          stop: () => Promise.resolve(),
        }),
      missing: /relation "queue_missing" does not exist/,
    });
  }

  const read = async (query: string, connection = url(server.port, CANARY)): Promise<TriggerReading> => {
    const written = {
      type: 'postgresql',
      metadata: { query, targetQueryValue: '5', activationTargetQueryValue: '2' },
      auth: { connection },
    };
    const source = await reactiveTrigger(types, written).open(never);
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
      ['a bigint', 'SELECT 4200000000::bigint', 4_200_000_000],
      ['a numeric', 'SELECT 1.250::numeric', 1.25],
      ['a double', "SELECT '1e-3'::double precision", 0.001],
      ['a text that is a number', "SELECT '-17.5'", -17.5],
      ['the first column of the first row', 'SELECT size, 9 FROM (VALUES (3), (4)) AS t (size) ORDER BY size', 3],
      ['the first of many rows', 'SELECT * FROM generate_series(5, 100000)', 5],
      ['a percent sign and quotes reach the server', `SELECT count(*) FROM orders WHERE kind LIKE '%a''"%'`, 0],
    ])('is %s', async (_sentence, query, value) => {
      expect(await valueOf(query)).toBe(value);
    });

    test('makes the trigger active strictly above the activation value', async () => {
      expect((await read('SELECT 2')).active).toBe(false);
      expect((await read('SELECT 2.1')).active).toBe(true);
    });

    test.each<[sentence: string, query: string, message: RegExp]>([
      ['no row', 'SELECT size FROM orders', /postgresql at 127\.0\.0\.1:\d+: the query returned no row$/],
      ['NULL', 'SELECT max(size) FROM orders', /returned NULL$/],
      ['a text that is no number', "SELECT 'many'", /returned "many", which is no number$/],
      ['a boolean', 'SELECT true', /returned "t", which is no number$/],
      ['not-a-number', "SELECT 'NaN'::float", /returned "NaN", which is no number$/],
      ['infinity', "SELECT 'Infinity'::float", /returned "Infinity", which is no number$/],
      ['no column', 'SELECT', /returned no column$/],
      ['a statement that returns nothing', "INSERT INTO orders VALUES ('small', 0) ON CONFLICT DO NOTHING", /no row/],
      ['two statements', 'SELECT 1; SELECT 2', /cannot insert multiple commands/],
      ['a mistake in the statement', 'SELEC 1', /syntax error at or near "SELEC"$/],
      ['a copy', 'COPY orders FROM STDIN', /./],
    ])('is unknown: %s', async (_sentence, query, message) => {
      await expect(read(query)).rejects.toThrow(message);
    });

    test('a refused statement keeps the connection', async () => {
      const query = 'SELECT 1 / (SELECT count(*) FROM orders WHERE kind = $$later$$)';
      const written = {
        type: 'postgresql',
        metadata: { query, targetQueryValue: '5' },
        auth: { connection: url(server.port, CANARY) },
      };
      const source = await reactiveTrigger(types, written).open(never);
      await expect(source.read(never)).rejects.toThrow(/division by zero/);
      await execute("INSERT INTO orders VALUES ('later', 1)");
      expect((await source.read(never)).metrics[0]!.value).toBe(1);
      await source.close();
    });
  });

  describe('the connection', () => {
    const isEncrypted = 'SELECT ssl::int FROM pg_stat_ssl WHERE pid = pg_backend_pid()';

    test.each<[mode: string, encrypted: number]>([
      ['disable', 0],
      ['allow', 0],
      ['prefer', 1],
      ['require', 1],
    ])('sslmode %s, where the server has TLS, encrypts: %i', async (mode, encrypted) => {
      expect(await valueOf(isEncrypted, url(server.port, CANARY, `sslmode=${mode}`))).toBe(encrypted);
    });

    test.each(['verify-ca', 'verify-full'])(
      'sslmode %s refuses a certificate of an unknown authority',
      async (mode) => {
        const attempt = read(isEncrypted, url(server.port, CANARY, `sslmode=${mode}`));
        await expect(attempt).rejects.toThrow(/certificate|self.signed/i);
      },
    );

    test('without TLS at the server, prefer goes without, and require is refused', async () => {
      await execute('ALTER SYSTEM SET ssl = off', 'SELECT pg_reload_conf()');
      try {
        await expect.poll(() => valueOf(isEncrypted), { timeout: 20_000 }).toBe(0);
        const required = read(isEncrypted, url(server.port, CANARY, 'sslmode=require'));
        await expect(required).rejects.toThrow(/does not support SSL/);
      } finally {
        await execute('ALTER SYSTEM RESET ssl', 'SELECT pg_reload_conf()');
      }
    });

    test('parameters of the session reach the server', async () => {
      const connection = url(server.port, CANARY, 'statement_timeout=1234&search_path=%22a%20b%22');
      expect(await valueOf("SELECT setting FROM pg_settings WHERE name = 'statement_timeout'", connection)).toBe(1234);
      expect(await valueOf("SELECT (current_setting('search_path') = '\"a b\"')::int", connection)).toBe(1);
    });

    test('a database that does not exist is named', async () => {
      const connection = url(server.port, CANARY).replace('/postgres?', '/nowhere?');
      await expect(read('SELECT 1', connection)).rejects.toThrow(/database "nowhere" does not exist/);
    });
  });
});
