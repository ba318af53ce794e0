import { linearRegression } from 'simple-statistics';

export type MemoryKind = 'rss' | 'heap' | 'buffers';

/** MiB at a time in minutes. */
export type MemorySample = { readonly minutes: number } & Readonly<Record<MemoryKind, number>>;

/** What became of one kind of memory over the samples. */
export interface Growth {
  readonly firstMiB: number;
  readonly lastMiB: number;
  /** Of a straight line through all samples. */
  readonly mibPerMinute: number;
}

/** After a collection where node was started with --expose-gc. */
export function sampleMemory(minutes: number): MemorySample {
  globalThis.gc?.();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { minutes, rss: rss / 2 ** 20, heap: heapUsed / 2 ** 20, buffers: arrayBuffers / 2 ** 20 };
}

/** @param samples two at least */
export function growthOf(samples: readonly MemorySample[]): Readonly<Record<MemoryKind, Growth>> {
  const growth = (kind: MemoryKind): Growth => ({
    firstMiB: samples[0]![kind],
    lastMiB: samples.at(-1)![kind],
    mibPerMinute: linearRegression(samples.map((sample) => [sample.minutes, sample[kind]])).m,
  });
  return { rss: growth('rss'), heap: growth('heap'), buffers: growth('buffers') };
}
