import { StoreError } from '../core/errors.js';

/**
 * Writes plain data as JSON from which `JSON.parse` returns the same data, bit for bit.
 *
 * Unlike `JSON.stringify` it keeps the sign of -0 and refuses what JSON cannot carry instead of changing it: NaN,
 * infinities, typed arrays, dates and class instances. A property that is undefined is left out, as in JSON.
 *
 * @param value null, booleans, finite numbers, strings, arrays and plain objects of these
 * @param what  how to name the value in a message, such as `model`
 * @throws {StoreError} anything else, naming the place (`model.state.weights[3]`) and what is there
 */
export function toExactJson(value: unknown, what: string): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refusal(what, String(value), 'a finite number, or null for an unknown one');
    return Object.is(value, -0) ? '-0' : String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item, i) => toExactJson(item, `${what}[${i}]`)).join(',')}]`;
  if (isPlainObject(value)) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${toExactJson(member, `${what}.${key}`)}`).join(',')}}`;
  }
  throw refusal(what, describe(value), 'plain data: null, booleans, finite numbers, strings, arrays and plain objects');
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return `of type ${typeof value}`;
  return `a ${(value as { constructor?: { name?: string } }).constructor?.name ?? 'object of its own kind'}`;
}

function refusal(what: string, received: string, accepted: string): StoreError {
  return new StoreError(`${what} is ${received} and cannot be stored exactly; expected ${accepted}`);
}
