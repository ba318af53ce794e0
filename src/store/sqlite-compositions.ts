import type { Composition } from '../core/composition.js';
import type { TimeRange } from '../core/store.js';
import { toExactJson } from './exact-json.js';
import type { SqliteConnection } from './sqlite-connection.js';
import { checkComposition, checkLimit, ledgerConflict } from './update-check.js';

interface CompositionRow {
  readonly composition: string;
}

/** Adds to the ledger; the same composition twice is one. */
export function writeComposition(connection: SqliteConnection, composition: Composition): void {
  checkComposition(composition);
  const { objectId, atMs } = composition;
  const json = toExactJson(composition, `composition of ${objectId}`);
  const added = connection.run(
    'INSERT INTO compositions (object, at_ms, composition) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    objectId,
    atMs,
    json,
  );
  if (added > 0) return;
  const [existing] = connection.all<CompositionRow>(
    'SELECT composition FROM compositions WHERE object = ? AND at_ms = ?',
    objectId,
    atMs,
  );
  if (existing?.composition !== json) throw ledgerConflict(objectId, atMs);
}

/** In time order, the newest `limit` of the range. */
export function readCompositions(
  connection: SqliteConnection,
  objectId: string,
  { fromMs, toMs }: TimeRange,
  limit: number,
): readonly Composition[] {
  return connection
    .all<CompositionRow>(
      'SELECT composition FROM compositions WHERE object = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC LIMIT ?',
      objectId,
      fromMs,
      toMs,
      checkLimit(limit),
    )
    .map(parse)
    .reverse();
}

/** The last one at or before `atMs`. */
export function readCompositionAt(connection: SqliteConnection, objectId: string, atMs: number): Composition | null {
  const [row] = connection.all<CompositionRow>(
    'SELECT composition FROM compositions WHERE object = ? AND at_ms <= ? ORDER BY at_ms DESC LIMIT 1',
    objectId,
    atMs,
  );
  return row === undefined ? null : parse(row);
}

/** Drops at most `limit` of those older than `beforeMs`. @returns how many */
export function pruneCompositions(connection: SqliteConnection, beforeMs: number, limit: number): number {
  return connection.run(
    'DELETE FROM compositions WHERE rowid IN (SELECT rowid FROM compositions WHERE at_ms < ? LIMIT ?)',
    beforeMs,
    limit,
  );
}

function parse({ composition }: CompositionRow): Composition {
  return JSON.parse(composition) as Composition;
}
