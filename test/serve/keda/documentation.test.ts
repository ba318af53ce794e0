import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { SelfMetrics } from '../../../src/serve/self/metrics.js';
import { runCli } from '../../cli/run-cli.js';

const documentation = readFileSync(new URL('../../../docs/keda.md', import.meta.url), 'utf8');

it('the flags in the documentation exist', async () => {
  const { stdout } = await runCli(['serve', '--help']);
  const flags = new Set(documentation.match(/--(?:grpc|predictkube)-[a-z-]+/g));
  expect(flags.size).toBeGreaterThan(4);
  for (const flag of flags) expect(stdout).toContain(flag);
});

it('the manifests in the documentation are YAML', () => {
  const blocks = [...documentation.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text!);
  expect(blocks.length).toBeGreaterThan(4);
  for (const block of blocks) {
    for (const { errors, warnings } of parseAllDocuments(block)) expect([...errors, ...warnings]).toEqual([]);
  }
});

it('the metrics in the documentation exist, with their labels', () => {
  const all = new SelfMetrics().registry.getMetricsAsArray() as unknown as { name: string; labelNames: string[] }[];
  const known = all.map(({ name, labelNames }) => `${name} ${labelNames.join(',')}`);
  const rows = [...documentation.matchAll(/^\| `(tidecast_\w+)(?:\{([\w,]+)\})?`/gm)];
  expect(rows).toHaveLength(3);
  for (const [, name, labels = ''] of rows) expect(known).toContain(`${name} ${labels}`);
});
