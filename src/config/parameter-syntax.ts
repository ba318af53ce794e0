import { parseDuration } from '../core/duration.js';

/** JSON's numbers: no leading plus or zeros, no hexadecimal, no infinities. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;
const INTEGER = /^-?(0|[1-9]\d*)$/;

/** Go's, which KEDA uses. */
const FLAGS = new Map([
  ...['1', 't', 'T', 'TRUE', 'true', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'FALSE', 'false', 'False'].map((text) => [text, false] as const),
]);

/** More numbers than this cannot be meant: no topic has as many partitions. */
const MAX_RANGE = 100_000;

// Each of these returns undefined for a text that is none of its kind.

export function readNumber(text: string): number | undefined {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : undefined;
}

export function readInteger(text: string): number | undefined {
  const value = INTEGER.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(value) ? value : undefined;
}

export function readFlag(text: string): boolean | undefined {
  return FLAGS.get(text);
}

/** KEDA's lists: split at commas, trimmed. */
export function splitList(text: string): string[] {
  return text.split(',').map((item) => item.trim());
}

/**
 * @returns whole milliseconds, at least one for anything above zero, so that no slip becomes the special value zero;
 *   undefined for a text that is not a duration
 */
export function readDuration(text: string): number | undefined {
  try {
    const exact = parseDuration(text);
    return exact > 0 ? Math.max(1, Math.round(exact)) : exact;
  } catch {
    return undefined;
  }
}

/** As {@link readDuration}; a bare number is in milliseconds, as in KEDA. */
export function readTimeout(text: string): number | undefined {
  const milliseconds = readInteger(text);
  if (milliseconds === undefined) return readDuration(text);
  return milliseconds >= 0 ? milliseconds : undefined;
}

/** KEDA's maps, `k=v,k2=v2`: exactly one `=` in each item. */
export function readMap(text: string): ReadonlyMap<string, string> | undefined {
  const entries = splitList(text).map((item) => item.split('=').map((part) => part.trim()));
  const isPair = (entry: string[]): entry is [string, string] => entry.length === 2 && entry[0] !== '';
  return entries.every(isPair) ? new Map(entries) : undefined;
}

/** `k=v&k2=v2`, percent-decoded; of a repeated key the last counts. */
export function readQuery(text: string): ReadonlyMap<string, string> {
  return new Map(new URLSearchParams(text));
}

/** KEDA's ranges, `1-3,7`: the numbers they name, in order and each once. */
export function readIntegers(text: string): readonly number[] | undefined {
  const numbers = new Set<number>();
  for (const item of splitList(text)) {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(item) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (!(first <= last) || last - first > MAX_RANGE) return undefined;
    for (let number = first; number <= last; number++) numbers.add(number);
  }
  return [...numbers].sort((a, b) => a - b);
}
