import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pair } from './pki.js';
import { type RunningProgram, freePort, runProgram, startProgram, temporaryFolder } from './programs.js';

/** What must be installed for {@link startMariadb}; pass it to `describeWithPrograms`. */
export const MARIADB_PROGRAMS: readonly string[] = ['mariadbd', 'mariadb-install-db'];

export interface MariadbOptions {
  /** Of a user who may do everything. */
  readonly username: string;
  readonly password: string;
  /** The server's certificate; none: TLS is off. */
  readonly tls?: Pair;
}

export interface RunningMariadb {
  readonly port: number;
  output(): string;
  /** SIGKILL; what was committed stays, for {@link restart}. */
  kill(): Promise<void>;
  /** Starts again after {@link kill}, on the same port and data. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/** Starts a real MariaDB on a free port of 127.0.0.1 with its own data folder and a database `shop`, and waits for it. */
export async function startMariadb({ username, password, tls }: MariadbOptions): Promise<RunningMariadb> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const inFolder = async (name: string, text: string): Promise<string> => {
    const path = join(folder.path, name);
    await writeFile(path, text);
    return path;
  };
  const data = join(folder.path, 'data');
  const common = ['--no-defaults', `--datadir=${data}`, ...(process.getuid?.() === 0 ? ['--user=root'] : [])];
  runProgram('mariadb-install-db', [...common, '--skip-test-db', '--auth-root-authentication-method=normal']);
  const init = [
    'CREATE DATABASE IF NOT EXISTS shop;',
    `CREATE USER IF NOT EXISTS '${username}'@'127.0.0.1' IDENTIFIED BY '${password}';`,
    `GRANT ALL ON *.* TO '${username}'@'127.0.0.1';`,
  ];
  const tlsArgs =
    tls === undefined
      ? ['--skip-ssl']
      : [`--ssl-cert=${await inFolder('cert.pem', tls.cert)}`, `--ssl-key=${await inFolder('key.pem', tls.key)}`];
  const args = [
    ...common,
    ...tlsArgs,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    `--socket=${join(folder.path, 'socket')}`,
    `--init-file=${await inFolder('init.sql', `${init.join('\n')}\n`)}`,
    '--innodb-buffer-pool-size=16M',
  ];
  const launch = (): Promise<RunningProgram> => startProgram('mariadbd', args, { ready: /ready for connections/ });
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
