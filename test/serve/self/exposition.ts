import { buildApp } from '../../../src/serve/http-server.js';
import { SelfMetrics } from '../../../src/serve/self/metrics.js';
import { workloadGauges } from '../../../src/serve/self/workload-gauges.js';
import type { FakeServiceView } from '../../support/fake-service-view.js';

/** What one scrape of `/metrics` returns. */
export async function scrape(view: FakeServiceView, metrics: SelfMetrics): Promise<string> {
  const app = buildApp({ view, metrics, isShuttingDown: () => false });
  try {
    const response = await app.inject('/metrics');
    if (response.statusCode !== 200) throw new Error(`/metrics answered ${response.statusCode}: ${response.body}`);
    return response.body;
  } finally {
    await app.close();
  }
}

/** The gauges of the workloads alone, without a server. */
export async function gauges(view: FakeServiceView): Promise<string> {
  let text = '';
  for await (const part of workloadGauges(view)) text += part;
  return text;
}

/** The samples of one metric, each written as `{labels} value` or `value`, in the order they were scraped. */
export function samples(text: string, name: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => line.slice(name.length).trim());
}
