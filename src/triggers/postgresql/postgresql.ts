import { secretMask } from '../../core/mask-secrets.js';
import type { ParameterDeclarations, ParameterValues, PartialParameterValues } from '../../core/trigger-parameters.js';
import type { ReactiveTriggerType, RejectParameter } from '../../core/trigger-type.js';
import { reactiveTrigger } from '../../core/trigger-type.js';
import { failureOf } from '../failure.js';
import { ConnectionPool } from '../pool.js';
import { openPooled, readingOf } from '../source.js';
import type { SqlConnection } from '../sql.js';
import { readNumber } from '../sql.js';
import { postgresqlConnection } from './connect.js';
import { parseConnectionString } from './connection-string.js';
import type { PostgresqlSettings } from './settings.js';
import { SSL_MODES } from './settings.js';

const PARAMETERS = {
  query: { type: 'text', places: ['metadata'], required: true, description: 'one SQL statement that returns a number' },
  targetQueryValue: {
    type: 'number',
    places: ['metadata'],
    required: 'outside-formula',
    range: 'positive',
    description: 'what one replica should carry, in the unit of the query',
  },
  activationTargetQueryValue: {
    type: 'number',
    places: ['metadata'],
    default: '0',
    description: 'active only above this',
  },
  connection: {
    type: 'text',
    places: ['auth', 'env'],
    secret: true,
    description:
      '`postgresql://user:password@host:5432/database?sslmode=require`, or `host=... port=... user=... password=... dbname=... sslmode=...`',
  },
  host: { type: 'text', places: ['auth', 'metadata'], description: 'instead of `connection`, with the next four' },
  port: { type: 'integer', places: ['auth', 'metadata'], range: 'positive', description: 'of the server' },
  userName: { type: 'text', places: ['auth', 'metadata'], description: 'user of the database' },
  dbName: { type: 'text', places: ['auth', 'metadata'], description: 'name of the database' },
  sslmode: {
    type: 'text',
    places: ['auth', 'metadata'],
    allowed: SSL_MODES,
    description: 'as in libpq; the authorities are those that Node.js knows',
  },
  password: { type: 'text', places: ['auth', 'env'], secret: true, description: 'of the user' },
} as const satisfies ParameterDeclarations;

const NOTES = `\
The value is the first column of the first row. No row, NULL, and what is no number are errors. Each trigger has a connection of its own,
which is kept between polls. \`sslmode\` is \`prefer\` in a \`connection\` that has none. Certificates from files (\`sslrootcert\`, \`sslcert\`,
\`sslkey\`), several hosts, and workload identities are not supported. A statement that a deadline cuts
off goes on in the database: give its user a \`statement_timeout\`. The user needs only the right to read what the query reads; a
statement that changes something is executed like any other.`;

type Values = ParameterValues<typeof PARAMETERS>;

/** KEDA's `postgresql`. */
export function postgresqlType(): ReactiveTriggerType {
  return reactiveTrigger({
    name: 'postgresql',
    summary: 'Watches the result of a query to PostgreSQL.',
    notes: NOTES,
    parameters: PARAMETERS,
    check,
    make: (values, { mask }) => {
      // Without a target of its own it feeds a formula, where none counts.
      const metric = { name: 'postgresql', target: values.targetQueryValue ?? 1 };
      const settings = settingsOf(values);
      const maskPassword = secretMask([settings.password]);
      const open = openPooled<SqlConnection>({
        // Not shared: a slow statement would hold up the others.
        pool: new ConnectionPool(),
        key: '',
        failure: failureOf(`postgresql at ${settings.host}:${settings.port}`, (text) => maskPassword(mask(text))),
        ...postgresqlConnection(settings),
        read: async (connection) =>
          readingOf(metric, await readNumber(connection, values.query), values.activationTargetQueryValue),
      });
      return { metrics: [metric], open };
    },
  });
}

const PARTS = ['host', 'port', 'userName', 'dbName', 'sslmode'] as const;

function check(values: PartialParameterValues<typeof PARAMETERS>, reject: RejectParameter<keyof Values>): void {
  const { connection } = values;
  if (connection !== undefined) {
    const parsed = parseConnectionString(connection);
    if ('problem' in parsed) reject('connection', parsed.problem, 'a URL, or pairs of keyword=value');
    return;
  }
  if ((values.port ?? 0) > 65_535) reject('port', 'not a port', 'a number from 1 to 65535');
  const missing = PARTS.filter((name) => values[name] === undefined);
  if (missing.length === PARTS.length) {
    reject('connection', 'connection, or host, port, userName, dbName and sslmode, is required');
  } else for (const name of missing) reject(name, `${name} is required without connection`);
}

function settingsOf(values: Values): PostgresqlSettings {
  const { connection, host = '', port = 0, userName = '', dbName = '', sslmode = 'prefer', password = '' } = values;
  if (connection === undefined) {
    return { host, port, user: userName, password, database: dbName, sslMode: sslmode, options: '' };
  }
  const parsed = parseConnectionString(connection);
  if ('problem' in parsed) throw new TypeError(parsed.problem);
  return parsed.settings;
}
