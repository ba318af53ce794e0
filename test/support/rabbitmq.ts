import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pair } from './pki.js';
import { type RunningProgram, freePort, startProgram, temporaryFolder } from './programs.js';

/** The program itself: what Debian puts on the PATH changes to a user of its own first. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** What must be installed for {@link startRabbitmq}; pass it to `describeWithPrograms`. */
export const RABBITMQ_PROGRAMS: readonly string[] = [SERVER, 'epmd'];

export interface RabbitmqOptions {
  readonly username: string;
  readonly password: string;
  /** For AMQP over TLS: the server's own certificate, and the authority whose client certificates it accepts. */
  readonly tls: { readonly server: Pair; readonly authority: Pick<Pair, 'cert'> };
}

export interface RunningRabbitmq {
  readonly amqpPort: number;
  /** Of AMQP over TLS. A client certificate authenticates the user that is its common name (EXTERNAL). */
  readonly amqpsPort: number;
  /** Of the management API. */
  readonly httpPort: number;
  output(): string;
  /** SIGKILL; what was confirmed stays, for {@link restart}. */
  kill(): Promise<void>;
  /** Starts again after {@link kill}, on the same ports and data. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

/**
 * Starts a real RabbitMQ with its management API on free ports of 127.0.0.1, with its own folder, node name, cookie and
 * port mapper, and waits until it is ready. Its user may do everything in the virtual host `/`.
 */
export async function startRabbitmq(options: RabbitmqOptions): Promise<RunningRabbitmq> {
  const folder = await temporaryFolder();
  const ports: Ports = {
    amqpPort: await freePort(),
    amqpsPort: await freePort(),
    httpPort: await freePort(),
    mapperPort: await freePort(),
    distributionPort: await freePort(),
  };
  const env = await configure(folder.path, options, ports);
  const mapper = await startProgram('epmd', ['-port', String(ports.mapperPort), '-address', '127.0.0.1', '-d'], {
    ready: /epmd running/,
  });
  const clean = async (): Promise<void> => {
    await mapper.stop();
    await folder.remove();
  };
  const launch = (): Promise<RunningProgram> =>
    startProgram(SERVER, [], { env, ready: /Server startup complete/, readyTimeoutMs: 90_000 });
  try {
    let server = await launch();
    return {
      ...ports,
      output: () => server.output(),
      kill: () => server.kill(),
      restart: async () => {
        server = await launch();
      },
      stop: async () => {
        await server.kill();
        await clean();
      },
    };
  } catch (error) {
    await clean();
    throw error;
  }
}

interface Ports {
  readonly amqpPort: number;
  readonly amqpsPort: number;
  readonly httpPort: number;
  readonly mapperPort: number;
  readonly distributionPort: number;
}

async function configure(
  folder: string,
  { username, password, tls }: RabbitmqOptions,
  { amqpPort, amqpsPort, httpPort, mapperPort, distributionPort }: Ports,
): Promise<NodeJS.ProcessEnv> {
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  };
  const home = join(folder, 'home');
  await mkdir(home);
  const lines = [
    `listeners.tcp.1 = 127.0.0.1:${amqpPort}`,
    'management.tcp.ip = 127.0.0.1',
    `management.tcp.port = ${httpPort}`,
    `default_user = ${username}`,
    `default_pass = ${password}`,
    'log.console = true',
    'disk_free_limit.absolute = 1MB',
    // Five seconds otherwise, before the management API says what is in a queue.
    'collect_statistics_interval = 100',
    ...['global.minute', 'basic.minute', 'detailed.10'].map((of) => `management.sample_retention_policies.${of} = 1`),
    `listeners.ssl.1 = 127.0.0.1:${amqpsPort}`,
    `ssl_options.cacertfile = ${await file('ca.pem', tls.authority.cert)}`,
    `ssl_options.certfile = ${await file('cert.pem', tls.server.cert)}`,
    `ssl_options.keyfile = ${await file('key.pem', tls.server.key)}`,
    'ssl_options.verify = verify_peer',
    'ssl_cert_login_from = common_name',
    'auth_mechanisms.1 = PLAIN',
    'auth_mechanisms.2 = EXTERNAL',
  ];
  return {
    ...process.env,
    HOME: home,
    RABBITMQ_NODENAME: `tidecast-${amqpPort}@localhost`,
    RABBITMQ_CONFIG_FILE: await file('rabbitmq.conf', `${lines.join('\n')}\n`),
    RABBITMQ_ENABLED_PLUGINS_FILE: await file('plugins', '[rabbitmq_management, rabbitmq_auth_mechanism_ssl].\n'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_DIST_PORT: String(distributionPort),
    ERL_EPMD_PORT: String(mapperPort),
    // One scheduler that does not spin: tests share the cores.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none',
  };
}
