import { access, constants, open, realpath, rename, stat, unlink, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../core/errors.js';

/** A text file that a command writes row by row as it goes, and that takes its place when it is complete. */
export class RowsFile {
  readonly #flag: string;
  readonly #path: string;
  readonly #file: FileHandle;
  /** Where the rows are until they are complete; null: in the place itself, a pipe or device. */
  readonly #partPath: string | null;
  #rows: string[];

  private constructor(flag: string, path: string, file: FileHandle, partPath: string | null, header: string) {
    this.#flag = flag;
    this.#path = path;
    this.#file = file;
    this.#partPath = partPath;
    this.#rows = [header];
  }

  /**
   * @param flag that named the file, for messages
   * @throws {UsageError} the file cannot be written
   */
  static async open(flag: string, path: string, header: string): Promise<RowsFile> {
    await checkWritable(flag, path);
    return writing(flag, path, async () => {
      const existing = await stat(path).catch(() => null);
      if (existing?.isFile() === false) return new RowsFile(flag, path, await open(path, 'w'), null, header);
      // A link stays one: what it points to is replaced.
      const place = existing === null ? path : await realpath(path);
      const partPath = `${place}.${process.pid}.part`;
      return new RowsFile(flag, place, await open(partPath, 'w', existing?.mode), partPath, header);
    });
  }

  add(row: string): void {
    this.#rows.push(row);
  }

  /** Writes what has been added. @throws {UsageError} it cannot be written */
  async flush(): Promise<void> {
    const text = this.#rows.map((row) => `${row}\n`).join('');
    this.#rows = [];
    await writing(this.#flag, this.#path, () => this.#file.appendFile(text));
  }

  /** Puts the file in its place, instead of what was there. @throws {UsageError} it cannot be put there */
  async close(): Promise<void> {
    await this.#file.close();
    const partPath = this.#partPath;
    if (partPath !== null) await writing(this.#flag, this.#path, () => rename(partPath, this.#path));
  }

  /** Removes what was written: part of the rows would pass for all of them. What was in the place before stays. */
  async discard(): Promise<void> {
    await this.#file.close();
    if (this.#partPath !== null) await unlink(this.#partPath);
  }
}

/** Flags that name files, and the paths they were given. */
export type NamedFiles = Readonly<Record<string, string | undefined>>;

/** @throws {UsageError} a file to be written is one that is read, or is to be written twice, under whatever name */
export async function checkDistinct(outputs: NamedFiles, inputs: NamedFiles): Promise<void> {
  const seen = new Map<string, string>();
  for (const [flag, path] of [...Object.entries(inputs), ...Object.entries(outputs)]) {
    const identity = path === undefined ? null : await identityOf(path);
    if (identity === null) continue;
    const other = seen.get(identity);
    if (other !== undefined && flag in outputs) {
      throw new UsageError(`${flag} and ${other} are the same file, ${path}; expected another one to write to`);
    }
    seen.set(identity, flag);
  }
}

/** The same for all names of a file; null for pipes and devices, which may be used twice. */
async function identityOf(path: string): Promise<string | null> {
  const existing = await stat(path).catch(() => null);
  if (existing === null) return resolve(path);
  return existing.isFile() ? `${existing.dev}:${existing.ino}` : null;
}

/**
 * Finds out whether a file can be written that is only made at the end of long work, without touching it.
 *
 * @param flag that named the file, for messages
 * @throws {UsageError} it cannot be written
 */
export async function checkWritable(flag: string, path: string): Promise<void> {
  await writing(flag, path, async () => {
    const existing = await stat(path).catch(() => null);
    if (existing?.isDirectory() === true) throw new Error('it is a folder');
    await access(existing === null ? dirname(path) : path, constants.W_OK);
  });
}

/**
 * Writes a whole text file.
 *
 * @param flag that named the file, for messages
 * @throws {UsageError} it cannot be written
 */
export async function writeText(flag: string, path: string, text: string): Promise<void> {
  await writing(flag, path, () => writeFile(path, text));
}

async function writing<T>(flag: string, path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw new UsageError(`${flag}: cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}
