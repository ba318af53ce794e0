/**
 * A long run of many ScaledObjects whose sources fail now and then: `npm run bench:soak -- [--objects N] [--minutes N]
 * [--speed N]`.
 *
 * Each ScaledObject has a forecast trigger and three reactive ones, of which some answer slowly, some fail and come back,
 * and some hang, deaf to their deadline. Time runs `speed` times as fast. Measuring begins when every model is trained and
 * the ledgers are full, and lasts for `minutes`. Reports the growth of memory, unhandled rejections, how late steps began,
 * how long sources were waited for, sources left open, and whether every ScaledObject was composed to the end. Fails if
 * anything was left or lost, or if memory grows.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MINUTE_MS, SECOND_MS } from '../src/core/duration.js';
import { AcceleratedClock } from '../src/demo/accelerated-clock.js';
import { Service } from '../src/run/service.js';
import { SystemClock } from '../src/run/system-clock.js';
import { MemoryStore } from '../src/store/memory-store.js';
import { QueuedTrainer } from '../src/train/queued-trainer.js';
import { WorkerExecutor } from '../src/train/worker-executor.js';
import { Attempts } from './soak/attempts.js';
import { SILENT_LOG, SoakMetrics } from './soak/counted.js';
import { type MemorySample, growthOf, sampleMemory } from './soak/memory.js';
import { SteadySource, aSoakObject, allSources } from './soak/objects.js';
import { describeRun, resultFile, writeResult } from './support/result-file.js';

const POLLING_INTERVAL_MS = 30 * SECOND_MS;
/** A poll has 10 s and two attempts. */
const ATTEMPT_MS = 5 * SECOND_MS;
/** Of real time: a timer may be so late while memory is collected between samples. */
const TIMER_MS = 300;
/** From when all models are trained, until the ledgers are as full as they get: of their time. */
const FILL_MS = 15 * MINUTE_MS;
const LONGEST_TRAINING_MS = 40 * MINUTE_MS;
const SAMPLE_MS = 5 * SECOND_MS;
/** MiB per minute, of real time: what 500 workloads may not keep of 500,000 polls. */
const FLAT = 0.5;

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

const timer = (): number => performance.now();
const startedMs = timer();
const elapsed = (): number => (timer() - startedMs) / MINUTE_MS;
const clock = new AcceleratedClock({ base: new SystemClock(), startMs: Date.UTC(2026, 2, 2), speed });
const metrics = new SoakMetrics();
const attempts = new Attempts(clock, ATTEMPT_MS + TIMER_MS * speed);
const objects = Array.from({ length: count }, (_, i) => aSoakObject(i, clock, POLLING_INTERVAL_MS, attempts));
const executor = new WorkerExecutor({ size: 1, clock: new SystemClock() });
const trainer = new QueuedTrainer({ executor, metrics, timer });
const service = new Service({
  workloads: objects.flatMap(({ triggers }) => triggers.flatMap((t) => (t.kind === 'forecast' ? [t.workload] : []))),
  objects,
  sourceFor: () => new SteadySource(),
  // Small ledgers, which are full before measuring begins.
  store: new MemoryStore({ decisions: 20, forecasts: 5, samples: 2_048 }),
  trainer,
  clock,
  metrics,
  logger: SILENT_LOG,
  timer,
});

await service.start();
const trained = await untilTrained();
await wait(FILL_MS / speed);
const measuringFrom = elapsed();
const before = { steps: metrics.steps, attempts: attempts.count };
const samples: MemorySample[] = [];
while (elapsed() < measuringFrom + minutes) {
  samples.push(sampleMemory(elapsed()));
  await wait(SAMPLE_MS);
}

const nowMs = clock.now();
const statuses = service.view.scaledObjects.list();
const stuck = statuses.filter(({ composition }) => nowMs - (composition?.atMs ?? 0) > 3 * POLLING_INTERVAL_MS).length;
const zeros = statuses.filter(({ composition }) => composition?.requiredReplicas === 0).length;
await service.stop();
await trainer.close();

const growth = growthOf(samples);
const failures = {
  rejections,
  sourcesLeftOpen: allSources().reduce((sum, source) => sum + source.left, 0),
  notComposedToTheEnd: stuck,
  readAsNothing: zeros,
  attemptsPastTheirDeadline: attempts.late,
  fitFailures: metrics.fitFailures,
};
const result = {
  objects: count,
  triggers: 4 * count,
  speed,
  trainedAfterMinutes: trained,
  measuredMinutes: minutes,
  steps: metrics.steps - before.steps,
  attempts: attempts.count - before.attempts,
  longestAttemptSeconds: attempts.longestMs / SECOND_MS,
  longestLatenessSeconds: metrics.longestLatenessSeconds,
  growth,
  failures,
};
report();
writeResult(resultFile('soak'), { benchmark: 'soak', ...describeRun(), ...result });
const isFlat = growth.rss.mibPerMinute < FLAT && growth.heap.mibPerMinute < FLAT;
process.exitCode = isFlat && Object.values(failures).every((failed) => failed === 0) ? 0 : 1;

/** @returns after how many minutes every workload has a model @throws not within {@link LONGEST_TRAINING_MS} */
async function untilTrained(): Promise<number> {
  for (;;) {
    const models = service.view.workloads().filter(({ model }) => model !== null).length;
    if (models === count) return elapsed();
    if (elapsed() > LONGEST_TRAINING_MS / MINUTE_MS) throw new Error(`only ${models} of ${count} models are trained`);
    await wait(SECOND_MS);
  }
}

function report(): void {
  print(
    `${count} ScaledObjects with 4 triggers at ${speed} times the speed; all models trained after ${trained.toFixed(1)} min`,
  );
  print(`measured for ${minutes} min: ${result.steps} steps, ${result.attempts} openings and reads of sources`);
  for (const [kind, { firstMiB, lastMiB, mibPerMinute }] of Object.entries(growth)) {
    print(`${kind}: ${firstMiB.toFixed(0)} to ${lastMiB.toFixed(0)} MiB, ${mibPerMinute.toFixed(3)} MiB per minute`);
  }
  print(`longest wait for a source ${result.longestAttemptSeconds.toFixed(2)} s of their time; deadline 5 s`);
  print(`a step began at most ${metrics.longestLatenessSeconds.toFixed(2)} s of their time late`);
  for (const [what, number] of Object.entries(failures)) print(`${what}: ${number}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
