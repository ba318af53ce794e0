/**
 * How long a workload waits for its first forecast: `npm run bench:cold-start`. A real Prometheus on this machine holds 7
 * days of generated load at 2 minutes; each run is a new process that pulls them, finds the seasons, fits the default
 * model and forecasts. Loading the program itself is not counted. Needs `prometheus` and `promtool` on the PATH.
 */
import { median, quantile } from 'simple-statistics';
import { DAY_MS, MINUTE_MS } from '../src/core/duration.js';
import { gaugeHistory, startPrometheus } from '../test/support/prometheus.js';
import type { ColdStartAnswer, ColdStartTask } from './cold-start-run.js';
import { mapInChildren } from './support/children.js';
import { generatedLoad } from './support/generated-load.js';
import { noArguments } from './support/no-arguments.js';
import { storeTimings, type Timing } from './support/timings.js';

noArguments(
  'npm run bench:cold-start: how long a workload waits for its first forecast; needs prometheus and promtool',
);

const POINTS = 5_041; // 7 days at 2 minutes, both ends included
const STEP_MS = 2 * MINUTE_MS;
const RUNS = 15;

const nowMs = Math.floor(Date.now() / STEP_MS) * STEP_MS;
const prometheus = await startPrometheus({ openMetrics: history() });
try {
  const task: ColdStartTask = {
    address: prometheus.url,
    query: 'sum(bench_load)',
    nowMs,
    stepMs: STEP_MS,
    windowMs: 7 * DAY_MS,
  };
  const answers: ColdStartAnswer[] = [];
  while (answers.length < RUNS) answers.push(await inNewProcess(task));
  storeTimings('cold-start', [
    timing('first forecast, all of it', 1_000, answers, ({ pullMs, fitMs, forecastMs }) => pullMs + fitMs + forecastMs),
    timing('of which: pull 5,041 points from Prometheus', null, answers, ({ pullMs }) => pullMs),
    timing('of which: find the seasons and fit', null, answers, ({ fitMs }) => fitMs),
    timing('of which: forecast', null, answers, ({ forecastMs }) => forecastMs),
  ]);
} finally {
  await prometheus.stop();
}

function history(): string {
  const load = generatedLoad(POINTS, STEP_MS);
  const samples = Array.from(load, (value, i) => ({ timeMs: nowMs - (POINTS - 1 - i) * STEP_MS, value }));
  return gaugeHistory('bench_load', { '{pod="a"}': samples });
}

async function inNewProcess(task: ColdStartTask): Promise<ColdStartAnswer> {
  const module = new URL('./cold-start-run.ts', import.meta.url);
  const [answer] = await mapInChildren<ColdStartAnswer>(module, [task], 1, () => undefined);
  if (answer!.knownSamples !== POINTS) throw new Error(`expected ${POINTS} samples, got ${answer!.knownSamples}`);
  return answer!;
}

function timing(
  scenario: string,
  budgetMs: number | null,
  answers: readonly ColdStartAnswer[],
  time: (answer: ColdStartAnswer) => number,
): Timing {
  const times = answers.map(time);
  return { scenario, runs: times.length, medianMs: median(times), p95Ms: quantile(times, 0.95), budgetMs };
}
