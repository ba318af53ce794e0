import { existsSync, readdirSync } from 'node:fs';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pair } from './pki.js';
import { type RunningProgram, freePort, runProgram, startProgram, temporaryFolder } from './programs.js';

/** Where Debian keeps the programs of each version, none of which is on the PATH. */
const VERSIONS = '/usr/lib/postgresql';

/** It refuses to run as root. */
const AS_ITS_USER =
  process.getuid?.() === 0 ? ['setpriv', '--reuid=postgres', '--regid=postgres', '--clear-groups', '--'] : [];

/** What must be installed for {@link startPostgresql}; pass it to `describeWithPrograms`. */
export const POSTGRESQL_PROGRAMS: readonly string[] = [
  binary('postgres'),
  binary('initdb'),
  ...AS_ITS_USER.slice(0, 1),
];

export interface PostgresqlOptions {
  /** Of a superuser, who logs in by SCRAM. */
  readonly username: string;
  readonly password: string;
  /** The server's certificate; TLS is on, and not demanded. */
  readonly tls: Pair;
}

export interface RunningPostgresql {
  readonly port: number;
  output(): string;
  /** SIGKILL; what was committed stays, for {@link restart}. */
  kill(): Promise<void>;
  /** Starts again after {@link kill}, on the same port and data. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Starts a real PostgreSQL on a free port of 127.0.0.1 with its own data folder, and waits until it is ready. */
export async function startPostgresql({ username, password, tls }: PostgresqlOptions): Promise<RunningPostgresql> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const inFolder = (name: string): string => join(folder.path, name);
  const data = inFolder('data');
  await mkdir(data);
  const files = { password, 'server.crt': tls.cert, 'server.key': tls.key };
  for (const [name, text] of Object.entries(files)) await writeFile(inFolder(name), text, { mode: 0o600 });
  if (AS_ITS_USER.length > 0) runProgram('chown', ['-R', 'postgres', folder.path]);
  const [initdb, ...initArgs] = [
    ...AS_ITS_USER,
    binary('initdb'),
    ...['-D', data, '-U', username, '--pwfile', inFolder('password'), '--auth', 'scram-sha-256'],
    ...['--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
  ];
  runProgram(initdb!, initArgs, '/');
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    ssl: 'on',
    ssl_cert_file: inFolder('server.crt'),
    ssl_key_file: inFolder('server.key'),
    // What is written outlives a killed process without it.
    fsync: 'off',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  await appendFile(join(data, 'postgresql.conf'), lines.join(''));
  const [command, ...args] = [...AS_ITS_USER, binary('postgres'), '-D', data];
  const launch = (): Promise<RunningProgram> =>
    startProgram(command, args, { cwd: '/', ready: /database system is ready to accept connections/ });
  let server = await launch();
  return {
    port,
    output: () => server.output(),
    kill: () => server.kill(),
    restart: async () => {
      server = await launch();
    },
    stop: async () => {
      await server.kill();
      await folder.remove();
    },
  };
}

/** Of the newest version. */
function binary(name: string): string {
  const versions = existsSync(VERSIONS)
    ? readdirSync(VERSIONS)
        .map(Number)
        .sort((a, b) => b - a)
    : [];
  return versions.length === 0 ? name : join(VERSIONS, String(versions[0]), 'bin', name);
}
