import type { Composition } from '../core/composition.js';
import { StoreError } from '../core/errors.js';
import type { Series } from '../core/series.js';
import type { WorkloadUpdate } from '../core/store.js';

/**
 * Refuses an update that no store can keep faithfully, before anything of it is written.
 *
 * @throws {StoreError} a name with control characters, samples off the grid, or a decision of another workload
 */
export function checkUpdate(update: WorkloadUpdate): void {
  checkName('workload id', update.workloadId);
  if (update.forecast !== undefined) checkName('model name of the forecast', update.forecast.model);
  if (update.samples !== undefined && update.samples.length > 0) checkGrid(update.workloadId, update.samples);
  if (update.decision !== undefined && update.decision.workloadId !== update.workloadId) {
    throw new StoreError(`an update of "${update.workloadId}" carries a decision of "${update.decision.workloadId}"`);
  }
}

/** @throws {StoreError} a name with control characters */
export function checkComposition({ objectId }: Composition): void {
  checkName('ScaledObject id', objectId);
}

/** @throws {StoreError} a limit that is neither a whole number >= 0 nor infinity */
export function checkLimit(limit: number): number {
  if (limit === Infinity) return Number.MAX_SAFE_INTEGER;
  if (Number.isSafeInteger(limit) && limit >= 0) return limit;
  throw new StoreError(`limit is ${limit}; expected a whole number >= 0, or Infinity for all`);
}

/** @throws {StoreError} samples of one workload with two steps under one fingerprint */
export function checkSameStep(workloadId: string, storedMs: number, receivedMs: number): void {
  if (storedMs === receivedMs) return;
  throw new StoreError(
    `samples of "${workloadId}" have a step of ${receivedMs} ms, the stored ones ${storedMs} ms; ` +
      'a change of the step needs another fingerprint',
  );
}

/** A ledger entry is never replaced. */
export function ledgerConflict(workloadId: string, atMs: number): StoreError {
  return new StoreError(
    `"${workloadId}" already has another decision at ${atMs}; a decision is never replaced, and nothing of this ` +
      'update was stored',
  );
}

function checkName(what: string, name: string): void {
  // SQLite ends a text at NUL, and UTF-8 has no lone surrogates: such names would not come back as they went in.
  if (name !== '' && !/[\p{Cc}\p{Cs}]/u.test(name)) return;
  throw new StoreError(`${what} is ${JSON.stringify(name)}; expected text without control characters`);
}

function checkGrid(workloadId: string, { startMs, stepMs }: Series): void {
  const first = startMs / stepMs;
  if (Number.isSafeInteger(stepMs) && Number.isSafeInteger(startMs) && Number.isSafeInteger(first)) return;
  throw new StoreError(
    `samples of "${workloadId}" start at ${startMs} with a step of ${stepMs} ms; ` +
      'expected whole milliseconds and a start that is a multiple of the step',
  );
}
