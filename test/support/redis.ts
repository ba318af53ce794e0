import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pair } from './pki.js';
import { type RunningProgram, freePort, startProgram, temporaryFolder } from './programs.js';

/** What must be installed for {@link startRedis}; pass it to `describeWithPrograms`. */
export const REDIS_PROGRAMS: readonly string[] = ['redis-server'];

export interface RunningRedis {
  readonly port: number;
  output(): string;
  /** SIGKILL; what was written stays, for {@link restart}. */
  kill(): Promise<void>;
  /** Starts again after {@link kill}, on the same port and folder. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a real Redis on a free port of 127.0.0.1 with its own folder, and waits until it is ready. What is written is
 * on disk at once.
 *
 * @param args further arguments, such as `--requirepass` and a password
 */
export function startRedis(args: readonly string[] = []): Promise<RunningRedis> {
  return start({}, (port) => ['--port', String(port), ...DURABLE, ...args]);
}

/** As {@link startRedis}, over TLS only, for clients with a certificate of the authority. */
export function startTlsRedis(server: Pair, authority: Pick<Pair, 'cert'>): Promise<RunningRedis> {
  const files = { 'ca.pem': authority.cert, 'cert.pem': server.cert, 'key.pem': server.key };
  const tls = ['--tls-ca-cert-file', 'ca.pem', '--tls-cert-file', 'cert.pem', '--tls-key-file', 'key.pem'];
  return start(files, (port) => ['--port', '0', '--tls-port', String(port), ...tls, ...DURABLE]);
}

/** Starts a sentinel. @param config lines of its configuration, such as `sentinel monitor NAME HOST PORT QUORUM` */
export function startSentinel(config: readonly string[]): Promise<RunningRedis> {
  const files = { 'sentinel.conf': `${config.join('\n')}\n` };
  return start(files, (port) => ['sentinel.conf', '--sentinel', '--port', String(port)]);
}

const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];

async function start(
  files: Readonly<Record<string, string>>,
  argsFor: (port: number) => readonly string[],
): Promise<RunningRedis> {
  const folder = await temporaryFolder();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text);
  const port = await freePort();
  const args = [...argsFor(port), '--bind', '127.0.0.1'];
  const launch = (): Promise<RunningProgram> =>
    startProgram('redis-server', args, { cwd: folder.path, ready: /Ready to accept connections|\+monitor master/ });
  let program = await launch();
  return {
    port,
    output: () => program.output(),
    kill: () => program.kill(),
    restart: async () => {
      program = await launch();
    },
    stop: async () => {
      await program.stop();
      await folder.remove();
    },
  };
}
