import { Series } from '../core/series.js';

/**
 * Samples are kept in chunks of this many grid points, aligned to the epoch. 4 KiB each: small enough to rewrite for
 * every new sample, large enough that a week at two minutes is read as ten rows.
 */
export const CHUNK_SAMPLES = 512;

/** Part of a series that falls into one chunk. */
export interface ChunkPart {
  /** Number of the chunk: its first grid point is `chunk * CHUNK_SAMPLES * stepMs`. */
  readonly chunk: number;
  /** Position of the first value within the chunk. */
  readonly offset: number;
  readonly values: Float64Array;
}

/** Cuts a series at the borders of chunks; parts without a known sample are left out. */
export function splitIntoChunks(samples: Series): ChunkPart[] {
  const parts: ChunkPart[] = [];
  const first = samples.startMs / samples.stepMs;
  for (let from = 0; from < samples.length;) {
    const chunk = Math.floor((first + from) / CHUNK_SAMPLES);
    const offset = first + from - chunk * CHUNK_SAMPLES;
    const to = Math.min(samples.length, from + CHUNK_SAMPLES - offset);
    const values = samples.values.subarray(from, to);
    if (hasKnown(values)) parts.push({ chunk, offset, values });
    from = to;
  }
  return parts;
}

/** The chunk with the known values of `part` written over it; gaps of the part change nothing. A new array. */
export function mergeIntoChunk(existing: Float64Array | undefined, part: ChunkPart): Float64Array {
  const merged = new Float64Array(CHUNK_SAMPLES).fill(NaN);
  if (existing !== undefined) merged.set(existing);
  part.values.forEach((value, i) => {
    if (!Number.isNaN(value)) merged[part.offset + i] = value;
  });
  return merged;
}

/**
 * The chunk without the samples before `beforeMs`.
 *
 * @returns the same array when nothing changes, null when nothing is left
 */
export function trimChunk(chunk: number, values: Float64Array, stepMs: number, beforeMs: number): Float64Array | null {
  const dropped = Math.ceil(beforeMs / stepMs) - chunk * CHUNK_SAMPLES;
  if (dropped <= 0 || !hasKnown(values.subarray(0, dropped))) return values;
  const trimmed = values.slice().fill(NaN, 0, dropped);
  return hasKnown(trimmed) ? trimmed : null;
}

/**
 * All chunks on one grid, from the first to the last known sample; empty when there is none.
 *
 * @param chunks numbers and values in ascending order
 */
export function assembleChunks(chunks: readonly (readonly [number, Float64Array])[], stepMs: number): Series {
  const [first, last] = [chunks.at(0), chunks.at(-1)];
  if (first === undefined || last === undefined) return new Series(0, stepMs, new Float64Array(0));
  const values = new Float64Array((last[0] - first[0] + 1) * CHUNK_SAMPLES).fill(NaN);
  for (const [chunk, part] of chunks) values.set(part, (chunk - first[0]) * CHUNK_SAMPLES);
  const from = values.findIndex((value) => !Number.isNaN(value));
  const to = values.findLastIndex((value) => !Number.isNaN(value)) + 1;
  return new Series((first[0] * CHUNK_SAMPLES + from) * stepMs, stepMs, values.slice(from, to));
}

function hasKnown(values: Float64Array): boolean {
  return values.some((value) => !Number.isNaN(value));
}
