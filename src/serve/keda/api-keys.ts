import { createHash } from 'node:crypto';
import { UsageError } from '../../core/errors.js';
import { isApiKey, isWorkloadName, subjectOfKey } from '../../core/workload-key.js';
import type { Caller } from './call-record.js';

/** Of a digest, as a name for logs. */
const SHOWN_DIGEST_CHARACTERS = 8;

/** The keys by which clients of the PredictKube backend are known. Holds their digests only. */
export class ApiKeys {
  /** By digest. */
  readonly #callers: ReadonlyMap<string, Caller>;

  private constructor(keys: readonly string[]) {
    this.#callers = new Map(keys.map((key) => [digest(key), callerOf(key)]));
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
    const bad = given.find(({ key }) => !isApiKey(key));
    if (bad !== undefined) {
      throw new UsageError(
        `${name}:${bad.line} is not a key that KEDA accepts; expected three parts in base64url with dots between (the shape of a JWT)`,
      );
    }
    if (given.length === 0) throw new UsageError(`${name} has no key; expected one per line`);
    return new ApiKeys(given.map(({ key }) => key));
  }

  /** The workloads that keys name. */
  get workloads(): readonly string[] {
    return [...this.#callers.values()].flatMap(({ workload }) => workload ?? []);
  }

  /**
   * Whose key it is; undefined when it is not accepted. Looked up by digest, so that the time it takes tells nothing about
   * the keys.
   */
  callerOf(key: string): Caller | undefined {
    return this.#callers.get(digest(key));
  }
}

/** Known in logs by its subject, or without one by the beginning of its digest. */
function callerOf(key: string): Caller {
  const subject = subjectOfKey(key);
  if (subject === undefined) {
    return { user: `key:${createHash('sha256').update(key).digest('hex').slice(0, SHOWN_DIGEST_CHARACTERS)}` };
  }
  return isWorkloadName(subject) ? { user: `key:${subject}`, workload: subject } : { user: `key:${subject}` };
}

function digest(key: string): string {
  return createHash('sha256').update(key).digest('base64');
}
