type Step = (value: unknown) => unknown;

/**
 * Compiles a path into JSON: the part of gjson's syntax that leads to one value. Keys are separated by dots, `*` and `?`
 * match parts of a key, a backslash takes what follows as it is, a number is a position in an array, a final `#` is the
 * length of an array, and `#(name=="x")` is its first element that matches.
 *
 * @returns undefined for a path that leads to several values, or uses more of the syntax
 * @see https://github.com/tidwall/gjson/blob/master/SYNTAX.md
 */
export function compileJsonPath(path: string): ((value: unknown) => unknown) | undefined {
  const parts = splitAtDots(path);
  const steps = parts?.map((part, index) => compileStep(part, index === parts.length - 1));
  if (steps === undefined || !steps.every((step) => step !== undefined)) return undefined;
  return (value) => steps.reduce((found, step) => step(found), value);
}

/** Dots within parentheses, and after a backslash, separate nothing. */
function splitAtDots(path: string): string[] | undefined {
  const part = /(?:#\((?:"(?:[^"\\]|\\.)*"|[^")])*\)|[^.\\]|\\.)+/suy;
  const parts: string[] = [];
  for (;;) {
    const match = part.exec(path);
    if (match === null) return undefined;
    parts.push(match[0]);
    if (part.lastIndex === path.length) return parts;
    if (path[part.lastIndex] !== '.') return undefined;
    part.lastIndex++;
  }
}

function compileStep(part: string, isLast: boolean): Step | undefined {
  if (part === '#') return isLast ? (value) => (Array.isArray(value) ? value.length : undefined) : undefined;
  const query = /^#\((.*)\)$/s.exec(part);
  if (query !== null) return compileQuery(query[1]!);
  // Modifiers, several paths at once, lines of JSON, pipes: none is needed to name one value.
  return /^[@!#{[]|^\.\.|\|/.test(part) ? undefined : compileKey(part);
}

function compileKey(part: string): Step {
  const key = part.replace(/\\(.)/gs, '$1');
  if (!/(?<!\\)[*?]/.test(part)) return (value) => memberOf(value, key);
  const pattern = part.replace(/\\(.)|([*?])|(.)/gs, (_match, escaped?: string, wildcard?: string, plain?: string) =>
    wildcard === undefined ? escapeRegExp(escaped ?? plain ?? '') : wildcard === '*' ? '.*' : '.',
  );
  const matching = new RegExp(`^${pattern}$`, 's');
  return (value) => (isObject(value) ? Object.entries(value).find(([name]) => matching.test(name))?.[1] : undefined);
}

function memberOf(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? (value as unknown[])[Number(key)] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

type Comparison = (order: number, equal: boolean) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  '=': (_order, equal) => equal,
  '==': (_order, equal) => equal,
  '!=': (_order, equal) => !equal,
  '<': (order) => order < 0,
  '<=': (order, equal) => order < 0 || equal,
  '>': (order) => order > 0,
  '>=': (order, equal) => order > 0 || equal,
};

function compileQuery(query: string): Step | undefined {
  const [, path = '', operator, literal = ''] = /^\s*([^=!<>%]*?)\s*(==|!=|<=|>=|=|<|>)\s*(.*?)\s*$/s.exec(query) ?? [];
  const compare = operator === undefined ? undefined : COMPARISONS[operator];
  const member = path === '' ? (value: unknown) => value : compileJsonPath(path);
  const wanted = parseLiteral(literal);
  if (compare === undefined || member === undefined || wanted === undefined) return undefined;
  const matches = (element: unknown): boolean => {
    const found = member(element);
    if (typeof found !== typeof wanted) return false;
    const left = found as string;
    const right = wanted as string;
    return compare(left < right ? -1 : left > right ? 1 : 0, left === right);
  };
  return (value) => (Array.isArray(value) ? (value as unknown[]).find(matches) : undefined);
}

/** A text in quotes, a number, or a boolean. */
function parseLiteral(text: string): string | number | boolean | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
  } catch {
    return undefined;
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
