import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { startLocalMode, type LocalModeProps } from '../../src/run/local-mode.js';
import { SystemClock } from '../../src/run/system-clock.js';
import { rangeOf } from '../cli/fake-prometheus.js';
import { json, startScriptedServer, type ScriptedServer } from '../support/scripted-server.js';
import { temporaryFolder } from '../support/programs.js';
import { aFastWorkload, wave } from './running.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let prometheus: ScriptedServer;
beforeAll(async () => {
  [folder, prometheus] = await Promise.all([temporaryFolder(), startScriptedServer()]);
});
afterEach(() => {
  prometheus.clear();
});
afterAll(() => Promise.all([prometheus.close(), folder.remove()]));

function props(overrides: Partial<LocalModeProps> = {}): LocalModeProps {
  return {
    workloads: [aFastWorkload({ endpoint: { address: prometheus.url } })],
    storePath: 'memory',
    host: '127.0.0.1',
    port: 0,
    clock: new SystemClock(),
    logger: pino({ level: 'silent' }),
    random: () => 0.5,
    ...overrides,
  };
}

/** For the first training, which waits for a thread to start, on a machine that runs other tests. */
const TRAINED_WITHIN_MS = 60_000;

describe('startLocalMode', () => {
  it('decides and serves, and closes everything when stopped', async () => {
    prometheus.always(async (request, response) => {
      const time = Number(request.params.get('time'));
      const vector = [{ metric: {}, value: [time, String(wave(time * 1_000))] }];
      const reply =
        request.path === '/api/v1/query'
          ? json({ status: 'success', data: { resultType: 'vector', result: vector } })
          : rangeOf(wave);
      await reply(request, response);
    });
    const mode = await startLocalMode(props());
    await expect.poll(() => mode.view.workloads()[0]!.decision?.state, { timeout: TRAINED_WITHIN_MS }).toBe('fresh');
    const { workload, decision } = mode.view.workloads()[0]!;
    const shown = (await (await fetch(`${mode.url}/api/v1/workloads/${workload.id}`)).json()) as { value: number };
    expect(shown.value).toBe(decision?.value);
    await mode.stop();
    await expect(fetch(mode.url)).rejects.toThrow();
    const requests = prometheus.requests.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(prometheus.requests.length).toBe(requests);
  }, 90_000);

  it('passes on what the source warns of to the log', async () => {
    const lines: string[] = [];
    prometheus.always(
      json({ status: 'success', data: { resultType: 'vector', result: [] }, warnings: ['half a store'] }),
    );
    const logger = pino({ level: 'warn' }, { write: (line) => lines.push(line) });
    const mode = await startLocalMode(props({ logger }));
    await expect.poll(() => lines.join(''), { timeout: 10_000 }).toContain('the source warns: half a store');
    await mode.stop();
  });

  it('leaves no store open when its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const storePath = join(folder.path, 'store.db');
    await expect(startLocalMode(props({ port, storePath }))).rejects.toThrow(UsageError);
    taken.close();
    // A store that is open belongs to its process; this one can be opened again.
    const mode = await startLocalMode(props({ storePath }));
    await mode.stop();
  });
});
