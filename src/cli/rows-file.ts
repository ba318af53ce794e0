import { access, constants, open, stat, unlink, writeFile, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../core/errors.js';

/** A text file that a command writes row by row as it goes. */
export class RowsFile {
  readonly #flag: string;
  readonly #path: string;
  readonly #file: FileHandle;
  #rows: string[];

  private constructor(flag: string, path: string, file: FileHandle, header: string) {
    this.#flag = flag;
    this.#path = path;
    this.#file = file;
    this.#rows = [header];
  }

  /**
   * @param flag that named the file, for messages
   * @throws {UsageError} the file cannot be written
   */
  static async open(flag: string, path: string, header: string): Promise<RowsFile> {
    return new RowsFile(flag, path, await writing(flag, path, () => open(path, 'w')), header);
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

  async close(): Promise<void> {
    await this.#file.close();
  }

  /** Closes and removes the file: part of the rows would pass for all of them. A pipe or device stays. */
  async discard(): Promise<void> {
    const isFile = (await this.#file.stat()).isFile();
    await this.#file.close();
    if (isFile) await unlink(this.#path);
  }
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
