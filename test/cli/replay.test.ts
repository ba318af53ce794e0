import { existsSync } from 'node:fs';
import { readFile, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { ReplayResult } from '../../src/replay/result.js';
import { DAY_MS } from '../../src/core/duration.js';
import { HttpServer } from '../../src/serve/http-server.js';
import { SelfMetrics } from '../../src/serve/self/metrics.js';
import { DAYS, officeHours, STEP_MS } from '../replay/load.js';
import { FakeServiceView, aStatus, aWorkload } from '../support/fake-service-view.js';
import { aScaledObject } from '../support/fake-scaled-objects.js';
import { temporaryFolder } from '../support/programs.js';
import { runCli } from './run-cli.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let csv: string;
const inFolder = (name: string): string => join(folder.path, name);
const series = officeHours();

beforeAll(async () => {
  folder = await temporaryFolder();
  csv = inFolder('load.csv');
  const rows = [...series.values].map((value, i) => `${series.timeAt(i) / 1_000},${value}`);
  await writeFile(csv, ['timestamp,value', ...rows].join('\n'));
});
afterAll(() => folder.remove());

/** Five days of office hours, of which the last is replayed; a replica serves 10, and takes five minutes to start. */
const flags = [
  '--model',
  'ridge',
  '--report',
  '1d',
  '--history',
  '3d',
  '--step',
  '5m',
  '--capacity',
  '10',
  '--startup',
  '5m',
  '--startup-p95',
  '5m',
];
const replay = (...more: string[]) => runCli(['replay', '--csv', csv, ...flags, '--no-pareto', ...more]);

describe('replay', () => {
  it('prints a table of all policies, a plot and what was assumed', async () => {
    const { status, stdout, stderr } = await replay();
    expect(status).toBe(0);
    expect(stdout).toContain('(1d, ');
    expect(stdout).toContain('after 4d of history; model ridge');
    expect(stdout).toContain('One replica serves 10, as --capacity says; pods start in 300 s; lead time 6m18s.');
    const names = ['tidecast', 'hpa', 'static', 'keda', 'cron', 'predict-linear', 'predictkube', 'phpa', 'crane'];
    const lines = stdout.split('\n');
    const rows = lines.slice(lines.findIndex((line) => line.startsWith('POLICY')) + 2, -1);
    expect(rows.slice(0, 9).map((line) => line.split(' ')[0])).toEqual(names);
    expect(stdout).toMatch(/pods\n +\d+ ┤/);
    expect(stderr).toContain('forecasting: 100%');
    expect(stderr).toContain('replaying: 100% (12 of 12)');
  });

  it('prints the whole result as JSON', async () => {
    const { stdout } = await replay('--json');
    const result = JSON.parse(stdout) as ReplayResult;
    expect(result.policies).toHaveLength(12);
    expect(result).toMatchObject({ capacityPerReplica: 10, pareto: [], objective: null, assertion: null });
  });

  it('exits with 1 when the assertion is violated, and with 0 when it is met', async () => {
    const violated = await replay('--assert', 'pod_hours<=0.9*oracle');
    expect(violated.status).toBe(1);
    expect(violated.stdout).toMatch(/Assertion: violated: pod_hours<=0.9\*oracle \([\d.k]+ against [\d.k]+\)/);
    const met = await replay('--mode', 'active', '--assert', 'short<=1% and pod_hours<=2*hpa');
    expect(met.status).toBe(0);
    expect(met.stdout).toContain('Assertion: met: short<=1%');
  });

  it('chooses a setting for an objective and prints it as YAML that can be applied', async () => {
    const { stdout } = await replay('--objective', 'short<=1%');
    expect(stdout).toMatch(/Objective short<=1%: the best of \d+ settings, chosen on /);
    const yaml = parse(stdout.slice(stdout.indexOf('advanced:'))) as {
      triggers: { type: string; metadata: Record<string, string> }[];
    };
    expect(yaml.triggers).toHaveLength(1);
    expect(yaml.triggers[0]).toMatchObject({
      type: 'predictkube',
      metadata: { queryStep: '5m', historyTimeWindow: '3d' },
    });
    expect(Number(yaml.triggers[0]!.metadata['threshold'])).toBeGreaterThan(0);
  });

  it('writes every sync, from which the minutes short can be counted again', async () => {
    const file = inFolder('decisions.csv');
    const { stdout } = await replay('--json', '--decisions', file);
    const result = JSON.parse(stdout) as ReplayResult;
    const [header, ...rows] = (await readFile(file, 'utf8')).trim().split('\n');
    expect(header).toBe('policy,time,served,ready,desired');
    // A day of syncs every 15 s for each policy.
    expect(rows).toHaveLength(12 * 5_760);
    for (const { name, outcome } of result.policies) {
      const own = rows.map((row) => row.split(',')).filter(([policy]) => policy === name);
      const short = own.filter(([, time, , ready]) => loadAt(Number(time)) > 10 * Number(ready)).length / 4;
      // Each sync stands for a quarter of a minute; an episode may begin and end in between.
      expect(Math.abs(short - outcome.minutesShort)).toBeLessThanOrEqual(0.5 * Math.max(1, outcome.episodes.length));
    }
  });

  it('writes a report for a browser', async () => {
    const file = inFolder('report.html');
    await replay('--html', file);
    const html = await readFile(file, 'utf8');
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain('minutes short');
  });

  it('says what else was assumed, as told by the flags', async () => {
    const starts = inFolder('starts.csv');
    await writeFile(starts, 'seconds\n100\n100\n100\n100\n200\n');
    const args = ['--model', 'ridge', '--report', '1d', '--history', '3d', '--step', '5m', '--capacity', '10'];
    const assumed = ['--startup-samples', starts, '--pods-per-node', '8', '--node-startup', '2m', '--termination', '0'];
    const load = ['--noise', '0.2', '--noise-correlation', '30s', '--queue', '--hpa-metric', 'cpu'];
    const run = ['replay', '--csv', csv, '--no-pareto', ...args, ...assumed, ...load];
    const { status, stdout } = await runCli(run);
    expect(status).toBe(0);
    // 0.95 lies at 3.8 of the 4 steps between five samples; a node of 120 s, a sync of 15 s, and a fifth.
    expect(stdout).toContain('pods start in 100 s (median), 180 s (95th percentile), as 5 starts were measured');
    expect(stdout).toContain('lead time 6m18s.');
    expect(stdout).toContain('nodes: room for 8 pods each; a new one takes 2m');
    expect(stdout).toContain('noise within the steps: 20 %, lasting 30s');
    expect(stdout).toContain('pods are gone after: 0s');
    expect(stdout).toContain('the HPA looks at: the CPU of its pods');
    expect(stdout).toContain('what finds no capacity: waits');
  });

  it('leaves no part of the file of syncs when it is interrupted', async () => {
    const file = inFolder('partial.csv');
    const interrupted = new AbortController();
    interrupted.abort();
    const { status } = await runCli(['replay', '--csv', csv, ...flags, '--decisions', file], {
      signal: interrupted.signal,
    });
    expect(status).not.toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  it.each(['--csv', '--startup-samples', '--hpa', '--scaled-object'])('writes nothing over %s', async (input) => {
    const file = inFolder('input.csv');
    await writeFile(file, 'as it was');
    const link = inFolder('link.csv');
    await symlink(file, link);
    for (const output of ['--decisions', '--html']) {
      const { status, stderr } = await runCli(['replay', input, file, output, link]);
      expect(status).toBe(2);
      expect(stderr).toContain(`${output} and ${input} are the same file, ${link}; expected another one to write to`);
    }
    await unlink(link);
    expect(await readFile(file, 'utf8')).toBe('as it was');
  });

  it.each([
    ['no source', ['replay'], 'give --csv FILE, --prometheus URL and --query PROMQL, or --service URL'],
    ['a file that is no load', ['replay', '--csv', 'package.json'], 'package.json, line 1: the header is'],
    ['two sources', ['--service', 'http://127.0.0.1:9'], '--csv and --service exclude each other'],
    ['a service without a workload', ['replay', '--service', 'http://x'], '--service needs --workload'],
    [
      'a service that is no address',
      ['replay', '--service', 'x', '--workload', 'a/b'],
      '--service: "x" is not an http',
    ],
    ['bounds the wrong way round', ['--min', '9', '--max', '3'], '--min is 9 and --max 3'],
    ['a target that nothing chooses', ['--target', '10.5'], 'Expected a share above 0 and up to 10, such as 0.7.'],
    ['a report of an instant', ['--report', '7s'], 'Expected at least 1h.'],
    ['a refit at every sample', ['--refit', '1m'], 'Expected at least 1h.'],
    ['more servers than can be computed', ['--request-time', '1ms', '--concurrency', '1001'], 'Expected at most 1000.'],
    ['a model that never forecasts', ['--step', '1h', '--model', 'ridge'], 'too few for a forecast by ridge; expected'],
    ['a quantile no forecast holds', ['--quantile', '0.999'], 'Expected a level from 0.05 to 0.99.'],
    [
      'a start-up shorter at p95',
      ['--startup', '5m', '--startup-p95', '1m'],
      '--startup-p95 is shorter than --startup',
    ],
    ['a condition with a slip', ['--assert', 'shrt<=1'], '"shrt" in "shrt<=1": expected one of short,'],
    ['a load too short', ['--history', '7d'], 'expected more than a history of 7d'],
    ['a hold that no HPA accepts', ['--hold', '61m'], 'Expected at most 1h, as an HPA does.'],
    [
      'a start beyond what is forecast',
      ['--startup', '100d', '--startup-p95', '100d'],
      'the lead time is 120d18s, from a start to Ready and with its margin; expected at most the 2h that are forecast',
    ],
    ['a margin beyond what is forecast', ['--lead-margin', '2h'], 'the lead time is 2h6m, from a start'],
    ['a condition on response times that are not replayed', ['--assert', 'p95<=1'], '"p95<=1" is about response times'],
    [
      'tidecast held against itself',
      ['--assert', 'churn<=tidecast'],
      '"tidecast" in "churn<=tidecast": expected a number',
    ],
    ['a step beyond what is forecast', ['--step', '3h'], 'the step of the history is 3h; expected at most the 2h'],
    ['more replicas than Kubernetes counts', ['--max', '99999999999'], 'Expected a whole number from 1 to 2147483647.'],
    ['as many at least', ['--min', '2147483648'], 'Expected a whole number from 0 to 2147483647.'],
    ['pods that never go', ['--termination', '100d'], 'Expected at most 6h.'],
    ['a scrape a day', ['--scrape-interval', '1d'], 'Expected at most 1h.'],
    ['a rate over a day', ['--rate-window', '1d'], 'Expected at most 6h.'],
    ['an adapter that takes a day', ['--adapter-delay', '1d'], 'Expected at most 1h.'],
    ['requests that take hours', ['--request-time', '2h'], 'Expected at most 10m.'],
    ['noise that lasts a day', ['--noise', '0.1', '--noise-correlation', '1d'], 'Expected at most 1h.'],
    ['a correlation of no noise', ['--noise-correlation', '30s'], '--noise-correlation needs --noise SHARE: how much'],
    ['concurrency of no requests', ['--concurrency', '4'], '--concurrency needs --request-time DURATION: how long'],
    ['a query to a file', ['--query', 'up'], '--query needs --prometheus URL: the server that is asked'],
    ['a user for a file', ['--username', 'ann'], '--username needs --prometheus URL'],
    ['a workload of a file', ['--workload', 'shop/checkout'], '--workload needs --service URL: the running tidecast'],
    ...[
      ['--hold', '2m'],
      ['--target', '0.6'],
      ['--quantile', '0.9'],
      ['--lead-margin', '5m'],
    ].map((told): [string, string[], string] => [
      `an objective beside ${told[0]!}`,
      [...told, '--objective', 'short<=1%'],
      `${told[0]!} and --objective exclude each other: an objective chooses --quantile, --target, --lead-margin, --hold itself`,
    ]),
    ['noise above 1', ['--noise', '1.5'], 'Expected a share above 0 and up to 1'],
    ['nodes without their start', ['--pods-per-node', '8'], '--pods-per-node needs --node-startup DURATION'],
    ['a start of nodes without their room', ['--node-startup', '2m'], '--node-startup needs --pods-per-node N'],
    ['measured and assumed starts', ['--startup-samples', 'x.csv'], "'--startup-samples <file>' cannot be used with"],
    ['a metric that no HPA has', ['--hpa-metric', 'ram'], 'Allowed choices are load, cpu.'],
    [
      'a missing file of starts',
      ['replay', '--csv', 'x.csv', '--startup-samples', '/nowhere/x.csv'],
      '--startup-samples: cannot read /nowhere/x.csv',
    ],
    ['a report that cannot be written', ['--html', '/nowhere/x.html'], '--html: cannot write /nowhere/x.html'],
    ['a report in place of a folder', ['--html', '/'], '--html: cannot write /: it is a folder'],
    [
      'a report twice',
      ['--html', '/tmp/tidecast-no-report', '--decisions', '/tmp/./tidecast-no-report'],
      '--html and --decisions are the same file, /tmp/tidecast-no-report',
    ],
    ['a file that cannot be written', ['--decisions', '/nowhere/x.csv'], '--decisions: cannot write /nowhere/x.csv'],
  ])('refuses %s', async (_, args, message) => {
    const { status, stderr } = await runCli(args[0] === 'replay' ? args : ['replay', '--csv', csv, ...flags, ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('replay --service', () => {
  const workload = aWorkload({
    stepMs: STEP_MS,
    historyWindowMs: DAYS * DAY_MS,
    targetPerReplica: 14,
    quantile: 0.75,
    model: 'ridge',
    leadTimeMs: 600_000,
    bounds: { minReplicaCount: 3, maxReplicaCount: 33 },
  });
  const view = new FakeServiceView(aStatus({ workload, forecast: null }));
  const server = new HttpServer({ view, metrics: new SelfMetrics(), host: '127.0.0.1', port: 0 });
  let url: string;
  view.nowMs = series.lastMs;
  view.setHistory(workload.id, series);
  beforeAll(async () => {
    url = await server.start();
  });
  afterAll(() => server.close());

  it('replays what a running service has in memory, the later part of it', async () => {
    const args = ['--service', url, '--workload', 'shop/checkout', '--capacity', '10', '--no-pareto', '--json'];
    const { status, stdout, stderr } = await runCli(['replay', ...args]);
    expect([status, stderr.includes('error')]).toEqual([0, false]);
    const { report, load } = JSON.parse(stdout) as ReplayResult;
    // Four sevenths of five days are 68 whole hours.
    expect(report.fromMs - load.startMs).toBe(68 * 3_600_000);
    expect(load).toMatchObject({ stepMs: STEP_MS, gaps: 0 });
  });

  it('takes the workload as it is configured, but for what the flags say', async () => {
    const args = ['--service', url, '--workload', 'shop/checkout', '--no-pareto', '--json'];
    const asked = async (...more: string[]): Promise<ReplayResult> =>
      JSON.parse((await runCli(['replay', ...args, ...more])).stdout) as ReplayResult;
    const configured = await asked();
    // Its target is 70 % of what a replica can serve.
    expect(configured.capacityPerReplica).toBeCloseTo(20, 10);
    expect(configured.settings.capacitySource).toBe('as the target of the workload is taken for 70 % of it');
    // Ten minutes, less (120 + 15) s and a fifth.
    const setting = { quantile: 0.75, leadMarginMs: 438_000 };
    expect(configured.settings).toMatchObject({ model: 'ridge', bounds: { min: 3, max: 33 }, setting });
    const flags = ['--capacity', '10', '--quantile', '0.9', '--max', '50', '--lead-margin', '0'];
    const told = await asked(...flags);
    expect(told.capacityPerReplica).toBe(10);
    // 14, of 10 that one can serve.
    expect(told.settings).toMatchObject({ hpaUtilization: 1.4 });
    const other = { quantile: 0.9, leadMarginMs: 0, targetUtilization: 1.4 };
    expect(told.settings).toMatchObject({ model: 'ridge', bounds: { min: 3, max: 50 }, setting: other });
  });

  it('takes behaviour, idling and cooldown from its ScaledObject', async () => {
    const behavior = {
      scaleUp: { policies: [{ type: 'Pods', value: 1, periodS: 60 }], tolerance: 0.05 },
      scaleDown: { selectPolicy: 'Min', stabilizationWindowS: 480 },
    } as const;
    const bounds = { minReplicaCount: 3, maxReplicaCount: 33, idleReplicaCount: 0 };
    const object = aScaledObject({ behavior, bounds, cooldownMs: 600_000, initialCooldownMs: 60_000 });
    view.scaledObjects.set({ object, composition: null, pollErrors: [] });
    const args = ['--service', url, '--workload', 'shop/checkout', '--capacity', '10', '--no-pareto', '--json'];
    const { settings } = JSON.parse((await runCli(['replay', ...args])).stdout) as ReplayResult;
    expect(settings).toMatchObject({
      hpa: { behavior, bounds: null },
      scaledObject: { behavior, idleReplicaCount: 0, cooldownPeriodS: 600, initialCooldownPeriodS: 60 },
      setting: { holdS: 480 },
    });
  });
});

/** Linear between the samples. */
function loadAt(seconds: number): number {
  const position = (seconds * 1_000 - series.startMs) / series.stepMs;
  const left = Math.floor(position);
  const [before, after] = [series.values[left]!, series.values[left + 1] ?? series.values[left]!];
  return before + (position - left) * (after - before);
}
