import type { Series } from '../core/series.js';
import { fromBlob, toBlob } from './float64-blob.js';
import { assembleChunks, CHUNK_SAMPLES, mergeIntoChunk, splitIntoChunks, trimChunk } from './sample-chunks.js';
import type { SqliteConnection } from './sqlite-connection.js';

interface ChunkRow {
  readonly chunk: number;
  readonly values: ArrayBuffer;
}

/** All samples of a workload on one grid. */
export function readSamples(connection: SqliteConnection, workload: number, stepMs: number): Series {
  const rows = connection.all<ChunkRow>(
    'SELECT chunk, "values" FROM samples WHERE workload = ? ORDER BY chunk',
    workload,
  );
  return assembleChunks(
    rows.map(({ chunk, values }) => [chunk, fromBlob(values)]),
    stepMs,
  );
}

/** Merges samples into the stored ones and notes their step. */
export function writeSamples(connection: SqliteConnection, workload: number, samples: Series): void {
  connection.run('UPDATE workloads SET step_ms = ? WHERE key = ? AND step_ms IS NULL', samples.stepMs, workload);
  for (const part of splitIntoChunks(samples)) {
    const [existing] = connection.all<ChunkRow>(
      'SELECT chunk, "values" FROM samples WHERE workload = ? AND chunk = ?',
      workload,
      part.chunk,
    );
    const merged = mergeIntoChunk(existing === undefined ? undefined : fromBlob(existing.values), part);
    writeChunk(connection, workload, part.chunk, merged);
  }
}

/** Drops the samples before a time. */
export function pruneSamples(connection: SqliteConnection, workload: number, beforeMs: number): void {
  const rows = connection.all<ChunkRow & { step_ms: number }>(
    `SELECT chunk, "values", step_ms FROM samples JOIN workloads ON key = workload
      WHERE workload = ? AND chunk * ${CHUNK_SAMPLES} * step_ms < ?`,
    workload,
    beforeMs,
  );
  for (const { chunk, values, step_ms: stepMs } of rows) {
    const stored = fromBlob(values);
    const left = trimChunk(chunk, stored, stepMs, beforeMs);
    if (left === null) connection.run('DELETE FROM samples WHERE workload = ? AND chunk = ?', workload, chunk);
    else if (left !== stored) writeChunk(connection, workload, chunk, left);
  }
}

function writeChunk(connection: SqliteConnection, workload: number, chunk: number, values: Float64Array): void {
  connection.run('REPLACE INTO samples (workload, chunk, "values") VALUES (?, ?, ?)', workload, chunk, toBlob(values));
}
