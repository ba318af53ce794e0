import type { Composition } from '../core/composition.js';
import type { TimeRange } from '../core/store.js';
import { toExactJson } from './exact-json.js';
import { checkComposition, checkLimit, ledgerConflict } from './update-check.js';

interface Entry {
  readonly atMs: number;
  readonly json: string;
}

/** The ledger of compositions, as long as the process lasts; of each ScaledObject the newest. */
export class MemoryCompositions {
  readonly #limit: number;
  /** By id of the ScaledObject, in time order. */
  readonly #ledgers = new Map<string, Entry[]>();

  /** @param limit compositions kept of each ScaledObject */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Adds to the ledger; the same composition twice is one. */
  add(composition: Composition): void {
    checkComposition(composition);
    const { objectId, atMs } = composition;
    const json = toExactJson(composition, `composition of ${objectId}`);
    const ledger = this.#ledgers.get(objectId) ?? [];
    const before = ledger.findLastIndex((entry) => entry.atMs <= atMs);
    const same = ledger[before];
    if (same?.atMs === atMs && same.json !== json) throw ledgerConflict(objectId, atMs);
    if (same?.atMs !== atMs) ledger.splice(before + 1, 0, { atMs, json });
    ledger.splice(0, ledger.length - this.#limit);
    this.#ledgers.set(objectId, ledger);
  }

  /** In time order, the newest `limit` of the range. */
  read(objectId: string, { fromMs, toMs }: TimeRange, limit: number): readonly Composition[] {
    const newest = checkLimit(limit);
    const inRange = (this.#ledgers.get(objectId) ?? []).filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    return inRange.slice(Math.max(0, inRange.length - newest)).map(parse);
  }

  /** The last one at or before `timeMs`. */
  at(objectId: string, timeMs: number): Composition | null {
    const found = this.#ledgers.get(objectId)?.findLast(({ atMs }) => atMs <= timeMs);
    return found === undefined ? null : parse(found);
  }

  prune(beforeMs: number): void {
    for (const [objectId, ledger] of this.#ledgers) {
      const left = ledger.filter(({ atMs }) => !(atMs < beforeMs));
      if (left.length === 0) this.#ledgers.delete(objectId);
      else this.#ledgers.set(objectId, left);
    }
  }

  clear(): void {
    this.#ledgers.clear();
  }
}

function parse({ json }: Entry): Composition {
  return JSON.parse(json) as Composition;
}
