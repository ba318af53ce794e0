import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { loadConfig } from '../../src/config/load-config.js';
import { renderProblems } from '../../src/config/render-problems.js';
import type { Composition } from '../../src/core/composition.js';
import type { Decision } from '../../src/core/decision.js';
import { SECOND_MS } from '../../src/core/duration.js';
import { forecasterNames } from '../../src/forecast/registry.js';
import { startLocalMode, type LocalMode } from '../../src/run/local-mode.js';
import { phaseOf } from '../../src/run/fingerprint.js';
import { nextStart } from '../../src/run/periodic.js';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { quantity } from '../../test/e2e/service.js';
import { ManualClock } from '../../test/support/manual-clock.js';
import { temporaryFolder } from '../../test/support/programs.js';

const NAMESPACE = 'shop';
const NAME = 'orders-worker';
/** Real time for one step of the service. */
const PATIENCE_MS = 60 * SECOND_MS;

/** How long after a decision, in polling intervals, the ScaledObject is composed of it. */
const COMPOSED_AFTER = 0.1;

/** What the service says at one moment. */
export interface Said {
  readonly decision: Decision;
  readonly composition: Composition;
}

/**
 * tidecast in local mode, configured by a ScaledObject, on a clock that moves only while nothing is under way: a day takes as long
 * as the real programs need for it, and a slow machine changes nothing.
 */
export class SteppedService {
  readonly #clock: ManualClock;
  readonly #mode: LocalMode;
  readonly #removeFolder: () => Promise<void>;

  private constructor(clock: ManualClock, mode: LocalMode, removeFolder: () => Promise<void>) {
    this.#clock = clock;
    this.#mode = mode;
    this.#removeFolder = removeFolder;
  }

  /** @throws {Error} the ScaledObject has a problem */
  static async start(scaledObject: string, startMs: number): Promise<SteppedService> {
    const folder = await temporaryFolder();
    const file = join(folder.path, 'scaled-object.yaml');
    await writeFile(file, scaledObject);
    const clock = new ManualClock(startMs);
    const triggerTypes = createTriggerTypes({ clock });
    const { workloads, objects, problems } = await loadConfig([file], { env: {}, forecasterNames, triggerTypes });
    if (problems.length > 0) throw new Error(renderProblems(problems));
    const mode = await startLocalMode({
      workloads,
      objects,
      storePath: join(folder.path, 'store.db'),
      host: '127.0.0.1',
      port: 0,
      clock,
      logger: pino({ level: 'silent' }),
      random: () => 0.5,
    });
    const service = new SteppedService(clock, mode, folder.remove);
    await service.#begin();
    return service;
  }

  /** Moves on to a time, with every step of the loops that is due by then made to its end. */
  async advanceTo(timeMs: number): Promise<void> {
    for (;;) {
      const [next] = this.#due().sort((one, other) => one.atMs - other.atMs);
      if (next === undefined || next.atMs > timeMs) break;
      await this.#clock.advanceTo(next.atMs);
      await this.#until(() => next.doneMs() >= next.atMs);
    }
    await this.#clock.advanceTo(timeMs);
  }

  /** What is in force. */
  get said(): Said {
    const { decision } = this.#mode.view.workloads()[0]!;
    const { composition } = this.#mode.view.scaledObjects.find(NAMESPACE, NAME)!;
    if (decision === null || composition === null) throw new Error('the service has not been started to its end');
    return { decision, composition };
  }

  /** What the HPA is told of a metric; null: an error. */
  async metric(name: string): Promise<number | null> {
    const selector = encodeURIComponent(`scaledobject.keda.sh/name=${NAME}`);
    const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${NAMESPACE}/${name}?labelSelector=${selector}`;
    const response = await fetch(this.#mode.url + path);
    const { items } = (await response.json()) as { items?: readonly { value: string }[] };
    return items?.[0] === undefined ? null : quantity(items[0].value);
  }

  async stop(): Promise<void> {
    await this.#mode.stop();
    await this.#removeFolder();
  }

  /** The first steps: the decision waits for the first training, and the composition for the decision. */
  async #begin(): Promise<void> {
    const { workload } = this.#mode.view.workloads()[0]!;
    await this.#clock.advance(SECOND_MS / 2);
    await this.#until(() => this.#mode.view.find(NAMESPACE, NAME, workload.metricName)?.decision != null);
    await this.#clock.advance(2 * SECOND_MS);
    await this.#until(() => this.#mode.view.scaledObjects.find(NAMESPACE, NAME)?.composition != null);
  }

  /** When the loops make their next steps; see `run/service`. */
  #due(): { readonly atMs: number; readonly doneMs: () => number }[] {
    const { id, pollingIntervalMs } = this.#mode.view.workloads()[0]!.workload;
    const next = (phase: number): number => nextStart(this.#clock.now(), pollingIntervalMs, phase);
    return [
      { atMs: next(phaseOf(id)), doneMs: () => this.said.decision.atMs },
      { atMs: next((phaseOf(id) + COMPOSED_AFTER) % 1), doneMs: () => this.said.composition.atMs },
    ];
  }

  /** In real time, in which the clock stands still. */
  async #until(isDone: () => boolean): Promise<void> {
    const limitMs = Date.now() + PATIENCE_MS;
    while (!isDone()) {
      if (Date.now() > limitMs) throw new Error('a step of the service does not end');
      await wait(1);
    }
  }
}
