import { secretMask } from '../../core/mask-secrets.js';
import type { ParameterDeclarations, ParameterValues, PartialParameterValues } from '../../core/trigger-parameters.js';
import type { ReactiveTriggerType, RejectParameter } from '../../core/trigger-type.js';
import { normaliseMetricName, reactiveTrigger } from '../../core/trigger-type.js';
import { failureOf } from '../failure.js';
import { ConnectionPool } from '../pool.js';
import { openPooled, readingOf } from '../source.js';
import type { SqlConnection } from '../sql.js';
import { readNumber } from '../sql.js';
import { mysqlConnection } from './connect.js';
import type { MysqlSettings } from './data-source-name.js';
import { parseDataSourceName } from './data-source-name.js';

const PARAMETERS = {
  query: { type: 'text', places: ['metadata'], required: true, description: 'one SQL statement that returns a number' },
  queryValue: {
    type: 'number',
    places: ['metadata'],
    required: true,
    range: 'positive',
    description: 'what one replica should carry, in the unit of the query',
  },
  activationQueryValue: { type: 'number', places: ['metadata'], default: '0', description: 'active only above this' },
  connectionString: {
    type: 'text',
    places: ['auth', 'env'],
    secret: true,
    description: '`user:password@tcp(host:3306)/database`, with options such as `?tls=true`',
  },
  host: {
    type: 'text',
    places: ['metadata', 'auth'],
    description: 'instead of `connectionString`, with the next three',
  },
  port: { type: 'integer', places: ['metadata', 'auth'], range: 'positive', description: 'of the server' },
  dbName: { type: 'text', places: ['metadata', 'auth'], description: 'name of the database' },
  username: { type: 'text', places: ['metadata', 'auth', 'env'], description: 'user of the database' },
  password: { type: 'text', places: ['auth', 'env'], secret: true, description: 'of the user' },
} as const satisfies ParameterDeclarations;

const NOTES = `\
For MySQL and MariaDB. The value is the first column of the first row. No row, NULL, and what is no number are errors. Each trigger has a
connection of its own, which is kept between polls. Connections are encrypted only where the options say \`tls=true\`, \`skip-verify\` or
\`preferred\`; of the other options of Go's driver those that could change a value are not supported. A statement that a deadline cuts
off goes on in the database: give its user a limit such as \`max_statement_time\`. The user needs only the right to read what the query
reads; a statement that changes something is executed like any other.`;

type Values = ParameterValues<typeof PARAMETERS>;

/** KEDA's `mysql`. */
export function mysqlType(): ReactiveTriggerType {
  return reactiveTrigger({
    name: 'mysql',
    summary: 'Watches the result of a query to MySQL or MariaDB.',
    notes: NOTES,
    parameters: PARAMETERS,
    check,
    make: (values, { mask }) => {
      const metric = { name: metricName(values), target: values.queryValue };
      const settings = settingsOf(values);
      const maskPassword = secretMask([settings.password]);
      const open = openPooled<SqlConnection>({
        // Not shared: a slow statement would hold up the others.
        pool: new ConnectionPool(),
        key: '',
        failure: failureOf(`mysql at ${settings.host}:${settings.port}`, (text) => maskPassword(mask(text))),
        ...mysqlConnection(settings),
        read: async (connection) =>
          readingOf(metric, await readNumber(connection, values.query), values.activationQueryValue),
      });
      return { metrics: [metric], open };
    },
  });
}

const PARTS = ['host', 'port', 'dbName', 'username'] as const;

function check(values: PartialParameterValues<typeof PARAMETERS>, reject: RejectParameter<keyof Values>): void {
  const { connectionString } = values;
  if (connectionString !== undefined) {
    const parsed = parseDataSourceName(connectionString);
    if ('problem' in parsed) reject('connectionString', parsed.problem, 'user:password@tcp(host:3306)/database');
    return;
  }
  if ((values.port ?? 0) > 65_535) reject('port', 'not a port', 'a number from 1 to 65535');
  const missing = PARTS.filter((name) => values[name] === undefined);
  if (missing.length === PARTS.length) {
    reject('connectionString', 'connectionString, or host, port, dbName and username, is required');
  } else for (const name of missing) reject(name, `${name} is required without connectionString`);
}

function settingsOf(values: Values): MysqlSettings {
  const { connectionString, host = '', port = 0, username = '', password = '', dbName = '' } = values;
  if (connectionString === undefined) {
    return { host, port, user: username, password, database: dbName, tls: 'false' };
  }
  const parsed = parseDataSourceName(connectionString);
  if ('problem' in parsed) throw new TypeError(parsed.problem);
  return parsed.settings;
}

/** As in KEDA with the options, which follow the name of the database in the connection string. */
function metricName({ connectionString, dbName = '' }: Values): string {
  const name = connectionString === undefined ? dbName : connectionString.slice(connectionString.lastIndexOf('/') + 1);
  return normaliseMetricName(`mysql-${name}`);
}
