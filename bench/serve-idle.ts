/**
 * What idle connections cost the aggregated API: `npm run bench:serve-idle`. Opens 10,000 over TLS, of clients without a
 * certificate and then of the front proxy, and looks at the server's memory and at a health probe on a new connection.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import Table from 'cli-table3';
import type { ServerAddresses, ServerUsage } from './serve-server.js';
import { describeRun, resultFile, writeResult } from './support/result-file.js';

const CONNECTIONS = 10_000;
const AT_ONCE = 50;

interface Measurement {
  readonly scenario: string;
  readonly opened: number;
  /** Those that the server has not ended. */
  readonly kept: number;
  /** Of the server, more than without the connections. */
  readonly addedMiB: number;
  readonly kibPerConnection: number;
  /** `GET /livez` on a new connection while the others are open, handshake included. */
  readonly probeMs: number;
}

const server = fork(new URL('./serve-server.ts', import.meta.url));
try {
  const [{ endpoints }] = (await once(server, 'message')) as [ServerAddresses];
  const { url, secured } = Object.values(endpoints).find((endpoint) => endpoint.secured !== undefined)!;
  const { ca, cert, key, servername } = secured!;
  const { hostname: host, port } = new URL(url);
  const stranger: ConnectionOptions = { host, port: Number(port), ca, servername };
  const measurements = [
    await measure('clients without a certificate', stranger),
    await measure('the front proxy', { ...stranger, cert, key }),
  ];
  report(measurements);
} finally {
  server.kill();
}

async function measure(scenario: string, options: ConnectionOptions): Promise<Measurement> {
  const restingMiB = await memoryMiB();
  const sockets: TLSSocket[] = [];
  while (sockets.length < CONNECTIONS) {
    const opened = Array.from({ length: AT_ONCE }, () => connect(options));
    await Promise.all(opened.map(settled));
    sockets.push(...opened);
  }
  const probeMs = await probe(options);
  const kept = sockets.filter((socket) => !socket.destroyed && !socket.readableEnded).length;
  const addedMiB = (await memoryMiB()) - restingMiB;
  for (const socket of sockets) socket.destroy();
  return {
    scenario,
    opened: sockets.length,
    kept,
    addedMiB,
    kibPerConnection: Math.round((addedMiB * 1_024) / Math.max(1, kept)),
    probeMs,
  };
}

/** Open and idle, or ended by the server. */
async function settled(socket: TLSSocket): Promise<void> {
  socket.on('error', () => undefined);
  socket.resume();
  await Promise.race([once(socket, 'secureConnect'), once(socket, 'close')]);
}

/** @throws when it is not answered with 200 */
async function probe({ host, port, ca, servername }: ConnectionOptions): Promise<number> {
  const startedMs = performance.now();
  const sent = get({ host, port, path: '/livez', agent: false, ca, servername });
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  if (response.statusCode !== 200) throw new Error(`the probe was answered with ${response.statusCode}`);
  return performance.now() - startedMs;
}

async function memoryMiB(): Promise<number> {
  server.send('usage');
  const [{ rssMiB }] = (await once(server, 'message')) as [ServerUsage];
  return rssMiB;
}

function report(measurements: readonly Measurement[]): void {
  const table = new Table({
    head: ['10,000 idle connections of', 'opened', 'kept', 'added MiB', 'KiB each', 'probe ms'],
    colAligns: ['left', ...Array<'right'>(5).fill('right')],
    style: { head: [], border: [], compact: true },
  });
  for (const { scenario, opened, kept, addedMiB, kibPerConnection, probeMs } of measurements) {
    table.push([scenario, opened, kept, addedMiB, kibPerConnection, probeMs.toFixed(1)]);
  }
  process.stdout.write(`${table.toString()}\n`);
  writeResult(resultFile('serve-idle'), { benchmark: 'serve-idle', ...describeRun(), measurements });
}
