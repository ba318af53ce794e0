import type { Decision } from '../../src/core/decision.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import type { Logger } from '../../src/core/logger.js';
import type { Store } from '../../src/core/store.js';
import type { Workload } from '../../src/core/workload.js';
import { WorkloadRunner } from '../../src/run/workload-runner.js';
import type { RunMetrics } from '../../src/serve/self/run-metrics.js';
import { MemoryStore } from '../../src/store/memory-store.js';
import { InProcessExecutor } from '../../src/train/in-process-executor.js';
import { QueuedTrainer } from '../../src/train/queued-trainer.js';
import type { Trainer } from '../../src/train/trainer.js';
import { aWorkload } from '../support/fake-service-view.js';
import { ManualClock } from '../support/manual-clock.js';
import { ScriptedSource } from './scripted-source.js';

/** 2026-03-02T00:00:00Z, a Monday. */
export const START_MS = Date.UTC(2026, 2, 2);
export const STEP_MS = 2 * MINUTE_MS;
export const POLL_MS = MINUTE_MS / 2;

/** Rises and falls between 100 and 300 in six hours: easy to forecast, and never near 0. */
export function wave(timeMs: number): number {
  return 200 + 100 * Math.sin((2 * Math.PI * timeMs) / (6 * HOUR_MS));
}

/** A day of history at two minutes: enough for the ridge and for evidence. Acts on every forecast. */
export function aFastWorkload(overrides: Partial<Workload> = {}): Workload {
  return aWorkload({
    historyWindowMs: DAY_MS,
    stepMs: STEP_MS,
    pollingIntervalMs: POLL_MS,
    mode: 'active',
    ...overrides,
  });
}

/** Counts what the run loop tells. */
export class CountedMetrics implements RunMetrics {
  readonly polls = { ok: 0, failed: 0 };
  fits = 0;
  fitFailures = 0;
  readonly lateness: number[] = [];
  readonly decisions: string[] = [];
  storeErrors = 0;

  observePoll({ ok }: { readonly ok: boolean }): void {
    this.polls[ok ? 'ok' : 'failed']++;
  }

  setFits(): void {
    // What there is at present is of interest to the trainer's own tests.
  }

  observeFit(): void {
    this.fits++;
  }

  countFitFailure(): void {
    this.fitFailures++;
  }

  observeTick({ latenessSeconds }: { readonly latenessSeconds: number }): void {
    this.lateness.push(latenessSeconds);
  }

  countDecision({ state, origin }: Pick<Decision, 'state' | 'origin'>): void {
    this.decisions.push(`${state}/${origin}`);
  }

  countStoreError(): void {
    this.storeErrors++;
  }
}

/** Keeps every line as `level: message`. */
export class KeptLog implements Logger {
  readonly lines: string[] = [];
  debug = this.#at('debug');
  info = this.#at('info');
  warn = this.#at('warn');
  error = this.#at('error');

  #at(level: string): (details: object, message: string) => void {
    return (_details, message) => void this.lines.push(`${level}: ${message}`);
  }
}

/** Trains at once, in this thread: with a manual clock everything happens in the same order every time. */
export function anInProcessTrainer(metrics = new CountedMetrics()): Trainer {
  return new QueuedTrainer({ executor: new InProcessExecutor(), metrics, timer: () => 0 });
}

export interface RunnerParts {
  readonly workload?: Workload;
  readonly source?: ScriptedSource;
  readonly store?: Store;
  readonly clock?: ManualClock;
  readonly trainer?: Trainer;
}

/** A runner with everything around it; what is not given is new: a source of {@link wave}, an empty memory store. */
export function aRunner({
  workload = aFastWorkload(),
  source = new ScriptedSource(wave),
  store = new MemoryStore(),
  clock = new ManualClock(START_MS),
  trainer,
}: RunnerParts = {}) {
  const metrics = new CountedMetrics();
  const logger = new KeptLog();
  const abort = new AbortController();
  const runner = new WorkloadRunner({
    workload,
    source,
    store,
    trainer: trainer ?? anInProcessTrainer(metrics),
    clock,
    metrics,
    logger,
    phase: 0,
    timer: () => clock.now(),
  });
  const tick = (): Promise<Decision> => runner.tick(abort.signal);
  /** Ticks once every polling interval, from one interval from now on. @returns the decisions */
  const run = async (durationMs: number): Promise<Decision[]> => {
    const decisions: Decision[] = [];
    for (let spentMs = 0; spentMs < durationMs; spentMs += workload.pollingIntervalMs) {
      await clock.advance(workload.pollingIntervalMs);
      decisions.push(await tick());
    }
    return decisions;
  };
  return { workload, source, store, clock, metrics, logger, abort, runner, tick, run };
}
