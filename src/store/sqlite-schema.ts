import { StoreError } from '../core/errors.js';
import type { SqliteConnection } from './sqlite-connection.js';

/**
 * The schema, as the steps that lead to it; step `i` takes a file from version `i` to `i + 1`. Steps are never changed
 * once released, only added.
 *
 * Times are epoch milliseconds. Numbers that must come back bit for bit are in blobs (little-endian doubles) or in JSON;
 * the columns derived from a decision's JSON are for people with a SQLite shell.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE workloads (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,          -- SHA-256: it may be made from a query and an address
    revision INTEGER NOT NULL,          -- how often the fingerprint has changed
    step_ms INTEGER                     -- null until there are samples
  ) STRICT;

  CREATE TABLE samples (
    workload INTEGER NOT NULL REFERENCES workloads ON DELETE CASCADE,
    chunk INTEGER NOT NULL,             -- covers step_ms * [512 * chunk, 512 * (chunk + 1))
    "values" BLOB NOT NULL,             -- NaN: not known
    PRIMARY KEY (workload, chunk)
  ) STRICT;

  CREATE TABLE models (
    workload INTEGER PRIMARY KEY REFERENCES workloads ON DELETE CASCADE,
    record TEXT NOT NULL
  ) STRICT;

  CREATE TABLE forecasts (
    workload INTEGER NOT NULL REFERENCES workloads ON DELETE CASCADE,
    origin_ms REAL NOT NULL,
    step_ms REAL NOT NULL,
    model TEXT NOT NULL,
    levels BLOB NOT NULL,
    "values" BLOB NOT NULL,             -- all steps of the lowest level, then of the next
    PRIMARY KEY (workload, origin_ms)
  ) STRICT;

  CREATE TABLE decisions (
    workload INTEGER NOT NULL REFERENCES workloads ON DELETE CASCADE,
    at_ms REAL NOT NULL,
    revision INTEGER NOT NULL,          -- of the workload, when this was decided
    decision TEXT NOT NULL,
    state TEXT AS (decision ->> 'state') VIRTUAL,
    origin TEXT AS (decision ->> 'origin') VIRTUAL,
    value REAL AS (decision ->> 'value') VIRTUAL,
    active INTEGER AS (decision ->> 'active') VIRTUAL,
    reason TEXT AS (decision ->> 'reason') VIRTUAL,
    PRIMARY KEY (workload, at_ms)
  ) STRICT;
  `,
  `
  CREATE TABLE compositions (
    object TEXT NOT NULL,               -- namespace/name of the ScaledObject
    at_ms REAL NOT NULL,
    composition TEXT NOT NULL,
    active INTEGER AS (composition ->> 'active') VIRTUAL,
    required_replicas INTEGER AS (composition ->> 'requiredReplicas') VIRTUAL,
    reason TEXT AS (composition ->> 'reason') VIRTUAL,
    PRIMARY KEY (object, at_ms)
  ) STRICT;

  CREATE INDEX compositions_by_time ON compositions (at_ms);
  `,
];

/**
 * Brings the file to the newest schema, each step in a transaction of its own.
 *
 * @throws {StoreError} a file written by a newer version
 */
export function migrate(connection: SqliteConnection, migrations: readonly string[] = MIGRATIONS): void {
  const version = connection.all<{ user_version: number }>('PRAGMA user_version')[0]!.user_version;
  if (version > migrations.length) {
    throw new StoreError(
      `store ${connection.path} has schema version ${version}, this version of tidecast knows up to ` +
        `${migrations.length}; run the newer version again, or move the file away to start anew`,
    );
  }
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    connection.transaction(() => {
      connection.exec(step);
      connection.exec(`PRAGMA user_version=${index + 1}`);
    });
  }
}
