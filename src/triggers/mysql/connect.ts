import type { Connection, ConnectionOptions, QueryError, SslOptions } from 'mysql2';
import { TriggerError } from '../../core/errors.js';
import type { Connecting } from '../pool.js';
import type { SqlConnection } from '../sql.js';
import type { MysqlSettings, MysqlTls } from './data-source-name.js';

/** What is tried in turn: without encryption, or with these demands on the server's certificate. */
const ATTEMPTS: Readonly<Record<MysqlTls, readonly (SslOptions | undefined)[]>> = {
  false: [undefined],
  'skip-verify': [{ rejectUnauthorized: false }],
  preferred: [{ rejectUnauthorized: false }, undefined],
  true: [{ rejectUnauthorized: true, verifyIdentity: true }],
};

const NO_TLS = 'HANDSHAKE_NO_SSL_SUPPORT';

/** Makes connections, each of which answers one statement at a time. */
export function mysqlConnection(settings: MysqlSettings): Connecting<SqlConnection> {
  return {
    connect: async (signal, onLost) => {
      let failure: unknown;
      for (const ssl of ATTEMPTS[settings.tls]) {
        try {
          return await connect(settings, ssl, signal, onLost);
        } catch (error) {
          failure = error;
          if ((error as { code?: unknown }).code !== NO_TLS) break;
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
  settings: MysqlSettings,
  ssl: SslOptions | undefined,
  signal: AbortSignal,
  onLost: () => void,
): Promise<SqlConnection> {
  const { createConnection } = await import('mysql2');
  signal.throwIfAborted();
  const connection = createConnection(optionsOf(settings, ssl));
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      connection.destroy();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', stop, { once: true });
    // Also for errors that come when nothing is asked.
    connection.on('error', (error: Error) => {
      signal.removeEventListener('abort', stop);
      connection.destroy();
      reject(error);
      onLost();
    });
    connection.on('end', onLost);
    connection.once('connect', () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
  });
  return {
    firstRow: (statement) => firstRow(connection, statement),
    close: () => {
      connection.destroy();
    },
  };
}

function optionsOf(settings: MysqlSettings, ssl: SslOptions | undefined): ConnectionOptions {
  const { host, port, user, password, database } = settings;
  return {
    host,
    port,
    user,
    password,
    ...(database !== '' && { database }),
    ...(ssl !== undefined && { ssl }),
    // Whoever polls has a deadline.
    connectTimeout: 0,
    // No server may ask for files of ours.
    flags: ['-LOCAL_FILES'],
  };
}

type Row = readonly (string | null)[];

/** A query that is listened to keeps no rows; of a connection that is lost only the connection tells. */
async function firstRow(connection: Connection, sql: string): Promise<Row | undefined> {
  let first: Row | undefined;
  let lost: ((error: Error) => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      lost = reject;
      connection.once('error', lost);
      // As the database writes them: a number may have more digits than ours.
      const query = connection.query({ sql, rowsAsArray: true, typeCast: (field) => field.string() });
      query.on('result', (row: unknown) => {
        // A statement without rows has a header as its result.
        if (Array.isArray(row)) first ??= row as Row;
      });
      query.on('error', (error: QueryError) => {
        reject(inOurWords(error));
      });
      query.on('end', resolve);
    });
    return first;
  } finally {
    if (lost !== undefined) connection.removeListener('error', lost);
  }
}

/** A refusal over a connection that works is an answer; one that ends the connection is not. */
function inOurWords(error: QueryError): Error {
  return error.fatal ? error : new TriggerError(error.message);
}
