import { join } from 'node:path';
import { freePort, runProgram, startProgram, temporaryFolder } from '../../test/support/programs.js';

export interface RunningMariadb {
  readonly port: number;
  stop(): Promise<void>;
}

/** A real MariaDB on a free port of 127.0.0.1 with its own folder; user `root` without a password. */
export async function startMariadb(): Promise<RunningMariadb> {
  const folder = await temporaryFolder();
  const data = join(folder.path, 'data');
  const user = `--user=${runProgram('id', ['-un']).trim()}`;
  runProgram('mariadb-install-db', [
    '--no-defaults',
    user,
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
  ]);
  const port = await freePort();
  const program = await startProgram(
    'mariadbd',
    [
      '--no-defaults',
      user,
      `--datadir=${data}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      `--socket=${join(folder.path, 'socket')}`,
      '--innodb-flush-log-at-trx-commit=0',
    ],
    { ready: /ready for connections/ },
  );
  return {
    port,
    stop: async () => {
      await program.stop();
      await folder.remove();
    },
  };
}
