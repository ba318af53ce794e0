import { Command, InvalidArgumentError } from 'commander';
import { pino } from 'pino';
import { buildWorkloads } from '../config/build-workloads.js';
import { readManifests } from '../config/read-manifests.js';
import type { Clock } from '../core/clock.js';
import { SECOND_MS } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import type { Workload } from '../core/workload.js';
import { AcceleratedClock } from '../demo/accelerated-clock.js';
import { scaledObjectYaml } from '../demo/scaled-object.js';
import { demoStartMs, demoWorkloads, type DemoWorkload } from '../demo/workloads.js';
import { forecasterNames } from '../forecast/registry.js';
import type { LocalMode, LocalModeProps } from '../run/local-mode.js';
import { SystemClock } from '../run/system-clock.js';
import { DemoShow } from './demo-show.js';
import { duration, listenAddress } from './options.js';
import type { Terminal } from './terminal.js';

interface DemoFlags {
  readonly speed: number;
  readonly seed: number;
  readonly listen?: { host: string; port: number };
  readonly duration?: number;
}

const DEFAULT_ADDRESS = { host: '127.0.0.1', port: 8190 };
/** The first fits keep the process busy for a second, which in the demo's time is long. */
const LONGEST_WAIT_REAL_MS = 5 * SECOND_MS;

/** `tidecast demo`: the whole product on generated load, in accelerated time. */
export function demoCommand(terminal: Terminal): Command {
  return new Command('demo')
    .summary('watch tidecast at work on generated load, without a cluster or a Prometheus')
    .description(
      'Starts tidecast in local mode beside an embedded Prometheus-compatible source with generated workloads, in\n' +
        'accelerated time, and shows the load, the forecast, what is served, and the pods with and without tidecast.\n' +
        'All endpoints are real and can be tried meanwhile. Nothing is written to disk.',
    )
    .option('--speed <factor>', 'how much faster than real time', speedFactor, 60)
    .option('--seed <n>', 'which generated load', wholeNumber, 1)
    .option('--listen <address>', 'address of all endpoints (default: 127.0.0.1:8190, or any free port)', listenAddress)
    .option('--duration <duration>', 'end after this much real time (default: run until interrupted)', duration)
    .action(async (flags: DemoFlags) => {
      const base = new SystemClock();
      const clock = new AcceleratedClock({ base, startMs: demoStartMs(terminal.now()), speed: flags.speed });
      const generated = demoWorkloads({ seed: flags.seed, startMs: clock.now() });
      const { DemoPrometheus } = await import('../demo/prometheus-server.js');
      const source = new DemoPrometheus({ workloads: generated, clock });
      const workloads = configure(generated, await source.start());
      try {
        const running = await start(workloads, clock, flags);
        try {
          const until = flags.duration === undefined ? [] : [AbortSignal.timeout(flags.duration)];
          const stopped = new AbortController();
          const signal = AbortSignal.any([terminal.signal, stopped.signal, ...until]);
          const demo = new DemoShow({ terminal, clock, generated, workloads, running, speed: flags.speed });
          await demo.show(signal, base, () => {
            stopped.abort();
          });
        } finally {
          await running.stop();
        }
      } finally {
        await source.close();
      }
    });
}

/** The generated workloads take the way of a user's files: YAML, validation, defaults. */
function configure(generated: readonly DemoWorkload[], prometheusUrl: string): readonly Workload[] {
  const yaml = generated.map((workload) => scaledObjectYaml(workload, prometheusUrl)).join('---\n');
  return buildWorkloads(readManifests(yaml, 'demo.yaml').documents, { env: {}, forecasterNames }).workloads;
}

/** Takes the usual port; where it is in use and none was asked for, any other. */
async function start(workloads: readonly Workload[], clock: Clock, { listen, speed }: DemoFlags): Promise<LocalMode> {
  const props: Omit<LocalModeProps, 'host' | 'port'> = {
    workloads,
    storePath: 'memory',
    clock,
    logger: pino({ level: 'silent' }),
    random: Math.random,
    longestWaitMs: LONGEST_WAIT_REAL_MS * speed,
  };
  // As in `serve`: loaded when needed.
  const { startLocalMode } = await import('../run/local-mode.js');
  if (listen !== undefined) return startLocalMode({ ...props, ...listen });
  try {
    return await startLocalMode({ ...props, ...DEFAULT_ADDRESS });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return startLocalMode({ ...props, ...DEFAULT_ADDRESS, port: 0 });
  }
}

function speedFactor(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= 600)) throw new InvalidArgumentError('Expected a number from 1 to 600.');
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Expected a whole number.');
  return value;
}
