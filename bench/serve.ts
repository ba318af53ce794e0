/**
 * How fast decisions are served: `npm run bench:serve`. A server with 10,000 workloads whose decisions are given, no
 * Prometheus; load from another process, at a steady rate, on as many cores as there are. The server is one thread: what
 * it bears is what one core bears.
 *
 * For each protocol: latencies at 1,000 requests per second, and at the highest rate found whose p99 stays below 5 ms.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import Table from 'cli-table3';
import type { LoadAnswer, LoadTask } from './serve-load.js';
import type { ServerUsage } from './serve-server.js';
import { mapInChildren } from './support/children.js';
import { describeRun, readResult, resultFile, writeResult, type RunDescription } from './support/result-file.js';

/** What the product promises, with 10,000 workloads asked for every ten seconds. */
const BUDGET = { ratePerSecond: 1_000, p99Ms: 5 };
const SECONDS = 10;
const SEARCH_SECONDS = 4;
/** The search ends when it knows the highest rate this closely. */
const SEARCH_PRECISION = 0.05;

interface Measurement extends Omit<LoadAnswer, 'sent'> {
  readonly scenario: string;
  readonly ratePerSecond: number;
  readonly budgetP99Ms: number | null;
  /** Of the server, on all its threads. Unlike latencies, it hardly depends on what else the machine does. */
  readonly cpuMicrosPerRequest: number;
  readonly rssMiB: number;
}

type Protocol = LoadTask['protocol'];
const NAMES = { http: 'external metrics over HTTP', grpc: 'GetMetrics over gRPC' } as const;

const server = fork(new URL('./serve-server.ts', import.meta.url));
try {
  const [urls] = (await once(server, 'message')) as [Record<Protocol, string>];
  const measurements: Measurement[] = [];
  for (const protocol of ['http', 'grpc'] as const) measurements.push(...(await measure(protocol, urls[protocol])));
  report(measurements);
} finally {
  server.kill();
}

async function measure(protocol: Protocol, url: string): Promise<Measurement[]> {
  const run = (ratePerSecond: number, seconds: number): Promise<LoadAnswer> =>
    load({ protocol, url, ratePerSecond, seconds });
  const measurement = async (
    scenario: string,
    ratePerSecond: number,
    budgetP99Ms: number | null,
  ): Promise<Measurement> => {
    const before = await usage();
    const { p50Ms, p99Ms, failed, sent } = await run(ratePerSecond, SECONDS);
    const { rssMiB, cpuMs } = await usage();
    return {
      scenario: `${NAMES[protocol]}, ${scenario}`,
      ratePerSecond,
      p50Ms,
      p99Ms,
      budgetP99Ms,
      failed,
      cpuMicrosPerRequest: Math.round(((cpuMs - before.cpuMs) * 1_000) / sent),
      rssMiB,
    };
  };
  const promised = await measurement('at 1,000/s', BUDGET.ratePerSecond, BUDGET.p99Ms);
  const highest = await highestRate((rate) => run(rate, SEARCH_SECONDS));
  return [promised, await measurement('highest rate', highest, null)];
}

/** Doubles the rate until it is not borne, then halves the interval. */
async function highestRate(run: (ratePerSecond: number) => Promise<LoadAnswer>): Promise<number> {
  const isBorne = async (rate: number): Promise<boolean> => {
    const { p99Ms, failed } = await run(rate);
    return failed === 0 && p99Ms < BUDGET.p99Ms;
  };
  let borne = BUDGET.ratePerSecond / 2;
  while (await isBorne(borne * 2)) borne *= 2;
  let tooHigh = borne * 2;
  while (tooHigh / borne > 1 + SEARCH_PRECISION) {
    const middle = Math.round((borne + tooHigh) / 2);
    if (await isBorne(middle)) borne = middle;
    else tooHigh = middle;
  }
  return borne;
}

async function load(task: LoadTask): Promise<LoadAnswer> {
  const module = new URL('./serve-load.ts', import.meta.url);
  const [answer] = await mapInChildren<LoadAnswer>(module, [task], 1, () => undefined);
  return answer!;
}

async function usage(): Promise<ServerUsage> {
  server.send('usage');
  const [used] = (await once(server, 'message')) as [ServerUsage];
  return used;
}

function report(measurements: readonly Measurement[]): void {
  const file = resultFile('serve');
  const previous = readResult(file) as (RunDescription & { measurements: readonly Measurement[] }) | null;
  const table = new Table({
    head: [
      'scenario',
      'rate /s',
      'p50 ms',
      'p99 ms',
      'budget ms',
      'failed',
      'CPU us',
      'RSS MiB',
      'p99 before',
      'rate before',
    ],
    colAligns: ['left', ...Array<'right'>(9).fill('right')],
    style: { head: [], border: [], compact: true },
  });
  for (const one of measurements) {
    const { scenario, ratePerSecond, p50Ms, p99Ms, budgetP99Ms, failed, cpuMicrosPerRequest, rssMiB } = one;
    const before = previous?.measurements.find((other) => other.scenario === scenario);
    table.push([
      scenario,
      ratePerSecond,
      p50Ms.toFixed(2),
      p99Ms.toFixed(2),
      budgetP99Ms ?? '',
      failed,
      cpuMicrosPerRequest,
      rssMiB,
      before?.p99Ms.toFixed(2) ?? '',
      before?.ratePerSecond ?? '',
    ]);
  }
  const run = describeRun();
  process.stdout.write(`${table.toString()}\nnow: ${run.commit}, Node ${run.node}, ${run.machine.cpu}\n`);
  writeResult(file, { benchmark: 'serve', ...run, measurements });
}
