import mysql from 'mysql2/promise';
import { startMariadb } from '../../test/support/mariadb.js';
import { FaultProxy } from './fault-proxy.js';
import { COUNT, PASSWORD, type Rig, TARGET, failing, known } from './rig.js';
import { sourceRig } from './source-rig.js';

/** A query to a real MariaDB. */
export async function startMysqlRig(): Promise<Rig> {
  const server = await startMariadb({ username: 'admin', password: 'unused' });
  const proxy = await FaultProxy.start(server.port);
  // It alone may give rights to others.
  const admin = await mysql.createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
  await admin.query('CREATE TABLE shop.orders (id SERIAL, waiting DOUBLE NULL)');
  await admin.query(`CREATE USER scaler@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
  await admin.query(`GRANT SELECT ON shop.orders TO scaler@'127.0.0.1'`);
  const setPassword = (password: string): Promise<unknown> =>
    admin.query(`ALTER USER scaler@'127.0.0.1' IDENTIFIED BY '${password}'`);
  const fill =
    (...values: readonly (number | null)[]) =>
    async (): Promise<void> => {
      await admin.query('TRUNCATE shop.orders');
      for (const value of values) await admin.query('INSERT INTO shop.orders (waiting) VALUES (?)', [value]);
    };
  const restore = async (): Promise<void> => {
    await setPassword(PASSWORD);
    await fill(COUNT)();
  };
  await restore();
  return sourceRig({
    name: 'mysql',
    proxy,
    written: {
      type: 'mysql',
      metadata: { query: 'SELECT waiting FROM orders ORDER BY id', queryValue: TARGET },
      auth: { connectionString: `scaler:${PASSWORD}@tcp(127.0.0.1:${proxy.port})/shop` },
    },
    content: {
      // A DOUBLE of MySQL cannot be NaN: what is no number is NULL.
      NaN: { make: fill(null), ...failing(/returned NULL/) },
      empty: { make: fill(), ...failing(/returned no row/) },
      'counter reset': 'what a query returns is no counter',
      'duplicated series': { make: fill(COUNT, 1), ...known(/is 75; active/) },
      'absurdly large': { make: fill(1e300), ...known(/is 1e\+300; active/) },
      'credentials revoked': {
        make: async () => {
          await setPassword('another');
          proxy.cut();
        },
        ...failing(/Access denied/),
      },
    },
    restore,
    close: async () => {
      await admin.end();
      await server.stop();
    },
  });
}
