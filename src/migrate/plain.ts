/** Data as YAML and JSON hold it. */
export type Plain = null | boolean | number | string | readonly Plain[] | PlainMap;

export interface PlainMap {
  readonly [key: string]: Plain;
}

export function isPlainMap(value: unknown): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Equal data, whatever the order of keys. */
export function equalPlain(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, index) => equalPlain(value, b[index]));
  }
  if (!isPlainMap(a) || !isPlainMap(b)) return Object.is(a, b);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equalPlain(a[key], b[key]))
  );
}

/** A scalar as the text that trigger metadata hold. */
export function plainText(value: Plain): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The map without some of its keys. */
export function without(map: PlainMap, keys: readonly string[]): PlainMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !keys.includes(key)));
}
