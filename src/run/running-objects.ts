import type { Composition } from '../core/composition.js';
import type { Store, TimeRange } from '../core/store.js';
import type { ScaledObjectStatus, ScaledObjects } from '../serve/view.js';
import type { ObjectRunner } from './object-runner.js';

/** What the endpoints see of the running ScaledObjects: the present from memory, the past from the store. */
export class RunningObjects implements ScaledObjects {
  readonly #store: Store;
  readonly #byId: ReadonlyMap<string, ObjectRunner>;

  constructor(store: Store, runners: readonly ObjectRunner[]) {
    this.#store = store;
    this.#byId = new Map(runners.map((runner) => [runner.object.id, runner]));
  }

  list(): readonly ScaledObjectStatus[] {
    return [...this.#byId.values()].map((runner) => runner.status);
  }

  find(namespace: string, name: string): ScaledObjectStatus | undefined {
    return this.#byId.get(`${namespace}/${name}`)?.status;
  }

  async compositions(objectId: string, range: TimeRange, limit: number): Promise<readonly Composition[]> {
    return this.#store.compositions(objectId, range, limit);
  }

  async compositionAt(objectId: string, atMs: number): Promise<Composition | null> {
    const current = this.#byId.get(objectId)?.status.composition ?? null;
    if (current !== null && current.atMs <= atMs) return current;
    return this.#store.compositionAt(objectId, atMs);
  }
}
