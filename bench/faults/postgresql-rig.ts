import { Client } from 'pg';
import { testAuthority } from '../../test/support/pki.js';
import { startPostgresql } from '../../test/support/postgresql.js';
import { FaultProxy } from './fault-proxy.js';
import { COUNT, PASSWORD, type Rig, TARGET, failing, known } from './rig.js';
import { sourceRig } from './source-rig.js';

const ADMIN = { username: 'admin', password: 'of-admin' };

/** A query to a real PostgreSQL. */
export async function startPostgresqlRig(): Promise<Rig> {
  const authority = await testAuthority('authority of postgresql');
  const server = await startPostgresql({ ...ADMIN, tls: await authority.issue('postgresql', { usage: 'server' }) });
  const proxy = await FaultProxy.start(server.port);
  const { username: user, password } = ADMIN;
  const admin = new Client({ host: '127.0.0.1', port: server.port, user, password, database: 'postgres', ssl: false });
  await admin.connect();
  await admin.query('CREATE TABLE orders (id SERIAL, waiting DOUBLE PRECISION)');
  await admin.query(`CREATE USER scaler PASSWORD '${PASSWORD}'`);
  await admin.query('GRANT SELECT ON orders TO scaler');
  const fill =
    (...values: readonly number[]) =>
    async (): Promise<void> => {
      await admin.query('TRUNCATE orders');
      for (const value of values) await admin.query('INSERT INTO orders (waiting) VALUES ($1)', [value]);
    };
  const restore = async (): Promise<void> => {
    await admin.query(`ALTER USER scaler PASSWORD '${PASSWORD}'`);
    await fill(COUNT)();
  };
  await restore();
  return sourceRig({
    name: 'postgresql',
    proxy,
    written: {
      type: 'postgresql',
      metadata: { query: 'SELECT waiting FROM orders ORDER BY id', targetQueryValue: TARGET },
      auth: { connection: `postgresql://scaler:${PASSWORD}@127.0.0.1:${proxy.port}/postgres?sslmode=disable` },
    },
    content: {
      NaN: { make: fill(NaN), ...failing(/NaN/) },
      empty: { make: fill(), ...failing(/returned no row/) },
      'counter reset': 'what a query returns is no counter',
      'duplicated series': { make: fill(COUNT, 1), ...known(/is 75; active/) },
      'absurdly large': { make: fill(1e300), ...known(/is 1e\+300; active/) },
      'credentials revoked': {
        make: async () => {
          await admin.query(`ALTER USER scaler PASSWORD 'another'`);
          proxy.cut();
        },
        ...failing(/password authentication failed/),
      },
    },
    restore,
    close: async () => {
      await admin.end();
      await server.stop();
    },
  });
}
