/**
 * How fast decisions are served: `npm run bench:serve`. A server with 10,000 workloads whose decisions are given, no
 * Prometheus; load from another process, at a steady rate. The server is one thread: what it bears is what one core bears.
 *
 * For each endpoint: latencies at 1,000 requests per second, and at the highest rate found whose p99 stays below 5 ms. Before
 * them servers that do nothing: where the first is late, the machine has other work, and nothing is stored.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import Table from 'cli-table3';
import type { Endpoint, LoadAnswer } from './serve-load.js';
import type { ServerAddresses, ServerUsage } from './serve-server.js';
import { mapInChildren } from './support/children.js';
import { describeRun, readResult, resultFile, writeResult, type RunDescription } from './support/result-file.js';

/** What the product promises, with 10,000 workloads asked for every ten seconds. */
const BUDGET = { ratePerSecond: 1_000, p99Ms: 5 };
const SECONDS = 10;
const SEARCH_SECONDS = 3;
/** A server that does nothing is as late as this on a machine that has other work. */
const BUSY_P99_MS = 2;
/** The search ends when it knows the highest rate this closely. */
const SEARCH_PRECISION = 0.05;
/** By how much the rate is lowered where a long run does not bear it. */
const STEP_DOWN = 0.9;

interface Measurement extends Omit<LoadAnswer, 'sent'> {
  readonly scenario: string;
  readonly ratePerSecond: number;
  readonly budgetP99Ms: number | null;
  /** Of the server, on all its threads. Unlike latencies, it hardly depends on what else the machine does. */
  readonly cpuMicrosPerRequest: number;
  readonly rssMiB: number;
}

/** JSON has no infinity: where requests were never answered, it is null. */
type Stored = Omit<Measurement, 'p99Ms'> & { readonly p99Ms: number | null };

const server = fork(new URL('./serve-server.ts', import.meta.url));
try {
  const [{ controls, endpoints }] = (await once(server, 'message')) as [ServerAddresses];
  const measurements: Measurement[] = [];
  for (const [name, control] of Object.entries(controls)) {
    measurements.push(await measurement(`nothing by ${name}, at 1,000/s`, control, BUDGET.ratePerSecond, null));
  }
  for (const [name, endpoint] of Object.entries(endpoints)) measurements.push(...(await measure(name, endpoint)));
  report(measurements);
} finally {
  server.kill();
}

async function measure(name: string, endpoint: Endpoint): Promise<Measurement[]> {
  const { ratePerSecond, p99Ms } = BUDGET;
  const promised = await measurement(`${name}, at 1,000/s`, endpoint, ratePerSecond, p99Ms);
  return [promised, await atHighestRate(`${name}, highest rate`, endpoint)];
}

/** A rate that a short run bears may not be sustained in a long one. */
async function atHighestRate(scenario: string, endpoint: Endpoint): Promise<Measurement> {
  let rate = await highestRate((ratePerSecond) => load(endpoint, ratePerSecond, SEARCH_SECONDS));
  for (;;) {
    const sustained = await measurement(scenario, endpoint, rate, null);
    if (isBorne(sustained) || rate < BUDGET.ratePerSecond) return sustained;
    rate = Math.round(rate * STEP_DOWN);
  }
}

async function measurement(
  scenario: string,
  endpoint: Endpoint,
  ratePerSecond: number,
  budgetP99Ms: number | null,
): Promise<Measurement> {
  // Until the server's code is compiled.
  await load(endpoint, BUDGET.ratePerSecond, SEARCH_SECONDS);
  const before = await usage();
  const { sent, ...loaded } = await load(endpoint, ratePerSecond, SECONDS);
  const { rssMiB, cpuMs } = await usage();
  const cpuMicrosPerRequest = Math.round(((cpuMs - before.cpuMs) * 1_000) / sent);
  return { scenario, ratePerSecond, ...loaded, budgetP99Ms, cpuMicrosPerRequest, rssMiB };
}

function isBorne({ p99Ms, failed }: Pick<LoadAnswer, 'p99Ms' | 'failed'>): boolean {
  return failed === 0 && p99Ms < BUDGET.p99Ms;
}

/** Doubles the rate until it is not borne, then halves the interval. */
async function highestRate(run: (ratePerSecond: number) => Promise<LoadAnswer>): Promise<number> {
  // Twice, as one pause of the machine says nothing of the rate.
  const bears = async (rate: number): Promise<boolean> => isBorne(await run(rate)) || isBorne(await run(rate));
  let borne = BUDGET.ratePerSecond / 2;
  while (await bears(borne * 2)) borne *= 2;
  let tooHigh = borne * 2;
  while (tooHigh / borne > 1 + SEARCH_PRECISION) {
    const middle = Math.round((borne + tooHigh) / 2);
    if (await bears(middle)) borne = middle;
    else tooHigh = middle;
  }
  return borne;
}

async function load(endpoint: Endpoint, ratePerSecond: number, seconds: number): Promise<LoadAnswer> {
  const module = new URL('./serve-load.ts', import.meta.url);
  const [answer] = await mapInChildren<LoadAnswer>(module, [{ endpoint, ratePerSecond, seconds }], 1, () => undefined);
  return answer!;
}

async function usage(): Promise<ServerUsage> {
  server.send('usage');
  const [used] = (await once(server, 'message')) as [ServerUsage];
  return used;
}

function report(measurements: readonly Measurement[]): void {
  const file = resultFile('serve');
  const previous = readResult(file) as (RunDescription & { measurements: readonly Stored[] }) | null;
  const table = new Table({
    head: [
      'scenario',
      'rate /s',
      'p50 ms',
      'p99 ms',
      'budget ms',
      'sent late',
      'failed',
      'CPU us',
      'RSS MiB',
      'p99 before',
      'rate before',
    ],
    colAligns: ['left', ...Array<'right'>(10).fill('right')],
    style: { head: [], border: [], compact: true },
  });
  for (const one of measurements) {
    const { scenario, ratePerSecond, p50Ms, p99Ms, budgetP99Ms, sentLateP99Ms, failed, cpuMicrosPerRequest, rssMiB } =
      one;
    const before = previous?.measurements.find((other) => other.scenario === scenario);
    table.push([
      scenario,
      ratePerSecond,
      p50Ms.toFixed(2),
      p99Ms.toFixed(2),
      budgetP99Ms ?? '',
      sentLateP99Ms.toFixed(2),
      failed,
      cpuMicrosPerRequest,
      rssMiB,
      before?.p99Ms?.toFixed(2) ?? '',
      before?.ratePerSecond ?? '',
    ]);
  }
  const run = describeRun();
  process.stdout.write(`${table.toString()}\nnow: ${run.commit}, Node ${run.node}, ${run.machine.cpu}\n`);
  if (measurements[0]!.p99Ms < BUSY_P99_MS) writeResult(file, { benchmark: 'serve', ...run, measurements });
  else process.stdout.write('not stored: the machine has other work; compare with the first line\n');
}
