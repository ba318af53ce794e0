import type { Composition } from '../core/composition.js';
import type { Decision } from '../core/decision.js';
import { StoreError } from '../core/errors.js';
import { Forecast } from '../core/forecast.js';
import type { ModelRecord, Store, StoredWorkload, TimeRange, WorkloadUpdate } from '../core/store.js';
import { toExactJson } from './exact-json.js';
import { MemoryCompositions } from './memory-compositions.js';
import { assembleChunks, CHUNK_SAMPLES, mergeIntoChunk, splitIntoChunks, trimChunk } from './sample-chunks.js';
import { checkLimit, checkSameStep, checkUpdate, ledgerConflict } from './update-check.js';

/** What one workload may occupy; the oldest goes first. */
export interface MemoryLimits {
  /** Grid points, rounded up to whole chunks of 512. */
  readonly samples: number;
  readonly forecasts: number;
  readonly decisions: number;
}

/** A week of samples at one minute, an hour of forecasts at two, two hours of decisions at 30 s: about 500 kB. */
export const DEFAULT_MEMORY_LIMITS: MemoryLimits = Object.freeze({ samples: 10_080, forecasts: 30, decisions: 240 });

interface LedgerEntry {
  readonly atMs: number;
  /** Number of fingerprint changes before this decision. */
  readonly revision: number;
  readonly json: string;
}

interface Entry {
  fingerprint: string;
  revision: number;
  stepMs: number | null;
  samples: Map<number, Float64Array>;
  modelJson: string | null;
  /** Ascending by origin. */
  forecasts: Forecast[];
  /** Ascending by time. */
  ledger: LedgerEntry[];
}

/**
 * A store that lasts as long as the process. Keeps copies, so that what a caller does to its arrays later changes
 * nothing here, and refuses what the durable store refuses.
 *
 * As in every store, a decision is never replaced: recording the same decision again does nothing, recording another
 * one for the same workload and time rejects the whole update. A forecast of the same origin replaces the earlier one.
 */
export class MemoryStore implements Store {
  readonly #limits: MemoryLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #compositions: MemoryCompositions;
  #open = true;

  constructor(limits: Partial<MemoryLimits> = {}) {
    this.#limits = { ...DEFAULT_MEMORY_LIMITS, ...limits };
    this.#compositions = new MemoryCompositions(this.#limits.decisions);
  }

  /** Also null when the samples stored under this fingerprint have another step. */
  load(workloadId: string, fingerprint: string, stepMs: number): Promise<StoredWorkload | null> {
    return this.#attempt(() => {
      const entry = this.#entries.get(workloadId);
      if (entry?.fingerprint !== fingerprint || (entry.stepMs ?? stepMs) !== stepMs) return null;
      const last = entry.ledger.findLast(({ revision }) => revision === entry.revision);
      return {
        samples: assembleChunks(sortedChunks(entry.samples), stepMs),
        model: entry.modelJson === null ? null : (JSON.parse(entry.modelJson) as ModelRecord),
        forecast: entry.forecasts.at(-1) ?? null,
        lastDecision: last === undefined ? null : parseDecision(last),
      };
    });
  }

  record(update: WorkloadUpdate): Promise<void> {
    return this.#attempt(() => {
      checkUpdate(update);
      const modelJson =
        update.model === undefined ? undefined : toExactJson(update.model, `model of ${update.workloadId}`);
      const decisionJson =
        update.decision === undefined ? undefined : toExactJson(update.decision, `decision of ${update.workloadId}`);
      const entry = entryFor(this.#entries.get(update.workloadId), update.fingerprint);
      // Everything that can be refused is refused before the first change.
      if (update.decision !== undefined) {
        const previous = lastAtOrBefore(entry.ledger, update.decision.atMs, ({ atMs }) => atMs);
        if (previous?.atMs === update.decision.atMs && previous.json !== decisionJson) {
          throw ledgerConflict(update.workloadId, update.decision.atMs);
        }
      }
      if (update.samples !== undefined && update.samples.length > 0) {
        checkSameStep(update.workloadId, entry.stepMs ?? update.samples.stepMs, update.samples.stepMs);
        entry.stepMs = update.samples.stepMs;
        for (const part of splitIntoChunks(update.samples)) {
          entry.samples.set(part.chunk, mergeIntoChunk(entry.samples.get(part.chunk), part));
        }
      }
      if (modelJson !== undefined) entry.modelJson = modelJson;
      if (update.forecast !== undefined) insertByTime(entry.forecasts, copyOf(update.forecast), (f) => f.originMs);
      if (update.decision !== undefined && decisionJson !== undefined) {
        const added = { atMs: update.decision.atMs, revision: entry.revision, json: decisionJson };
        insertByTime(entry.ledger, added, ({ atMs }) => atMs);
      }
      this.#bound(entry);
      this.#entries.set(update.workloadId, entry);
    });
  }

  decisions(workloadId: string, range: TimeRange, limit: number): Promise<readonly Decision[]> {
    return this.#attempt(() => {
      const newest = checkLimit(limit);
      const ledger = this.#entries.get(workloadId)?.ledger ?? [];
      const inRange = ledger.filter(({ atMs }) => atMs >= range.fromMs && atMs < range.toMs);
      return inRange.slice(Math.max(0, inRange.length - newest)).map(parseDecision);
    });
  }

  decisionAt(workloadId: string, atMs: number): Promise<Decision | null> {
    return this.#attempt(() => {
      const found = lastAtOrBefore(this.#entries.get(workloadId)?.ledger ?? [], atMs, (entry) => entry.atMs);
      return found === undefined ? null : parseDecision(found);
    });
  }

  forecastAt(workloadId: string, atMs: number): Promise<Forecast | null> {
    return this.#attempt(
      () => lastAtOrBefore(this.#entries.get(workloadId)?.forecasts ?? [], atMs, (f) => f.originMs) ?? null,
    );
  }

  recordComposition(composition: Composition): Promise<void> {
    return this.#attempt(() => {
      this.#compositions.add(composition);
    });
  }

  compositions(objectId: string, range: TimeRange, limit: number): Promise<readonly Composition[]> {
    return this.#attempt(() => this.#compositions.read(objectId, range, limit));
  }

  compositionAt(objectId: string, atMs: number): Promise<Composition | null> {
    return this.#attempt(() => this.#compositions.at(objectId, atMs));
  }

  /** Workloads of which nothing but a model is left are forgotten. */
  prune(limits: Parameters<Store['prune']>[0]): Promise<void> {
    return this.#attempt(() => {
      this.#compositions.prune(limits.decisionsBeforeMs);
      for (const [workloadId, entry] of this.#entries) {
        for (const [chunk, values] of entry.samples) {
          const left = trimChunk(chunk, values, entry.stepMs!, limits.samplesBeforeMs);
          if (left === null) entry.samples.delete(chunk);
          else entry.samples.set(chunk, left);
        }
        entry.forecasts = entry.forecasts.filter(({ originMs }) => !(originMs < limits.forecastsBeforeMs));
        entry.ledger = entry.ledger.filter(({ atMs }) => !(atMs < limits.decisionsBeforeMs));
        if (entry.samples.size + entry.forecasts.length + entry.ledger.length === 0) this.#entries.delete(workloadId);
      }
    });
  }

  close(): Promise<void> {
    this.#open = false;
    this.#entries.clear();
    this.#compositions.clear();
    return Promise.resolve();
  }

  #attempt<T>(body: () => T): Promise<T> {
    return new Promise((resolve) => {
      if (!this.#open) throw new StoreError('the memory store is closed');
      resolve(body());
    });
  }

  #bound(entry: Entry): void {
    const surplus = entry.samples.size - Math.ceil(this.#limits.samples / CHUNK_SAMPLES);
    const oldest = sortedChunks(entry.samples).slice(0, Math.max(0, surplus));
    for (const [chunk] of oldest) entry.samples.delete(chunk);
    entry.forecasts.splice(0, entry.forecasts.length - this.#limits.forecasts);
    entry.ledger.splice(0, entry.ledger.length - this.#limits.decisions);
  }
}

/** The entry to change: the stored one, or what the ledger leaves of it when the fingerprint is another. */
function entryFor(stored: Entry | undefined, fingerprint: string): Entry {
  if (stored?.fingerprint === fingerprint) return stored;
  return {
    fingerprint,
    revision: (stored?.revision ?? -1) + 1,
    stepMs: null,
    samples: new Map(),
    modelJson: null,
    forecasts: [],
    ledger: stored === undefined ? [] : [...stored.ledger],
  };
}

function parseDecision(entry: LedgerEntry): Decision {
  return JSON.parse(entry.json) as Decision;
}

function copyOf(forecast: Forecast): Forecast {
  const { model, originMs, stepMs, levels, values } = forecast;
  return new Forecast({ model, originMs, stepMs, levels, values: values.map((row) => row.slice()) });
}

function sortedChunks(chunks: ReadonlyMap<number, Float64Array>): [number, Float64Array][] {
  return [...chunks].sort(([a], [b]) => a - b);
}

function lastAtOrBefore<T>(items: readonly T[], atMs: number, timeOf: (item: T) => number): T | undefined {
  return items.findLast((item) => timeOf(item) <= atMs);
}

/** Inserts in time order; an item of the same time is replaced. */
function insertByTime<T>(items: T[], item: T, timeOf: (item: T) => number): void {
  const time = timeOf(item);
  const index = items.findLastIndex((other) => timeOf(other) <= time);
  const replaces = index >= 0 && timeOf(items[index]!) === time;
  items.splice(replaces ? index : index + 1, replaces ? 1 : 0, item);
}
