import { describe, expect, it } from 'vitest';
import { Series } from '../../src/core/series.js';
import { MemoryStore } from '../../src/store/memory-store.js';
import { describeCompositionLedger } from '../contract/composition-ledger.js';
import { describeStore } from '../contract/store.js';
import { decisionAt, forecastFrom, ID } from './examples.js';

describeStore('MemoryStore', () => new MemoryStore({ forecasts: 1_000, decisions: 1_000 }));
describeCompositionLedger('MemoryStore', () => new MemoryStore({ decisions: 1_000 }));

describe('MemoryStore is bounded', () => {
  const ALL = { fromMs: -Infinity, toMs: Infinity };

  it('by dropping the oldest decisions and forecasts of a workload', async () => {
    const store = new MemoryStore({ decisions: 3, forecasts: 2 });
    for (let i = 0; i < 5; i++) {
      await store.record({ workloadId: ID, fingerprint: 'f', decision: decisionAt(i, i), forecast: forecastFrom(i) });
    }
    expect((await store.decisions(ID, ALL, 10)).map(({ atMs }) => atMs)).toEqual([2, 3, 4]);
    expect(await store.forecastAt(ID, 2)).toBeNull();
    expect((await store.forecastAt(ID, 3))?.originMs).toBe(3);
  });

  it('by dropping the oldest samples, in chunks of 512', async () => {
    const store = new MemoryStore({ samples: 1_000 });
    for (let chunk = 0; chunk < 4; chunk++) {
      const samples = new Series(chunk * 512_000, 1_000, new Float64Array(512).fill(chunk));
      await store.record({ workloadId: ID, fingerprint: 'f', samples });
    }
    const stored = await store.load(ID, 'f', 1_000);
    // 1,000 samples need two chunks: the last two of four.
    expect(stored?.samples.startMs).toBe(1_024_000);
    expect(stored?.samples.length).toBe(1_024);
  });
});
