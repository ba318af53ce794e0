import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Composition } from '../../src/core/composition.js';
import { StoreError } from '../../src/core/errors.js';
import type { Store } from '../../src/core/store.js';
import { compose } from '../../src/scaling/compose.js';
import { aCompositionInput, aTriggerInput } from '../support/fake-scaled-objects.js';

const ID = 'shop/checkout';
const T0 = 1_767_225_600_000; // 2026-01-01T00:00:00Z
const ALL = { fromMs: -Infinity, toMs: Infinity };
const KEEP_ALL = { samplesBeforeMs: -Infinity, forecastsBeforeMs: -Infinity };

function compositionAt(atMs: number, value = 55, objectId = ID): Composition {
  const reading = { atMs: atMs - 1_000, active: true, values: [value] };
  return compose(objectId, aCompositionInput(atMs, { triggers: [aTriggerInput(atMs, { reading })] }));
}

/** What every {@link Store} promises of the ledger of compositions. `open` returns an empty one each time. */
export function describeCompositionLedger(name: string, open: () => Store): void {
  describe(`${name} keeps the contract of the ledger of compositions`, () => {
    let store: Store;
    beforeEach(() => {
      store = open();
    });
    afterEach(() => store.close());
    const times = async (range = ALL, limit = Infinity): Promise<number[]> =>
      (await store.compositions(ID, range, limit)).map(({ atMs }) => atMs - T0);

    it('is empty for an unknown ScaledObject', async () => {
      expect(await times()).toEqual([]);
      expect(await store.compositionAt(ID, Infinity)).toBeNull();
    });

    it('returns a composition as it was, from which it can be made again', async () => {
      const composition = compositionAt(T0, 0.1 + 0.2);
      await store.recordComposition(composition);
      const stored = await store.compositionAt(ID, T0);
      expect(stored).toStrictEqual(composition);
      expect(compose(stored!.objectId, stored!.input)).toEqual(composition);
    });

    it('has the newest of a range in time order, also when one comes late', async () => {
      for (const at of [10, 30, 20, 40]) await store.recordComposition(compositionAt(T0 + at));
      expect(await times()).toEqual([10, 20, 30, 40]);
      expect(await times({ fromMs: T0 + 20, toMs: T0 + 40 })).toEqual([20, 30]);
      expect(await times(ALL, 2)).toEqual([30, 40]);
    });

    it('has the one in force at a time', async () => {
      for (const at of [10, 30]) await store.recordComposition(compositionAt(T0 + at));
      const inForce = async (at: number) => ((await store.compositionAt(ID, T0 + at))?.atMs ?? NaN) - T0;
      expect([await inForce(9), await inForce(10), await inForce(29), await inForce(99)]).toEqual([NaN, 10, 10, 30]);
    });

    it('keeps ScaledObjects apart', async () => {
      await store.recordComposition(compositionAt(T0));
      await store.recordComposition(compositionAt(T0, 7, 'shop/other'));
      expect(await times()).toEqual([0]);
    });

    it('takes the same composition twice as one, and refuses another for the same time', async () => {
      await store.recordComposition(compositionAt(T0));
      await store.recordComposition(compositionAt(T0));
      expect(await times()).toEqual([0]);
      await expect(store.recordComposition(compositionAt(T0, 56))).rejects.toThrow(StoreError);
    });

    it('refuses what it cannot return, such as NaN', async () => {
      await expect(store.recordComposition(compositionAt(T0, NaN))).rejects.toThrow(StoreError);
      await expect(store.recordComposition(compositionAt(T0, 1, 'shop/\0'))).rejects.toThrow(StoreError);
      expect(await times()).toEqual([]);
    });

    it('drops what is too old, and keeps what is at the limit', async () => {
      for (let at = 0; at < 500; at++) await store.recordComposition(compositionAt(T0 + at));
      await store.prune({ ...KEEP_ALL, decisionsBeforeMs: T0 + 450 });
      expect(await times()).toEqual(Array.from({ length: 50 }, (_, i) => 450 + i));
    });
  });
}
