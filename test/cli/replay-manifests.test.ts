import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplayResult } from '../../src/replay/result.js';
import { officeHours } from '../replay/load.js';
import { temporaryFolder } from '../support/programs.js';
import { runCli } from './run-cli.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
const inFolder = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  folder = await temporaryFolder();
  const series = officeHours();
  const rows = [...series.values].map((value, i) => `${series.timeAt(i) / 1_000},${value}`);
  await writeFile(inFolder('load.csv'), ['timestamp,value', ...rows].join('\n'));
});
afterAll(() => folder.remove());

/** Five days of office hours, of which the last is replayed; a replica serves 10. */
const replay = (...more: string[]) =>
  runCli([
    'replay',
    ...['--csv', inFolder('load.csv'), '--model', 'ridge', '--report', '1d', '--history', '3d', '--step', '5m'],
    ...['--capacity', '10', '--no-pareto', ...more],
  ]);

/** What a replay assumes of an HPA without being told: 70 % of 10, and Kubernetes' defaults. */
const DEFAULT_HPA = `\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: shop }
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: shop }
  minReplicas: 1
  maxReplicas: 1000
  metrics:
    - type: External
      external:
        metric: { name: load }
        target: { type: AverageValue, averageValue: '7' }
`;
const DEFAULT_OBJECT = `\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: { name: shop }
spec:
  scaleTargetRef: { name: shop }
  pollingInterval: 30
  cooldownPeriod: 300
  initialCooldownPeriod: 0
  minReplicaCount: 1
  maxReplicaCount: 1000
  triggers:
    - type: prometheus
      metricType: AverageValue
      metadata: { threshold: '7', activationThreshold: '0' }
`;

describe('replay against what runs now', () => {
  it('finds exactly the same with manifests that spell out the defaults', async () => {
    await writeFile(inFolder('hpa.yaml'), DEFAULT_HPA);
    await writeFile(inFolder('so.yaml'), DEFAULT_OBJECT);
    const plain = JSON.parse((await replay('--json')).stdout) as ReplayResult;
    const files = ['--hpa', inFolder('hpa.yaml'), '--scaled-object', inFolder('so.yaml')];
    const told = JSON.parse((await replay('--json', ...files)).stdout) as ReplayResult;
    expect(told.policies).toEqual(plain.policies);
    expect(told.worstHour).toEqual(plain.worstHour);
    expect(told.settings.scaledObject.source!.fields).toContain('cooldownPeriod');
  });

  it('lets everything on KEDA aim where the ScaledObject does, whatever the HPA beside it aims at', async () => {
    const object = ['--scaled-object', 'deploy/samples/predictkube.yaml'];
    const podHours = async (...files: string[]) => {
      const { policies } = JSON.parse((await replay('--json', ...files)).stdout) as ReplayResult;
      return new Map(policies.map(({ name, outcome }) => [name, outcome.podHours]));
    };
    const [alone, both] = [
      await podHours(...object),
      await podHours(...object, '--hpa', 'deploy/aggregated-api/hpa.yaml'),
    ];
    for (const name of ['tidecast', 'keda', 'predictkube', 'predict-linear', 'seasonal-naive', 'kedastral', 'cron']) {
      expect(both.get(name), name).toBe(alone.get(name));
    }
    // Its target is half as high.
    expect(both.get('hpa')! / alone.get('hpa')!).toBeGreaterThan(1.8);
  });

  it('names what it took from the files, on the terminal and in the report', async () => {
    const html = inFolder('report.html');
    const files = ['--hpa', 'deploy/aggregated-api/hpa.yaml', '--scaled-object', 'deploy/samples/predictkube.yaml'];
    const { status, stdout } = await replay(...files, '--max', '45', '--scrape-interval', '30s', '--html', html);
    expect(status).toBe(0);
    const facts = [
      'minReplicas, metrics of HorizontalPodAutoscaler checkout of deploy/aggregated-api/hpa.yaml; 2 to 45 replicas; beside it the CPU at 80 %',
      'minReplicaCount, pollingInterval, cooldownPeriod, triggers of ScaledObject predictkube-scaledobject of deploy/samples/predictkube.yaml; KEDA aims at 1000 % of the capacity; cooldown 2h',
      'scraped every 30s, rate over 2m, delayed by 1s',
    ];
    const page = await readFile(html, 'utf8');
    for (const fact of facts) {
      expect(stdout).toContain(fact);
      expect(page).toContain(`<dd>${fact}</dd>`);
    }
  });

  it.each([
    ['a file that is not there', ['--hpa', 'nowhere.yaml'], '--hpa: cannot read nowhere.yaml'],
    ['the kind of the other flag', ['--scaled-object', 'deploy/aggregated-api/hpa.yaml'], 'no ScaledObject found'],
    ['a window of one scrape', ['--rate-window', '20s'], '--rate-window is 20s; expected 0 for a gauge, or at least'],
    ['scrapes between seconds', ['--scrape-interval', '1500ms'], 'Expected whole seconds'],
    ['a delay that is no duration', ['--adapter-delay', 'soon'], '--adapter-delay'],
  ])('refuses %s', async (_, flags, message) => {
    const { status, stderr } = await replay(...flags);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
