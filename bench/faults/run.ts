import { join } from 'node:path';
import type { Clock } from '../../src/core/clock.js';
import type { Composition } from '../../src/core/composition.js';
import { SECOND_MS } from '../../src/core/duration.js';
import { ObjectRunner } from '../../src/run/object-runner.js';
import { SystemClock } from '../../src/run/system-clock.js';
import { SqliteConnection } from '../../src/store/sqlite-connection.js';
import { migrate } from '../../src/store/sqlite-schema.js';
import { SqliteStore } from '../../src/store/sqlite-store.js';
import { CountedMetrics, KeptLog } from '../../test/run/running.js';
import { aReactiveTrigger, aScaledObject } from '../../test/support/fake-scaled-objects.js';
import { temporaryFolder } from '../../test/support/programs.js';
import { ScriptedTrigger } from '../../test/support/scripted-trigger.js';
import { type Fault, type OwnFault, isOwnFault } from './fault.js';
import type { Attached, Expected, Rig } from './rig.js';

/** A quarter of it is the deadline of an attempt, which makes a fault last seconds instead of minutes. */
export const POLLING_INTERVAL_MS = 4 * SECOND_MS;
const SKEW_MS = 3_600_000;
const TABLES = ['compositions', 'decisions', 'forecasts', 'models', 'samples', 'workloads'];

/** One step of the trigger under test. */
export interface Step {
  readonly composition: Composition;
  /** As {@link Expected.state}. */
  readonly state: string;
}

/** A clock that can be set. */
class SettableClock implements Clock {
  offsetMs = 0;
  readonly #system = new SystemClock();

  now(): number {
    return this.#system.now() + this.offsetMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#system.sleep(ms, signal);
  }
}

/** A ScaledObject of two triggers: the one of a rig, and one beside it that always answers. */
export class Run {
  readonly #metrics = new CountedMetrics();
  readonly #rig: Rig;
  readonly #clock = new SettableClock();
  readonly #beside = new ScriptedTrigger(0, 'beside', 10);
  readonly #abort = new AbortController();
  readonly #removeFolder: () => Promise<void>;
  readonly #connection: SqliteConnection;
  readonly #store: SqliteStore;
  #process!: Attached & { readonly runner: ObjectRunner };

  private constructor(rig: Rig, folder: Awaited<ReturnType<typeof temporaryFolder>>) {
    this.#rig = rig;
    this.#removeFolder = folder.remove;
    this.#connection = new SqliteConnection(join(folder.path, 'store.db'));
    migrate(this.#connection);
    this.#store = new SqliteStore(this.#connection);
  }

  static async start(rig: Rig): Promise<Run> {
    const run = new Run(rig, await temporaryFolder());
    await run.#startProcess();
    return run;
  }

  /** Records that could not be written. */
  get storeErrors(): number {
    return this.#metrics.storeErrors;
  }

  /** One step for each value of the trigger beside the rig's. */
  async steps(beside: readonly number[]): Promise<Step[]> {
    const steps: Step[] = [];
    for (const value of beside) {
      this.#beside.value = value;
      await this.#process.beforeTick(this.#abort.signal);
      const composition = await this.#process.runner.tick(this.#abort.signal);
      const decision = this.#process.decision();
      const state = composition.triggers[0]!.state;
      steps.push({ composition, state: decision === null ? state : `${state}, ${decision.state}` });
    }
    return steps;
  }

  async inject(fault: Fault): Promise<Expected> {
    if (!isOwnFault(fault)) return this.#rig.inject(fault);
    const changes: Readonly<Record<OwnFault, () => unknown>> = {
      'clock forward': () => (this.#clock.offsetMs = SKEW_MS),
      'clock back': () => (this.#clock.offsetMs = -SKEW_MS),
      'own restart': () => this.#restart(),
      'store lost': () => {
        for (const table of TABLES) this.#connection.run(`DELETE FROM ${table}`);
      },
      'store full': () => this.#connection.all('PRAGMA max_page_count = 1'),
      'disk read-only': () => {
        this.#connection.exec('PRAGMA query_only = ON');
      },
    };
    // A restart comes at the worst moment: the source is down, where there is one.
    const isDown = fault === 'own restart' && this.#rig.exemption('refused') === null;
    const expected = isDown ? await this.#rig.inject('refused') : this.#rig.expectedOf(fault);
    await changes[fault]();
    return expected;
  }

  async heal(): Promise<void> {
    this.#clock.offsetMs = 0;
    this.#connection.all('PRAGMA max_page_count = 1073741823');
    this.#connection.exec('PRAGMA query_only = OFF');
    await this.#rig.heal();
  }

  async close(): Promise<void> {
    this.#abort.abort();
    await this.#process.runner.close();
    await this.#rig.heal();
    await this.#store.close();
    await this.#removeFolder();
  }

  async #restart(): Promise<void> {
    await this.#process.runner.close();
    await this.#startProcess();
  }

  async #startProcess(): Promise<void> {
    const attached = await this.#rig.attach({ clock: this.#clock, store: this.#store });
    const beside = aReactiveTrigger({ index: 1, name: 'beside', metrics: null, open: this.#beside.open });
    const runner = new ObjectRunner({
      object: aScaledObject({
        pollingIntervalMs: POLLING_INTERVAL_MS,
        triggers: [attached.trigger, beside],
        bounds: { minReplicaCount: 0, maxReplicaCount: 100, idleReplicaCount: null },
      }),
      decisionOf: attached.decision,
      replicasOf: () => null,
      store: this.#store,
      clock: this.#clock,
      metrics: this.#metrics,
      logger: new KeptLog(),
    });
    await runner.restore();
    this.#process = { ...attached, runner };
  }
}
