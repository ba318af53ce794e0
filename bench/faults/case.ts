import { join } from 'node:path';
import { SECOND_MS } from '../../src/core/duration.js';
import type { Clock } from '../../src/core/clock.js';
import type { Composition } from '../../src/core/composition.js';
import { ObjectRunner } from '../../src/run/object-runner.js';
import { SystemClock } from '../../src/run/system-clock.js';
import { SqliteConnection } from '../../src/store/sqlite-connection.js';
import { migrate } from '../../src/store/sqlite-schema.js';
import { SqliteStore } from '../../src/store/sqlite-store.js';
import { CountedMetrics, KeptLog } from '../../test/run/running.js';
import { aReactiveTrigger, aScaledObject } from '../../test/support/fake-scaled-objects.js';
import { temporaryFolder } from '../../test/support/programs.js';
import { ScriptedTrigger } from '../../test/support/scripted-trigger.js';
import type { Attached, Rig, SourceFault } from './rig.js';

/** What befalls the process itself. */
export type OwnFault = 'clock forward' | 'clock back' | 'own restart' | 'store lost' | 'store full' | 'disk read-only';

export type Fault = SourceFault | OwnFault;

export const FAULTS: readonly Fault[] = [
  'down',
  'refused',
  'hung',
  'slow',
  'partial',
  'NaN',
  'empty',
  'counter reset',
  'duplicated series',
  'absurdly large',
  'credentials revoked',
  'clock forward',
  'clock back',
  'own restart',
  'store lost',
  'store full',
  'disk read-only',
];

/** Half of it is the deadline of a poll, which makes a fault last seconds instead of minutes. */
export const POLLING_INTERVAL_MS = 2 * SECOND_MS;
const SKEW_MS = 3_600_000;
/** What the trigger beside the rig's says at each step: once it asks for more than the rig's, in the middle of the fault. */
const BESIDE = { before: [25, 30, 35], during: [40, 95, 45], after: [50, 55, 60] };
const TABLES = ['compositions', 'decisions', 'forecasts', 'models', 'samples', 'workloads'];
const OWN: readonly string[] = FAULTS.slice(-6);
/** The store is written to, and says that it cannot. */
const STORE_FAULTS: readonly Fault[] = ['store full', 'disk read-only'];

function isOwn(fault: Fault): fault is OwnFault {
  return OWN.includes(fault);
}

export interface Verdict {
  readonly fault: Fault;
  readonly rig: string;
  /** Why the fault means nothing to this class of triggers; null: it was injected. */
  readonly notApplicable: string | null;
  /** What was served of the trigger while the fault lasted. */
  readonly served: string;
  /** Replicas before, at the least during, and after it. */
  readonly replicas: readonly [before: number | null, during: number | null, after: number | null];
  /** What is wrong with it; empty: nothing was lowered, and nothing of it is left. */
  readonly complaints: readonly string[];
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

/**
 * Lets one fault befall a ScaledObject of two triggers: the one of the rig, and one beside it that always answers, and
 * asks for more than the rig's for a moment.
 */
export async function runCase(rig: Rig, fault: Fault): Promise<Verdict> {
  const run = await Run.start(rig);
  try {
    const before = await run.steps(BESIDE.before);
    const notApplicable = (await run.inject(fault)) ?? null;
    if (notApplicable !== null) {
      return { fault, rig: rig.name, notApplicable, served: '', replicas: [null, null, null], complaints: [] };
    }
    const during = await run.steps(BESIDE.during);
    const { note, storeErrors } = run;
    await run.heal();
    const after = await run.steps(BESIDE.after);
    const isUnnoticed = STORE_FAULTS.includes(fault) && storeErrors === 0;
    const complaints = isUnnoticed ? ['the store did not fail'] : [];
    return verdict(rig, fault, { before: before.at(-1)!, during, after, note, complaints });
  } finally {
    await run.close();
  }
}

class Run {
  readonly #metrics = new CountedMetrics();
  readonly #rig: Rig;
  readonly #clock = new SettableClock();
  readonly #beside = new ScriptedTrigger(20, 'beside', 10);
  readonly #abort = new AbortController();
  readonly #removeFolder: () => Promise<void>;
  readonly #connection: SqliteConnection;
  readonly #store: SqliteStore;
  #process!: Pick<Attached, 'beforeTick' | 'note'> & { readonly runner: ObjectRunner };

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

  /** How far the source's value can be trusted, in the rig's own words. */
  get note(): string {
    return this.#process.note();
  }

  /** One step for each value of the trigger beside the rig's. */
  async steps(beside: readonly number[]): Promise<Composition[]> {
    const compositions: Composition[] = [];
    for (const value of beside) {
      this.#beside.value = value;
      await this.#process.beforeTick(this.#abort.signal);
      compositions.push(await this.#process.runner.tick(this.#abort.signal));
    }
    return compositions;
  }

  async inject(fault: Fault): Promise<string | undefined> {
    const own: Readonly<Record<OwnFault, () => void | Promise<void>>> = {
      'clock forward': () => {
        this.#clock.offsetMs = SKEW_MS;
      },
      'clock back': () => {
        this.#clock.offsetMs = -SKEW_MS;
      },
      'own restart': () => this.#restart(),
      'store lost': () => {
        for (const table of TABLES) this.#connection.run(`DELETE FROM ${table}`);
      },
      'store full': () => {
        this.#connection.all('PRAGMA max_page_count = 1');
      },
      'disk read-only': () => {
        this.#connection.exec('PRAGMA query_only = ON');
      },
    };
    if (!isOwn(fault)) return this.#rig.inject(fault);
    await own[fault]();
    return undefined;
  }

  /** At the worst moment: the source is down. */
  async #restart(): Promise<void> {
    await this.#rig.inject('refused');
    await this.#process.runner.close();
    await this.#startProcess();
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
    this.#process = { runner, beforeTick: attached.beforeTick, note: attached.note };
  }
}

interface Observed {
  readonly before: Composition;
  readonly during: readonly Composition[];
  readonly after: readonly Composition[];
  readonly note: string;
  readonly complaints: readonly string[];
}

function verdict(rig: Rig, fault: Fault, { before, during, after, note, complaints: own }: Observed): Verdict {
  const required = (composition: Composition): number | null => composition.requiredReplicas;
  const least = during.map(required).reduce((a, b) => (a === null || b === null ? null : Math.min(a, b)));
  const last = after.at(-1)!;
  const complaints = [
    ...own,
    ...during.flatMap((composition) => lowered(composition, required(before)!)),
    ...(before.triggers[0]!.state === 'known' ? [] : ['it did not work before']),
    ...(last.triggers[0]!.state === 'known' ? [] : ['it has not recovered']),
    ...after.filter((composition) => required(composition) !== required(before)).map(() => 'something of it is left'),
  ];
  return {
    fault,
    rig: rig.name,
    notApplicable: null,
    served: [...new Set(during.map(servedOf))].join(', then ') + (note === '' ? '' : ` (${note})`),
    replicas: [required(before), least, required(last)],
    complaints: [...new Set(complaints)],
  };
}

/** Nothing may be lower than before the fault, nor than what the trigger beside it asks for. */
function lowered({ requiredReplicas, active, triggers }: Composition, before: number): string[] {
  const beside = triggers[1]!.metrics[0]?.value ?? 0;
  return [
    ...(requiredReplicas === null ? ['nothing was required'] : []),
    ...(requiredReplicas !== null && requiredReplicas < before
      ? [`lowered from ${before} to ${requiredReplicas}`]
      : []),
    ...(requiredReplicas !== null && requiredReplicas < Math.ceil(beside / 10) ? ['below the other trigger'] : []),
    ...(active === false ? ['put to sleep'] : []),
  ];
}

function servedOf({ triggers: [trigger] }: Composition): string {
  const value = trigger!.metrics[0]?.value ?? null;
  if (value === null) return 'error';
  return value > 1e6 ? 'a huge value' : 'a value';
}
