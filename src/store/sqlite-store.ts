import { createHash } from 'node:crypto';
import { setImmediate as yieldToOthers } from 'node:timers/promises';
import type { Composition } from '../core/composition.js';
import type { Decision } from '../core/decision.js';
import type { Forecast } from '../core/forecast.js';
import type { ModelRecord, Store, StoredWorkload, TimeRange, WorkloadUpdate } from '../core/store.js';
import { toExactJson } from './exact-json.js';
import { pruneCompositions, readCompositionAt, readCompositions, writeComposition } from './sqlite-compositions.js';
import { SqliteConnection, storeError } from './sqlite-connection.js';
import { readForecast, writeForecast } from './sqlite-forecasts.js';
import { pruneSamples, readSamples, writeSamples } from './sqlite-samples.js';
import { migrate } from './sqlite-schema.js';
import { checkLimit, checkSameStep, checkUpdate, ledgerConflict } from './update-check.js';

/** Rows deleted in one transaction: a few milliseconds during which nothing else runs. */
const PRUNE_BATCH = 200;

type PruneLimits = Parameters<Store['prune']>[0];

interface WorkloadRow {
  readonly key: number;
  readonly fingerprint: string;
  readonly revision: number;
  readonly step_ms: number | null;
}

interface DecisionRow {
  readonly decision: string;
}

/**
 * A store in one SQLite file, safe against being killed at any moment: an update is one transaction, and what `record`
 * has acknowledged is there after a restart of the process.
 *
 * The file belongs to one process at a time. Numbers come back bit for bit; a NaN or infinity where JSON is stored
 * (decisions, model states) is refused. A decision is never replaced: recording the same decision again does nothing,
 * recording another one for the same workload and time rejects the whole update. A forecast of the same origin replaces
 * the earlier one.
 */
export class SqliteStore implements Store {
  readonly #connection: SqliteConnection;

  /** Opens or creates the file. @throws {StoreError} with what to do, when it is locked, damaged, foreign or too new */
  static open(path: string): SqliteStore {
    const connection = new SqliteConnection(path);
    try {
      migrate(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
    return new SqliteStore(connection);
  }

  /** @param connection with the current schema; the store closes it */
  constructor(connection: SqliteConnection) {
    this.#connection = connection;
  }

  /** Also null when the samples stored under this fingerprint have another step. */
  load(workloadId: string, fingerprint: string, stepMs: number): Promise<StoredWorkload | null> {
    return this.#attempt(() => {
      const workload = this.#workload(workloadId);
      if (workload?.fingerprint !== digest(fingerprint) || (workload.step_ms ?? stepMs) !== stepMs) return null;
      const [model] = this.#connection.all<{ record: string }>(
        'SELECT record FROM models WHERE workload = ?',
        workload.key,
      );
      const [last] = this.#connection.all<DecisionRow>(
        'SELECT decision FROM decisions WHERE workload = ? AND revision = ? ORDER BY at_ms DESC LIMIT 1',
        workload.key,
        workload.revision,
      );
      return {
        samples: readSamples(this.#connection, workload.key, stepMs),
        model: model === undefined ? null : (JSON.parse(model.record) as ModelRecord),
        forecast: readForecast(this.#connection, workload.key, Infinity),
        lastDecision: last === undefined ? null : parseDecision(last),
      };
    });
  }

  record(update: WorkloadUpdate): Promise<void> {
    return this.#attempt(() => {
      checkUpdate(update);
      this.#connection.transaction(() => {
        const workload = this.#claim(update.workloadId, digest(update.fingerprint));
        if (update.samples !== undefined && update.samples.length > 0) {
          checkSameStep(update.workloadId, workload.step_ms ?? update.samples.stepMs, update.samples.stepMs);
          writeSamples(this.#connection, workload.key, update.samples);
        }
        if (update.model !== undefined) {
          const json = toExactJson(update.model, `model of ${update.workloadId}`);
          this.#connection.run('REPLACE INTO models (workload, record) VALUES (?, ?)', workload.key, json);
        }
        if (update.forecast !== undefined) writeForecast(this.#connection, workload.key, update.forecast);
        if (update.decision !== undefined) this.#append(workload, update.decision);
      });
    });
  }

  decisions(workloadId: string, range: TimeRange, limit: number): Promise<readonly Decision[]> {
    return this.#attempt(() =>
      this.#connection
        .all<DecisionRow>(
          `SELECT decision FROM decisions WHERE workload = (SELECT key FROM workloads WHERE id = ?)
             AND at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC LIMIT ?`,
          workloadId,
          range.fromMs,
          range.toMs,
          checkLimit(limit),
        )
        .map(parseDecision)
        .reverse(),
    );
  }

  decisionAt(workloadId: string, atMs: number): Promise<Decision | null> {
    return this.#attempt(() => {
      const [row] = this.#connection.all<DecisionRow>(
        `SELECT decision FROM decisions WHERE workload = (SELECT key FROM workloads WHERE id = ?)
           AND at_ms <= ? ORDER BY at_ms DESC LIMIT 1`,
        workloadId,
        atMs,
      );
      return row === undefined ? null : parseDecision(row);
    });
  }

  forecastAt(workloadId: string, atMs: number): Promise<Forecast | null> {
    return this.#attempt(() => {
      const workload = this.#workload(workloadId);
      return workload === undefined ? null : readForecast(this.#connection, workload.key, atMs);
    });
  }

  recordComposition(composition: Composition): Promise<void> {
    return this.#attempt(() => {
      writeComposition(this.#connection, composition);
    });
  }

  compositions(objectId: string, range: TimeRange, limit: number): Promise<readonly Composition[]> {
    return this.#attempt(() => readCompositions(this.#connection, objectId, range, limit));
  }

  compositionAt(objectId: string, atMs: number): Promise<Composition | null> {
    return this.#attempt(() => readCompositionAt(this.#connection, objectId, atMs));
  }

  /**
   * In small transactions with room for other work between them, so that serving goes on. Workloads of which nothing
   * but a model is left are forgotten.
   */
  async prune(limits: PruneLimits): Promise<void> {
    const workloads = await this.#attempt(() => this.#connection.all<WorkloadRow>('SELECT * FROM workloads'));
    for (const { key } of workloads) {
      while (await this.#attempt(() => this.#pruneBatch(key, limits))) await yieldToOthers();
      await yieldToOthers();
    }
    const { decisionsBeforeMs } = limits;
    const pruned = (): number => pruneCompositions(this.#connection, decisionsBeforeMs, PRUNE_BATCH);
    while ((await this.#attempt(pruned)) === PRUNE_BATCH) await yieldToOthers();
    await this.#attempt(() =>
      this.#connection.run(
        `DELETE FROM workloads WHERE NOT EXISTS (SELECT 1 FROM samples WHERE workload = key)
           AND NOT EXISTS (SELECT 1 FROM forecasts WHERE workload = key)
           AND NOT EXISTS (SELECT 1 FROM decisions WHERE workload = key)`,
      ),
    );
  }

  /** Writes everything into the one file and releases it. Calling it again does nothing. */
  close(): Promise<void> {
    return this.#attempt(() => {
      this.#connection.close();
    });
  }

  #workload(workloadId: string): WorkloadRow | undefined {
    return this.#connection.all<WorkloadRow>('SELECT * FROM workloads WHERE id = ?', workloadId)[0];
  }

  /** The row of the workload, made or emptied if the fingerprint is a new one. */
  #claim(workloadId: string, fingerprint: string): WorkloadRow {
    const stored = this.#workload(workloadId);
    if (stored?.fingerprint === fingerprint) return stored;
    if (stored === undefined) {
      this.#connection.run(
        'INSERT INTO workloads (id, fingerprint, revision) VALUES (?, ?, 0)',
        workloadId,
        fingerprint,
      );
    } else {
      for (const table of ['samples', 'models', 'forecasts']) {
        this.#connection.run(`DELETE FROM ${table} WHERE workload = ?`, stored.key);
      }
      this.#connection.run(
        'UPDATE workloads SET fingerprint = ?, revision = revision + 1, step_ms = NULL WHERE key = ?',
        fingerprint,
        stored.key,
      );
    }
    return this.#workload(workloadId)!;
  }

  /** @returns whether there may be more to drop */
  #pruneBatch(workload: number, limits: PruneLimits): boolean {
    return this.#connection.transaction(() => {
      pruneSamples(this.#connection, workload, limits.samplesBeforeMs);
      const forecasts = this.#connection.run(
        `DELETE FROM forecasts WHERE rowid IN
           (SELECT rowid FROM forecasts WHERE workload = ? AND origin_ms < ? LIMIT ${PRUNE_BATCH})`,
        workload,
        limits.forecastsBeforeMs,
      );
      const decisions = this.#connection.run(
        `DELETE FROM decisions WHERE rowid IN
           (SELECT rowid FROM decisions WHERE workload = ? AND at_ms < ? LIMIT ${PRUNE_BATCH})`,
        workload,
        limits.decisionsBeforeMs,
      );
      return Math.max(forecasts, decisions) === PRUNE_BATCH;
    });
  }

  #append(workload: WorkloadRow, decision: Decision): void {
    const json = toExactJson(decision, `decision of ${decision.workloadId}`);
    const [existing] = this.#connection.all<DecisionRow>(
      'SELECT decision FROM decisions WHERE workload = ? AND at_ms = ?',
      workload.key,
      decision.atMs,
    );
    if (existing?.decision === json) return;
    if (existing !== undefined) throw ledgerConflict(decision.workloadId, decision.atMs);
    this.#connection.run(
      'INSERT INTO decisions (workload, at_ms, revision, decision) VALUES (?, ?, ?, ?)',
      workload.key,
      decision.atMs,
      workload.revision,
      json,
    );
  }

  /** What is stored may be damaged in ways that only reading it shows, so every failure is a StoreError. */
  #attempt<T>(body: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      try {
        resolve(body());
      } catch (error) {
        reject(storeError(this.#connection.path, error));
      }
    });
  }
}

function parseDecision(row: DecisionRow): Decision {
  return JSON.parse(row.decision) as Decision;
}

function digest(fingerprint: string): string {
  return createHash('sha256').update(fingerprint).digest('hex');
}
