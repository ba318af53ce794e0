import type { Composition, CompositionInput, MetricTriggerInput } from '../../src/core/composition.js';
import { StoreError } from '../../src/core/errors.js';
import type { ReactiveTrigger, ScaledObject } from '../../src/core/scaled-object.js';
import type { TimeRange } from '../../src/core/store.js';
import { compose } from '../../src/scaling/compose.js';
import type { ScaledObjectStatus, ScaledObjects } from '../../src/serve/view.js';

/** ScaledObjects as the endpoints see them, with contents that a test sets. */
export class FakeScaledObjects implements ScaledObjects {
  /** While true, whatever needs the store fails. */
  storeFails = false;
  readonly #statuses = new Map<string, ScaledObjectStatus>();
  readonly #ledgers = new Map<string, readonly Composition[]>();

  set(status: ScaledObjectStatus): void {
    this.#statuses.set(status.object.id, status);
  }

  /** @param compositions oldest first */
  setLedger(objectId: string, ...compositions: readonly Composition[]): void {
    this.#ledgers.set(objectId, compositions);
  }

  list(): readonly ScaledObjectStatus[] {
    return [...this.#statuses.values()];
  }

  find(namespace: string, name: string): ScaledObjectStatus | undefined {
    return this.#statuses.get(`${namespace}/${name}`);
  }

  async compositions(objectId: string, { fromMs, toMs }: TimeRange, limit: number): Promise<readonly Composition[]> {
    const ledger = await this.#stored(objectId);
    return ledger.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).slice(-limit);
  }

  async compositionAt(objectId: string, timeMs: number): Promise<Composition | null> {
    const ledger = await this.#stored(objectId);
    return ledger.findLast(({ atMs }) => atMs <= timeMs) ?? null;
  }

  #stored(objectId: string): Promise<readonly Composition[]> {
    return this.storeFails
      ? Promise.reject(new StoreError('the store cannot be read: disk full; expected free space'))
      : Promise.resolve(this.#ledgers.get(objectId) ?? []);
  }
}

/** A rabbitmq trigger at position 1 with a target of 20, whose source must not be opened unless the test gives one. */
export function aReactiveTrigger(overrides: Partial<ReactiveTrigger> = {}): ReactiveTrigger {
  return {
    kind: 'reactive',
    index: 1,
    type: 'rabbitmq',
    name: 'orders',
    metricType: 'AverageValue',
    metrics: [{ name: 'rabbitmq-orders', target: 20 }],
    open: () => Promise.reject(new Error('nobody should open this')),
    ...overrides,
  };
}

/** `shop/checkout`, from 1 to 10 replicas, polled every 30 s, without triggers, fallback or formula. */
export function aScaledObject(overrides: Partial<ScaledObject> = {}): ScaledObject {
  const namespace = overrides.namespace ?? 'shop';
  const name = overrides.name ?? 'checkout';
  return {
    id: `${namespace}/${name}`,
    namespace,
    name,
    target: { kind: 'Deployment', name },
    pollingIntervalMs: 30_000,
    cooldownMs: 300_000,
    initialCooldownMs: 0,
    bounds: { minReplicaCount: 1, maxReplicaCount: 10, idleReplicaCount: null },
    behavior: null,
    triggers: [],
    fallback: null,
    modifiers: null,
    ...overrides,
  };
}

/** What is known of {@link aReactiveTrigger} that answered 55 ten seconds before `atMs`. */
export function aTriggerInput(atMs: number, overrides: Partial<MetricTriggerInput> = {}): MetricTriggerInput {
  return {
    kind: 'reactive',
    index: 1,
    type: 'rabbitmq',
    name: 'orders',
    metricType: 'AverageValue',
    metrics: [{ name: 's1-rabbitmq-orders', target: 20 }],
    reading: { atMs: atMs - 10_000, active: true, values: [55] },
    problem: null,
    failures: 0,
    remark: null,
    ...overrides,
  };
}

export function aCompositionInput(atMs: number, overrides: Partial<CompositionInput> = {}): CompositionInput {
  return {
    atMs,
    triggers: [aTriggerInput(atMs)],
    fallback: null,
    modifiers: null,
    bounds: { minReplicaCount: 0, maxReplicaCount: 100, idleReplicaCount: null },
    target: null,
    held: null,
    ...overrides,
  };
}

/** A ScaledObject with {@link aReactiveTrigger}, composed at `atMs`. */
export function anObjectStatus(atMs: number, input: Partial<CompositionInput> = {}): ScaledObjectStatus {
  const object = aScaledObject({ triggers: [aReactiveTrigger()] });
  return { object, composition: compose(object.id, aCompositionInput(atMs, input)), pollErrors: [3] };
}
