import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pair } from './pki.js';
import { type RunningProgram, freePort, startProgram, temporaryFolder } from './programs.js';

/** What must be installed for {@link startNats} and {@link startNatsCluster}; pass it to `describeWithPrograms`. */
export const NATS_PROGRAMS: readonly string[] = ['nats-server'];

/** Of the account and its only user. */
export const NATS_ACCOUNT = 'SHOP';
export const NATS_USER = { user: 'shop', pass: 'a-password' } as const;

export interface RunningNats {
  /** `host:port` for clients. */
  readonly address: string;
  /** Where monitoring answers. */
  readonly monitoring: { readonly host: string; readonly port: number };
  readonly name: string;
  output(): string;
  /** SIGKILL; what was stored stays, for {@link restart}. */
  kill(): Promise<void>;
  /** Starts again after {@link kill}, on the same ports and data. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a real NATS server with JetStream and monitoring on free ports of 127.0.0.1, and waits until it is ready.
 *
 * @param options.tls certificate of its monitoring, and of what clients connect to; absent: both are plain
 */
export async function startNats({ tls }: { readonly tls?: Pair } = {}): Promise<RunningNats> {
  const monitoring = { host: '127.0.0.1', port: await freePort() };
  const server = { name: 'single', host: '127.0.0.1', port: await freePort(), monitoring, cluster: {} };
  return start(tls === undefined ? server : { ...server, tls });
}

/** Starts three that are one cluster. As in Kubernetes each has an address of its own, and all have the same ports. */
export async function startNatsCluster(): Promise<readonly RunningNats[]> {
  const [port, monitoringPort, routePort] = [await freePort(), await freePort(), await freePort()];
  const hosts = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
  const routes = hosts.map((host) => `nats-route://${host}:${routePort}`);
  return Promise.all(
    hosts.map((host, index) =>
      start({
        name: `nats-${index}`,
        host,
        port,
        monitoring: { host, port: monitoringPort },
        cluster: { cluster: { name: 'tidecast', listen: `${host}:${routePort}`, routes } },
      }),
    ),
  );
}

interface Server {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly monitoring: RunningNats['monitoring'];
  readonly cluster: object;
  /** With it all is encrypted. */
  readonly tls?: Pair;
}

async function start({ name, host, port, monitoring, cluster, tls }: Server): Promise<RunningNats> {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'nats.conf');
  // JSON is NATS' syntax, too.
  const config = {
    server_name: name,
    listen: `${host}:${port}`,
    [tls === undefined ? 'http' : 'https']: `${monitoring.host}:${monitoring.port}`,
    ...(tls && { tls: await tlsFiles(folder.path, tls) }),
    jetstream: { store_dir: join(folder.path, 'data') },
    accounts: { [NATS_ACCOUNT]: { jetstream: 'enabled', users: [{ user: NATS_USER.user, password: NATS_USER.pass }] } },
    ...cluster,
  };
  await writeFile(file, JSON.stringify(config));
  const launch = (): Promise<RunningProgram> => startProgram('nats-server', ['-c', file], { ready: /Server is ready/ });
  let server = await launch();
  return {
    address: `${host}:${port}`,
    monitoring,
    name,
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

async function tlsFiles(folder: string, { cert, key }: Pair): Promise<object> {
  const files = { cert_file: join(folder, 'server.crt'), key_file: join(folder, 'server.key') };
  await Promise.all([writeFile(files.cert_file, cert), writeFile(files.key_file, key)]);
  return files;
}
