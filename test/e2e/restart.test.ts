import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SqliteStore } from '../../src/store/sqlite-store.js';
import { PROMETHEUS_PROGRAMS, type RunningPrometheus, startPrometheus } from '../support/prometheus.js';
import { describeWithPrograms, startProgram, temporaryFolder } from '../support/programs.js';
import { type Reply, type ScriptedServer, startScriptedServer } from '../support/scripted-server.js';
import { PROGRAM, type Served, buildProgram, sample, serve } from './built-program.js';
import { loadHistory } from './load.js';
import { AskedService, quantity } from './service.js';

const POINTS_OF_A_WEEK = 7 * 24 * 30 + 1;
/** A decision is made every 30 s at most; some more for a busy machine. */
const ONE_POLL_MS = 45_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let running: Served[] = [];

beforeAll(async () => {
  await buildProgram();
  folder = await temporaryFolder();
}, 120_000);
afterEach(async () => {
  await Promise.all(running.map(({ program }) => program.kill()));
  running = [];
});
afterAll(() => folder.remove());

async function start(...args: Parameters<typeof serve>): Promise<Served> {
  const served = await serve(...args);
  running.push(served);
  return served;
}

/** Passes requests on to another server. */
function forwardTo(url: string): Reply {
  return async ({ method, path, body, headers }, response) => {
    const type = headers['content-type'] ?? 'text/plain';
    const answer = await fetch(`${url}${path}`, { method, body, headers: { 'content-type': type } });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(await answer.text());
  };
}

/** Grid points that the range queries received so far have asked for. */
function pointsAsked({ requests }: ScriptedServer): number {
  return requests
    .filter(({ path }) => path.endsWith('/query_range'))
    .map(({ params }) => ['start', 'end', 'step'].map((name) => Number(params.get(name))) as [number, number, number])
    .reduce((sum, [from, to, step]) => sum + (to - from) / step + 1, 0);
}

describeWithPrograms(PROMETHEUS_PROGRAMS, 'tidecast serve, killed and started again on its store', () => {
  let prometheus: RunningPrometheus;
  let proxy: ScriptedServer;
  beforeAll(async () => {
    prometheus = await startPrometheus({ openMetrics: loadHistory(Date.now()) });
    proxy = await startScriptedServer();
  });
  afterAll(() => Promise.all([proxy.close(), prometheus.stop()]));

  it('serves before its source answers, and asks only for what is missing', async () => {
    const file = join(folder.path, 'predictkube.yaml');
    const store = join(folder.path, 'killed.db');
    await writeFile(file, sample('predictkube.yaml', proxy.url).replace('pollingInterval: 30', 'pollingInterval: 5'));
    const names = ['some-namespace', 'predictkube-scaledobject'] as const;
    proxy.always(forwardTo(prometheus.url));

    const first = await start([file], { store });
    const before = await new AskedService(first.url, ...names).until(({ state }) => state === 'fresh', ONE_POLL_MS);
    expect(pointsAsked(proxy)).toBeGreaterThanOrEqual(POINTS_OF_A_WEEK);
    await first.program.kill();

    proxy.clear();
    proxy.silence();
    const again = await start([file], { store });
    const service = new AskedService(again.url, ...names);
    // The very first question after it listens; nothing has come from the source.
    const { status, body } = await service.externalMetric();
    expect(status).toBe(200);
    expect(quantity(body.items![0]!.value)).toBeGreaterThan(0.9 * before.value!);
    expect((await service.workload()).reason).toMatch(/restarted, and the source has not answered yet|no answer/);
    expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
    const explained = await service.explain(before.decidedAt!);
    expect(explained).toMatchObject({ at: before.decidedAt, value: before.value });

    proxy.speak();
    proxy.always(forwardTo(prometheus.url));
    const requests = proxy.requests.length;
    await service.until(({ state }) => state === 'fresh', ONE_POLL_MS);
    expect(requests).toBeGreaterThan(0);
    // Some steps of overlap and what is new, asked for twice: by the request that was not answered, and by its repetition.
    expect(pointsAsked(proxy)).toBeLessThan(0.01 * POINTS_OF_A_WEEK);
  }, 150_000);
});

describe('tidecast serve', () => {
  /** Nothing listens there. */
  const NOWHERE = 'http://127.0.0.1:9';
  let file: string;
  beforeAll(async () => {
    file = join(folder.path, 'nowhere.yaml');
    await writeFile(file, sample('predictkube.yaml', NOWHERE));
  });

  it('serves errors with their reason while there is no Prometheus, and is ready to do so', async () => {
    const { url, log } = await start([file]);
    const service = new AskedService(url, 'some-namespace', 'predictkube-scaledobject');
    await service.until(({ state }) => state === 'stale', ONE_POLL_MS);
    const { status, body } = await service.externalMetric();
    expect(status).toBe(503);
    expect(body.message).toContain('The load is unknown');
    expect(body.message).toContain('ECONNREFUSED');
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(log().map(({ level, state }) => ({ level, state }))).toContainEqual({ level: 40, state: 'stale' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s is not ready any more, answers what is asked, and ends with 0',
    async (signal) => {
      const store = join(folder.path, `${signal}.db`);
      const { url, program } = await start([file], { store });
      await new AskedService(url, 'some-namespace', 'predictkube-scaledobject').until(
        ({ state }) => state === 'stale',
        ONE_POLL_MS,
      );
      // A question under way: its last line comes after the signal.
      const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8');
      let answer = '';
      socket.on('data', (text: string) => (answer += text));
      const answered = new Promise((resolve) => socket.once('close', resolve));
      socket.write('GET /readyz HTTP/1.1\r\nHost: tidecast\r\n');
      // Another one, answered, shows that the first has arrived.
      await fetch(`${url}/healthz`);
      process.kill(program.pid, signal);
      await expect
        .poll(
          () =>
            fetch(`${url}/healthz`).then(
              () => 'accepted',
              () => 'refused',
            ),
          { timeout: 5_000 },
        )
        .toBe('refused');
      socket.write('\r\n');
      await answered;
      expect(answer).toMatch(/^HTTP\/1\.1 503 /);
      expect(await program.exited()).toBe(0);
      expect(program.output()).not.toMatch(/"level":(50|60)/);

      const written = SqliteStore.open(store);
      expect(
        await written.decisions(
          'some-namespace/predictkube-scaledobject/s0-predictkube-predictkube_metric',
          { fromMs: 0, toMs: Infinity },
          10,
        ),
      ).not.toEqual([]);
      await written.close();
    },
  );

  it('says that a port is taken, and ends with 2', async () => {
    const { url } = await start([file]);
    const { port } = new URL(url);
    const second = await startProgram(process.execPath, [
      PROGRAM,
      'serve',
      file,
      '--store',
      'memory',
      '--listen',
      `:${port}`,
    ]);
    expect(await second.exited()).toBe(2);
    expect(second.output()).toContain(`tidecast: port ${port} on 127.0.0.1 is already in use`);
    expect(second.output()).not.toMatch(/^ +at /m);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('refuses the store of another process that runs, and ends with 1', async () => {
    const store = join(folder.path, 'shared.db');
    await start([file], { store });
    const second = await startProgram(process.execPath, [PROGRAM, 'serve', file, '--store', store, '--listen', ':0']);
    expect(await second.exited()).toBe(1);
    expect(second.output()).toContain(`tidecast: store ${store}`);
    expect(second.output()).not.toMatch(/^ +at /m);
  });
});

describe('the built program', () => {
  const run = (...args: readonly string[]): ReturnType<typeof startProgram> =>
    startProgram(process.execPath, [PROGRAM, ...args]);

  it('knows its version', async () => {
    const program = await run('--version');
    expect(await program.exited()).toBe(0);
    expect(program.output()).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('ends with 2 where it is called in the wrong way', async () => {
    expect(await (await run('serv')).exited()).toBe(2);
  });

  it('takes it for no error when the reader of its output has seen enough', async () => {
    const script = `"${process.execPath}" "${PROGRAM}" backtest --help | head -n 1; exit "\${PIPESTATUS[0]}"`;
    const program = await startProgram('bash', ['-c', script]);
    expect(await program.exited()).toBe(0);
    expect(program.output()).toBe('Usage: tidecast backtest [options]\n');
  });
});
