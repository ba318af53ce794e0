import mysql from 'mysql2/promise';
import { TriggerError } from '../../src/core/errors.js';
import type { OpenTrigger } from '../../src/core/trigger.js';
import { aReactiveTrigger } from '../../test/support/fake-scaled-objects.js';
import { FaultProxy } from './fault-proxy.js';
import { startMariadb } from './real-mariadb.js';
import { alone, injectAt, type Rig } from './rig.js';

const COUNT = 75;
const PASSWORD = 'secret';

/** A query to a real MariaDB, over a connection that stays open. */
export async function startSqlRig(): Promise<Rig> {
  const server = await startMariadb();
  const proxy = await FaultProxy.start(server.port);
  const admin = await mysql.createConnection({ host: '127.0.0.1', port: server.port, user: 'root' });
  await admin.query('CREATE DATABASE shop');
  await admin.query('CREATE TABLE shop.orders (waiting DOUBLE NULL)');
  await admin.query(`CREATE USER scaler@localhost IDENTIFIED BY '${PASSWORD}'`);
  await admin.query(`GRANT SELECT ON shop.orders TO scaler@localhost`);
  const fill =
    (...values: readonly (number | null)[]) =>
    async (): Promise<void> => {
      await admin.query('TRUNCATE shop.orders');
      for (const value of values) await admin.query('INSERT INTO shop.orders VALUES (?)', [value]);
    };
  const healthy = async (): Promise<void> => {
    await admin.query(`ALTER USER scaler@localhost IDENTIFIED BY '${PASSWORD}'`);
    await fill(COUNT)();
  };
  await healthy();
  const access = { host: '127.0.0.1', port: proxy.port, user: 'scaler', password: PASSWORD, database: 'shop' };
  const trigger = aReactiveTrigger({
    index: 0,
    type: 'mysql',
    name: 'tested',
    metrics: [{ name: 'mysql-shop', target: 10 }],
    open: openQuery(access),
  });
  return {
    name: 'sql (mysql)',
    attach: () => Promise.resolve(alone(trigger)),
    inject: (fault) =>
      injectAt(proxy, fault, {
        // SQL has no NaN in a DOUBLE; what is not a number is NULL.
        NaN: fill(null),
        empty: fill(),
        'counter reset': 'what a query counts is no counter',
        'duplicated series': fill(COUNT, 1),
        'absurdly large': fill(1e300),
        'credentials revoked': async () => {
          await admin.query(`ALTER USER scaler@localhost IDENTIFIED BY 'another'`);
          proxy.cut();
        },
      }),
    heal: async () => {
      await healthy();
      await proxy.heal();
    },
    close: async () => {
      await admin.end();
      await proxy.close();
      await server.stop();
    },
  };
}

/** One number by a query; no row, several rows and NULL are errors. */
function openQuery(access: mysql.ConnectionOptions): OpenTrigger {
  return async () => {
    const connection = await mysql.createConnection(access).catch((): never => {
      throw new TriggerError('cannot connect');
    });
    connection.on('error', () => undefined);
    return {
      read: async () => {
        const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT waiting FROM orders').catch((): never => {
          throw new TriggerError('the query failed');
        });
        const value: unknown = rows.length === 1 ? rows[0]?.['waiting'] : null;
        if (typeof value !== 'number') {
          throw new TriggerError(`the query gave ${rows.length} rows; expected one with a number`);
        }
        return { active: value > 0, metrics: [{ name: 'mysql-shop', target: 10, value }] };
      },
      close: () => {
        connection.destroy();
        return Promise.resolve();
      },
    };
  };
}
