import { vi } from 'vitest';
import { type RunningPrometheus, startPrometheus } from '../../support/prometheus.js';
import { startScriptedServer, text } from '../../support/scripted-server.js';
import { CANARY, type TriggerWorld } from '../contract/trigger-contract.js';

export const USER = 'scaler';

/** bcrypt of {@link CANARY}, cost 4, made with Python's `crypt`. */
const HASH = '$2b$04$VdIrFrhdDjxBG1A9fjSEwOhcEA62m3iEAyWIxT5hrH2tyE8oT5Rg2';

/**
 * A real Prometheus behind a password. What is filled becomes samples of `queue_size{queue="..."}`, and is there for
 * instant queries for whole seconds.
 */
export async function startScrapedPrometheus(): Promise<Omit<TriggerWorld, 'write'>> {
  const sizes = new Map<string, number>();
  const exporter = await startScriptedServer();
  exporter.always((request, response) => {
    const samples = [...sizes].map(([queue, size]) => `queue_size{queue="${queue}"} ${size}\n`).join('');
    return text(200, samples, { 'content-type': 'text/plain; version=0.0.4' })(request, response);
  });
  const prometheus = await startPrometheus({
    scrape: [{ job: 'queues', target: `127.0.0.1:${exporter.port}`, intervalMs: 200 }],
    webConfig: JSON.stringify({ basic_auth_users: { [USER]: HASH } }),
  });
  return {
    port: prometheus.port,
    fill: async (queue, size) => {
      sizes.set(queue, size);
      await vi.waitFor(() => expectSize(prometheus, queue, size), { timeout: 20_000, interval: 100 });
    },
    kill: () => prometheus.kill(),
    restart: () => prometheus.restart(),
    stop: async () => {
      await prometheus.stop();
      await exporter.close();
    },
  };
}

async function expectSize({ url }: RunningPrometheus, queue: string, size: number): Promise<void> {
  const time = Math.floor(Date.now() / 1000);
  const query = new URLSearchParams({ query: `queue_size{queue="${queue}"} == ${size}`, time: String(time) });
  const Authorization = `Basic ${Buffer.from(`${USER}:${CANARY}`).toString('base64')}`;
  const answer = await fetch(`${url}/api/v1/query?${query.toString()}`, { headers: { Authorization } });
  const { data } = (await answer.json()) as { data: { result: unknown[] } };
  if (data.result.length !== 1) throw new Error(`${queue} is not yet ${size}`);
}
