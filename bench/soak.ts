/**
 * A long run of many ScaledObjects whose sources fail now and then: `npm run bench:soak -- [--objects N] [--minutes N]
 * [--speed N]`.
 *
 * Each ScaledObject has a forecast trigger and three reactive ones, of which some answer slowly, some fail and come back,
 * and some hang, deaf to their deadline. Time runs `speed` times as fast. Reports the growth of memory after warming up,
 * unhandled rejections, how late steps began, polls that took longer than their deadline, sources left open, and whether
 * every ScaledObject was composed to the end. Fails if anything was left or lost.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { linearRegression } from 'simple-statistics';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../src/core/duration.js';
import { AcceleratedClock } from '../src/demo/accelerated-clock.js';
import { Service } from '../src/run/service.js';
import { MemoryStore } from '../src/store/memory-store.js';
import { WorkerExecutor } from '../src/train/worker-executor.js';
import { QueuedTrainer } from '../src/train/queued-trainer.js';
import { SystemClock } from '../src/run/system-clock.js';
import { CountedMetrics, KeptLog } from '../test/run/running.js';
import { SteadySource, aSoakObject, allSources } from './soak/objects.js';

const POLLING_INTERVAL_MS = 30 * SECOND_MS;
/** From when all models are trained, until the ledgers are as full as they get: of their time. */
const FILL_MS = 15 * MINUTE_MS;

const { values: flags } = parseArgs({
  options: {
    objects: { type: 'string', default: '500' },
    minutes: { type: 'string', default: '10' },
    speed: { type: 'string', default: '10' },
  },
});
const [count, minutes, speed] = [flags.objects, flags.minutes, flags.speed].map(Number) as [number, number, number];

let rejections = 0;
process.on('unhandledRejection', () => rejections++);

const clock = new AcceleratedClock({ base: new SystemClock(), startMs: Date.UTC(2026, 2, 2), speed });
const metrics = new CountedMetrics();
const logger = new KeptLog();
const objects = Array.from({ length: count }, (_, i) => aSoakObject(i, clock, POLLING_INTERVAL_MS));
// Small ledgers, which are full before the warm-up is over.
const store = new MemoryStore({ decisions: 20, forecasts: 5, samples: 2_048 });
const timer = (): number => performance.now();
const trainer = new QueuedTrainer({
  executor: new WorkerExecutor({ size: 1, clock: new SystemClock() }),
  metrics,
  timer,
});
const service = new Service({
  workloads: objects.flatMap(({ triggers }) => triggers.flatMap((t) => (t.kind === 'forecast' ? [t.workload] : []))),
  objects,
  sourceFor: () => new SteadySource(),
  store,
  trainer,
  clock,
  metrics,
  logger,
  timer,
});

await service.start();
/** After a collection where node was started with --expose-gc. */
const samples: { minutes: number; models: number; rss: number; heap: number; buffers: number }[] = [];
const endMs = performance.now() + minutes * MINUTE_MS;
const startedMs = performance.now();
while (performance.now() < endMs) {
  await wait(Math.min(5 * SECOND_MS, endMs - performance.now()));
  logger.lines.length = 0;
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  samples.push({
    minutes: (performance.now() - startedMs) / MINUTE_MS,
    models: service.view.workloads().filter(({ model }) => model !== null).length,
    rss: rss / 2 ** 20,
    heap: heapUsed / 2 ** 20,
    buffers: arrayBuffers / 2 ** 20,
  });
}

const nowMs = clock.now();
const stuck = service.view.scaledObjects
  .list()
  .filter(({ composition }) => composition === null || nowMs - composition.atMs > 3 * POLLING_INTERVAL_MS);
const zeros = service.view.scaledObjects.list().filter(({ composition }) => composition?.requiredReplicas === 0);
await service.stop();
await trainer.close();
const left = allSources().reduce((sum, source) => sum + source.left, 0);
const trained = samples.find(({ models }) => models === count);
const warm =
  trained === undefined
    ? []
    : samples.filter((sample) => sample.minutes > trained.minutes + FILL_MS / MINUTE_MS / speed);
const lateness = [...metrics.lateness].sort((a, b) => a - b);
const at = (share: number): string => (lateness[Math.floor(share * (lateness.length - 1))] ?? NaN).toFixed(2);
const reads = allSources().reduce((sum, source) => sum + source.reads, 0);

print(
  `${count} ScaledObjects with 4 triggers, ${minutes} min at ${speed} times the speed (${hours()} h of their time)`,
);
print(`steps ${lateness.length}, reads ${reads}, decisions ${metrics.decisions.length}`);
if (warm.length < 10)
  print(`too short to tell the growth of memory: ${samples.at(-1)?.models} of ${count} models are trained`);
else for (const kind of ['rss', 'heap', 'buffers'] as const) print(`${kind}: ${growth(kind)}`);
print(`steps began late by ${at(0.5)} s, p99 ${at(0.99)} s, at most ${at(1)} s (of their time)`);
print(
  `unhandled rejections ${rejections}; sources left open ${left}; not composed to the end ${stuck.length}; read as nothing ${zeros.length}`,
);
process.exitCode = rejections + left + stuck.length + zeros.length === 0 ? 0 : 1;

/** Over the time in which nothing should grow. */
function growth(kind: 'rss' | 'heap' | 'buffers'): string {
  const slope = linearRegression(warm.map((sample) => [sample.minutes, sample[kind]])).m;
  const [first, last] = [warm[0]![kind], warm.at(-1)![kind]].map((mebibytes) => mebibytes.toFixed(0));
  const elapsed = (warm.at(-1)!.minutes - warm[0]!.minutes).toFixed(1);
  return `${first} to ${last} MiB in ${elapsed} min, ${slope.toFixed(2)} MiB per minute`;
}

function hours(): string {
  return ((minutes * MINUTE_MS * speed) / HOUR_MS).toFixed(1);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
