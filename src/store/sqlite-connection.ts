import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'libsql';
import { StoreError } from '../core/errors.js';

/** "tide": marks a file as ours, so that somebody else's database is never written to. */
const APPLICATION_ID = 0x74_69_64_65;

/** What can be bound to a parameter. The library ends the process on anything else, so it is checked at run time too. */
export type SqlValue = number | string | null | Buffer;

/** 1 s: long enough for a predecessor to finish closing, short enough for a start that is refused. */
const BUSY_TIMEOUT_MS = 1_000;

const REBUILD =
  'everything in it can be rebuilt from the history source except past decisions: move it away to start anew';

/** What a person can do about each of SQLite's primary result codes. */
const ADVICE: Readonly<Record<number, string>> = {
  5: 'another process has it open; a store serves one process at a time: stop that one, or give this one another path',
  8: 'it cannot be written: check the permissions of the file and its folder',
  10: 'the disk failed to read or write it: check the disk',
  11: `it is damaged; ${REBUILD}`,
  13: 'the disk is full: free space, or shorten what is kept',
  14: 'it cannot be opened: check that its folder can be written',
  26: `it is not a tidecast store; ${REBUILD}`,
};

/**
 * One SQLite file, open for this process alone, with statements prepared once. Synchronous. Every failure is a
 * {@link StoreError} that names the file and what to do.
 *
 * The lock is SQLite's own (`locking_mode=EXCLUSIVE`), held by the operating system for the process: a second process
 * is refused, and a process that was killed leaves nothing behind.
 */
export class SqliteConnection {
  readonly path: string;
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement<[SqlValue[]]>>();
  #open = true;

  /** Opens or creates the file and its folder. @throws {StoreError} */
  constructor(path: string) {
    this.path = resolve(path);
    this.#database = this.#attempt(() => {
      mkdirSync(dirname(this.path), { recursive: true });
      return new Database(this.path);
    });
    try {
      this.#pragma(`busy_timeout=${BUSY_TIMEOUT_MS}`, BUSY_TIMEOUT_MS);
      this.#pragma('locking_mode=EXCLUSIVE', 'exclusive');
      this.#claimFile();
      this.#pragma('journal_mode=WAL', 'wal');
      // In WAL mode this survives the death of the process; a power failure may cost the last moments, never the file.
      this.#pragma('synchronous=NORMAL');
      this.#pragma('synchronous', 1);
      this.#pragma('foreign_keys=ON');
      this.#pragma('foreign_keys', 1);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  /** Runs SQL without parameters or result, several statements if need be. */
  exec(sql: string): void {
    this.#attempt(() => this.#database.exec(sql));
  }

  /** Runs one statement. @returns the number of rows changed */
  run(sql: string, ...parameters: SqlValue[]): number {
    return this.#attempt(() => this.#prepared(sql, parameters).run(parameters).changes);
  }

  /** All rows of one query; blobs come as `ArrayBuffer`. The caller vouches for the type of a row. */
  all<Row>(sql: string, ...parameters: SqlValue[]): Row[] {
    return this.#attempt(() => this.#prepared(sql, parameters).all(parameters) as Row[]);
  }

  /** Runs `body` in one transaction: all of it is kept, or nothing if it throws. */
  transaction<T>(body: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = body();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      // A full disk has already ended the transaction; a second attempt would hide the reason.
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Writes everything into the one file and gives up the lock. Calling it again does nothing. @throws {StoreError} */
  close(): void {
    if (!this.#open) return;
    try {
      this.#pragma('journal_mode=DELETE', 'delete');
    } finally {
      this.#release();
    }
  }

  /** Closes the file, whatever state it is in. */
  #release(): void {
    try {
      // The library keeps the file open until its statements are collected: the lock has to be given up explicitly,
      // which happens at the next access.
      this.#pragma('busy_timeout=0');
      this.#pragma('locking_mode=NORMAL');
      this.#pragma('application_id');
    } catch {
      // A file that cannot be read is not locked by this process either.
    }
    this.#open = false;
    this.#statements.clear();
    this.#database.close();
  }

  /** Marks an empty database as ours. @throws {StoreError} it is somebody else's, which is left as it was */
  #claimFile(): void {
    if (this.#pragma('application_id') === APPLICATION_ID) return;
    if (this.all('SELECT 1 FROM sqlite_schema LIMIT 1').length > 0) {
      throw new StoreError(`${this.path} is a SQLite database of another program; give the store a path of its own`);
    }
    this.#pragma(`application_id=${APPLICATION_ID}`);
  }

  /** @returns what the pragma answers, if anything. @throws {StoreError} when that is not what is expected */
  #pragma(pragma: string, expected?: string | number): unknown {
    const [row] = this.all<Record<string, unknown>>(`PRAGMA ${pragma}`);
    const [received] = Object.values(row ?? {});
    if (expected === undefined || received === expected) return received;
    throw new StoreError(
      `store ${this.path}: PRAGMA ${pragma} answered ${JSON.stringify(received)}, expected ${JSON.stringify(expected)}; ` +
        'the file system may not support what SQLite needs: use a local disk',
    );
  }

  #prepared(sql: string, parameters: readonly SqlValue[]): Database.Statement<[SqlValue[]]> {
    for (const value of parameters as readonly unknown[]) {
      if (value === null || typeof value === 'number' || typeof value === 'string' || Buffer.isBuffer(value)) continue;
      throw new TypeError(`cannot bind a value of type ${typeof value} to "${sql}"`);
    }
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare<[SqlValue[]]>(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #attempt<T>(body: () => T): T {
    if (!this.#open) throw new StoreError(`store ${this.path} is closed`);
    try {
      return body();
    } catch (error) {
      throw storeError(this.path, error);
    }
  }
}

/** Any failure as a {@link StoreError} that names the file and what a person can do. */
export function storeError(path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const advice = ADVICE[primaryCode(error)];
  return new StoreError(`store ${path}: ${message}${advice === undefined ? '' : `; ${advice}`}`, { cause: error });
}

function primaryCode(error: unknown): number {
  if (!(error instanceof Error)) return 0;
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode & 0xff;
  // Failing to open is reported as text alone: ConnectionFailed("Unable to open ...: 14").
  return Number(/: (\d+)"\)$/.exec(error.message)?.[1] ?? 0);
}
