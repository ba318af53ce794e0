import { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { Client, ClientConfig, DatabaseError } from 'pg';
import { TriggerError } from '../../core/errors.js';
import type { Connecting } from '../pool.js';
import type { SqlConnection } from '../sql.js';
import type { PostgresqlSettings, SslMode } from './settings.js';

/** What is tried in turn: without encryption, or with these demands on the server's certificate. */
const ATTEMPTS: Readonly<Record<SslMode, readonly (false | ConnectionOptions)[]>> = {
  disable: [false],
  allow: [false, { rejectUnauthorized: false }],
  prefer: [{ rejectUnauthorized: false }, false],
  require: [{ rejectUnauthorized: false }],
  'verify-ca': [{ rejectUnauthorized: true, checkServerIdentity: () => undefined }],
  'verify-full': [{ rejectUnauthorized: true }],
};

/** Wrong password, no such database, no right to it: encryption, or none, changes nothing. As in KEDA's client. */
const FINAL_CODES: readonly unknown[] = ['28P01', '3D000', '42501'];

/** Makes connections, each of which answers one statement at a time. */
export function postgresqlConnection(settings: PostgresqlSettings): Connecting<SqlConnection> {
  return {
    connect: async (signal, onLost) => {
      let failure: unknown;
      for (const ssl of ATTEMPTS[settings.sslMode]) {
        signal.throwIfAborted();
        try {
          return await connect(settings, ssl, signal, onLost);
        } catch (error) {
          failure = error;
          if (FINAL_CODES.includes((error as { code?: unknown }).code)) break;
        }
      }
      throw failure;
    },
    disconnect: (connection) => {
      connection.close();
    },
  };
}

async function connect(
  settings: PostgresqlSettings,
  ssl: false | ConnectionOptions,
  signal: AbortSignal,
  onLost: () => void,
): Promise<SqlConnection> {
  const { default: pg } = await import('pg');
  const socket = new Socket();
  const client = new pg.Client(configOf(settings, ssl, socket));
  client.on('error', onLost);
  client.on('end', onLost);
  const stop = (): void => {
    socket.destroy();
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    signal.throwIfAborted();
    await client.connect();
  } catch (error) {
    stop();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return { firstRow: (statement) => firstRow(client, pg.Query, statement), close: stop };
}

function configOf(settings: PostgresqlSettings, ssl: false | ConnectionOptions, socket: Socket): ClientConfig {
  const { host, port, user, password, database, options } = settings;
  return {
    host,
    port,
    user,
    database,
    // As a function: an empty one would be looked for in the environment and in files.
    password: () => password,
    ssl,
    stream: () => socket,
    application_name: 'tidecast',
    ...(options !== '' && { options }),
    // As the database writes them: a number may have more digits than ours.
    types: { getTypeParser: () => (text: string) => text },
  };
}

type Row = readonly (string | null)[];

/** In the extended protocol, which takes one statement only. A query that is listened to keeps no rows. */
function firstRow(client: Client, Query: typeof import('pg').Query, text: string): Promise<Row | undefined> {
  return new Promise((resolve, reject) => {
    let first: Row | undefined;
    const query = new Query<string[]>({ text, rowMode: 'array', queryMode: 'extended' } as never);
    query.on('row', (row) => {
      first ??= row as unknown as Row;
    });
    query.on('end', () => {
      resolve(first);
    });
    query.on('error', (error) => {
      reject(inOurWords(error));
    });
    client.query(query);
  });
}

/** A refusal over a connection that works is an answer; one that ends the connection is not. */
function inOurWords(error: Error & Partial<Pick<DatabaseError, 'severity'>>): Error {
  return error.severity === 'ERROR' ? new TriggerError(error.message) : error;
}
