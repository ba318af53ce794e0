import { describe, expect, it } from 'vitest';
import { HistoryUnavailableError } from '../../src/core/errors.js';
import type { HistorySource, ReadOptions } from '../../src/core/history-source.js';
import { type Observation, Series } from '../../src/core/series.js';
import { IncrementalHistory, type IncrementalHistoryOptions } from '../../src/history/incremental.js';
import { toGrid } from '../../src/series/grid.js';

/** Holds samples in memory, and the ranges that it was asked for. */
class MemorySource implements HistorySource {
  readonly samples = new Map<number, number>();
  readonly asked: [number, number][] = [];
  failure: Error | null = null;

  read(query: string, { startMs, endMs, stepMs }: ReadOptions): Promise<Series> {
    expect(query).toBe('load');
    this.asked.push([startMs, endMs]);
    if (this.failure !== null) return Promise.reject(this.failure);
    const samples = [...this.samples].map(([timeMs, value]) => ({ timeMs, value }));
    const series = toGrid(samples, { startMs, endMs, stepMs });
    return Promise.resolve(series.countKnown() === 0 ? series.between(startMs, startMs) : series);
  }

  observe(): Promise<Observation | null> {
    return Promise.resolve(null);
  }

  put(timeMs: number, ...values: readonly number[]): void {
    values.forEach((value, index) => this.samples.set(timeMs + index * 10, value));
  }
}

const setUp = (
  options: Partial<IncrementalHistoryOptions> = {},
): { source: MemorySource; history: IncrementalHistory } => {
  const source = new MemorySource();
  const settings = { query: 'load', stepMs: 10, windowMs: 50, overlapMs: 20 };
  return { source, history: new IncrementalHistory({ source, ...settings, ...options }) };
};
const seed = (startMs: number, values: readonly number[], stepMs = 10): Series =>
  new Series(startMs, stepMs, Float64Array.from(values));

describe('IncrementalHistory', () => {
  it('pulls the window once, then only what is new and the overlap', async () => {
    const { source, history } = setUp();
    source.put(90, 9, 10, 11, 12, 13, 14, 15, 16);
    const first = await history.refresh(155);
    expect([...first.series.values]).toEqual([10, 11, 12, 13, 14, 15]);
    expect(first).toMatchObject({ corrected: false });
    expect([...first.fresh.values]).toEqual([10, 11, 12, 13, 14, 15]);

    const second = await history.refresh(161);
    expect([second.series.startMs, ...second.series.values]).toEqual([110, 11, 12, 13, 14, 15, 16]);
    expect([second.fresh.startMs, ...second.fresh.values]).toEqual([130, 13, 14, 15, 16]);
    expect(second.corrected).toBe(false);
    expect(history.series).toBe(second.series);
    expect(source.asked).toEqual([
      [100, 150],
      [130, 160],
    ]);
  });

  it('takes in a sample that arrives late, and says that it corrected something', async () => {
    const { source, history } = setUp();
    source.put(100, 10, 11, 12, 13, NaN, 15);
    await history.refresh(150);
    source.put(140, 14);
    const { series, corrected } = await history.refresh(150);
    expect([...series.values]).toEqual([10, 11, 12, 13, 14, 15]);
    expect(corrected).toBe(true);
    expect((await history.refresh(150)).corrected).toBe(false);
  });

  it('takes in a sample that changed', async () => {
    const { source, history } = setUp();
    source.put(100, 10, 11, 12, 13, 14, 15);
    await history.refresh(150);
    source.put(150, 15.5, 16);
    const { series, corrected } = await history.refresh(160);
    expect([...series.values]).toEqual([11, 12, 13, 14, 15.5, 16]);
    expect(corrected).toBe(true);
  });

  it('keeps asking for the newest points of a source that lags', async () => {
    const { source, history } = setUp();
    source.put(100, 10, 11);
    expect([...(await history.refresh(150)).series.values]).toEqual([10, 11, NaN, NaN, NaN, NaN]);
    source.put(120, 12, 13);
    const { series, corrected } = await history.refresh(150);
    expect([...series.values]).toEqual([10, 11, 12, 13, NaN, NaN]);
    // They come after the last known sample: new, not corrected, although gaps were held for them.
    expect(corrected).toBe(false);
  });

  it('bridges a long pause, and starts anew after one that is longer than the window', async () => {
    const { source, history } = setUp();
    source.put(100, 10, 11, 12, 13, 14, 15);
    await history.refresh(150);
    source.put(180, 18);
    expect([...(await history.refresh(180)).series.values]).toEqual([13, 14, 15, NaN, NaN, 18]);
    source.put(970, 97, 98, 99);
    expect([...(await history.refresh(1000)).series.values]).toEqual([NaN, NaN, 97, 98, 99, NaN]);
    expect(source.asked).toEqual([
      [100, 150],
      [130, 180],
      [950, 1000],
    ]);
  });

  it('has no values while the source has nothing, and finds what appears anywhere in the window', async () => {
    const { source, history } = setUp();
    const { series, fresh, corrected } = await history.refresh(150);
    expect([series.length, fresh.length, corrected]).toEqual([0, 0, false]);
    source.put(110, 11);
    expect([...(await history.refresh(160)).series.values]).toEqual([11, NaN, NaN, NaN, NaN, NaN]);
  });

  it('ends up without values when the source goes quiet for a whole window', async () => {
    const { source, history } = setUp();
    source.put(100, 10, 11);
    await history.refresh(110);
    source.samples.clear();
    expect((await history.refresh(130)).series.countKnown()).toBe(2);
    expect((await history.refresh(200)).series.length).toBe(0);
  });

  it('changes nothing when the source fails, and catches up afterwards', async () => {
    const { source, history } = setUp();
    source.put(100, 10, 11, 12, 13, 14, 15, 16);
    const { series } = await history.refresh(150);
    source.failure = new HistoryUnavailableError('down');
    await expect(history.refresh(160)).rejects.toBe(source.failure);
    expect(history.series).toBe(series);
    source.failure = null;
    expect([...(await history.refresh(160)).series.values]).toEqual([11, 12, 13, 14, 15, 16]);
  });

  it('reads again what a clock that is set back makes the future', async () => {
    const { source, history } = setUp();
    source.put(80, 8, 9, 10, 11, 12, 13, 14, 15);
    await history.refresh(150);
    const { series } = await history.refresh(130);
    expect([series.startMs, ...series.values]).toEqual([80, 8, 9, 10, 11, 12, 13]);
  });

  it('goes on from a seed that reaches back to the beginning of the window', async () => {
    const { source, history } = setUp({ seed: seed(80, [8, 9, 10, 11, 12, 13, 14]) });
    source.put(140, 14, 15);
    expect([...(await history.refresh(150)).series.values]).toEqual([10, 11, 12, 13, 14, 15]);
    expect(source.asked).toEqual([[120, 150]]);
  });

  it('pulls the window when the seed does not reach back, and keeps what only the seed knows', async () => {
    const { source, history } = setUp({ seed: seed(120, [12, 13]) });
    source.put(100, 10, 11, NaN, 13.5, 14, 15);
    const { series, corrected } = await history.refresh(150);
    expect([...series.values]).toEqual([10, 11, 12, 13.5, 14, 15]);
    expect(corrected).toBe(true);
    expect(source.asked).toEqual([[100, 150]]);
  });

  it('takes an empty seed for none', async () => {
    const { source, history } = setUp({ seed: seed(0, []) });
    source.put(150, 15);
    expect((await history.refresh(150)).series.countKnown()).toBe(1);
  });

  it.each([
    ['another step', seed(0, [1], 20)],
    ['another grid', seed(5, [1])],
  ])('refuses a seed with %s', (_, seed) => {
    expect(() => setUp({ seed })).toThrow(/must lie on multiples of 10 ms/);
  });

  it('hands the signal to the source', async () => {
    const controller = new AbortController();
    const signals: (AbortSignal | undefined)[] = [];
    const source = new MemorySource();
    const recording: HistorySource = {
      read: (query, options) => {
        signals.push(options.signal);
        return source.read(query, options);
      },
      observe: () => source.observe(),
    };
    await setUp({ source: recording }).history.refresh(150, controller.signal);
    expect(signals).toEqual([controller.signal]);
  });

  it('overlaps by five steps and at least five minutes unless told otherwise', async () => {
    const source = new MemorySource();
    const history = new IncrementalHistory({ source, query: 'load', stepMs: 60_000, windowMs: 3_600_000 });
    for (let minute = 0; minute <= 61; minute++) source.put(minute * 60_000, minute);
    await history.refresh(3_600_000);
    await history.refresh(3_660_000);
    expect(source.asked).toEqual([
      [0, 3_600_000],
      [3_300_000, 3_660_000],
    ]);
  });
});
