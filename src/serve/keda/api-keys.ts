import { createHash } from 'node:crypto';
import { UsageError } from '../../core/errors.js';

/** What KEDA takes for a key: three parts in base64url, the last of which may be empty. */
const JWT_SHAPE = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** The keys by which clients of the PredictKube backend are known. Holds their digests only. */
export class ApiKeys {
  readonly #digests: ReadonlySet<string>;

  private constructor(keys: readonly string[]) {
    this.#digests = new Set(keys.map(digest));
  }

  /**
   * Reads one key per line; empty lines and those that begin with `#` are left out.
   *
   * @param name of the file, for messages
   * @throws {UsageError} no key, or one that KEDA would not send; the message has the line, never the key
   */
  static parse(text: string, name: string): ApiKeys {
    const lines = text.split(/\r?\n/).map((line, index) => ({ key: line.trim(), line: index + 1 }));
    const given = lines.filter(({ key }) => key !== '' && !key.startsWith('#'));
    const bad = given.find(({ key }) => !JWT_SHAPE.test(key));
    if (bad !== undefined) {
      throw new UsageError(
        `${name}:${bad.line} is not a key that KEDA accepts; expected three parts in base64url with dots between (the shape of a JWT)`,
      );
    }
    if (given.length === 0) throw new UsageError(`${name} has no key; expected one per line`);
    return new ApiKeys(given.map(({ key }) => key));
  }

  /** By digests, so that the time it takes tells nothing about the keys. */
  accepts(key: string): boolean {
    return this.#digests.has(digest(key));
  }
}

function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64');
}
