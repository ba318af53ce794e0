import { tokenize, type Token } from './selector-tokens.js';

/** One condition on one label. `=`, `==` and `!=` are sets of one value. */
export interface Requirement {
  readonly key: string;
  readonly operator: 'in' | 'notin' | 'exists' | 'absent' | '>' | '<';
  readonly values: readonly string[];
}

const OPERATORS: ReadonlyMap<string, Requirement['operator']> = new Map([
  ['=', 'in'],
  ['==', 'in'],
  ['!=', 'notin'],
  ['in', 'in'],
  ['notin', 'notin'],
  ['>', '>'],
  ['<', '<'],
]);

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const INTEGER = /^-?\d+$/;
const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };

/**
 * Reads a Kubernetes label selector: requirements joined by commas, all of which must hold. `key`, `!key`, `key=value`,
 * `key==value`, `key!=value`, `key in (a,b)`, `key notin (a,b)`, `key>1`, `key<1`; white space is free around each part.
 * A missing value is the empty string; an empty selector has no requirements.
 *
 * @throws {RangeError} with the position (the first character is 1), what is there and what was expected
 * @see Kubernetes `apimachinery/pkg/labels/selector.go`
 */
export function parseLabelSelector(text: string): Requirement[] {
  return new Parser(tokenize(text)).selector();
}

/**
 * Whether a set of labels meets every requirement. A label that is absent meets `!=`, `notin` and `!key`, and no other;
 * `>` and `<` compare whole numbers and fail when the label is not one.
 */
export function matchesSelector(
  requirements: readonly Requirement[],
  labels: Readonly<Record<string, string>>,
): boolean {
  return requirements.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    switch (operator) {
      case 'exists':
        return value !== undefined;
      case 'absent':
        return value === undefined;
      case 'in':
        return value !== undefined && values.includes(value);
      case 'notin':
        return value === undefined || !values.includes(value);
      case '>':
        return value !== undefined && isInt64(value) && BigInt(value) > BigInt(values[0]!);
      case '<':
        return value !== undefined && isInt64(value) && BigInt(value) < BigInt(values[0]!);
    }
  });
}

/** The one value that a label must have by an equality or a set of one; undefined when it is not pinned down so. */
export function exactValue(requirements: readonly Requirement[], key: string): string | undefined {
  const pinning = requirements.find((r) => r.key === key && r.operator === 'in' && new Set(r.values).size === 1);
  return pinning?.values[0];
}

function isInt64(text: string): boolean {
  return INTEGER.test(text) && BigInt(text) >= INT64.min && BigInt(text) <= INT64.max;
}

/** Recursive descent over the tokens; one method per rule of the grammar. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  selector(): Requirement[] {
    if (this.#peek().kind === 'end') return [];
    const requirements = [this.#requirement()];
    while (this.#peek().kind !== 'end') {
      this.#expect(',', '"," or the end');
      requirements.push(this.#requirement());
    }
    return requirements;
  }

  #requirement(): Requirement {
    if (this.#peek().text === '!') {
      this.#take();
      return { key: this.#key('a label key after "!"'), operator: 'absent', values: [] };
    }
    const key = this.#key('a label key or "!"');
    if (this.#atEndOfRequirement()) return { key, operator: 'exists', values: [] };
    const token = this.#take();
    const operator = OPERATORS.get(token.text);
    if (operator === undefined) throw unexpected(token, 'one of =, ==, !=, in, notin, >, <, "," or the end');
    if (token.kind === 'word') return { key, operator, values: this.#set() };
    return { key, operator, values: [operator === '>' || operator === '<' ? this.#integer() : this.#value()] };
  }

  #key(expected: string): string {
    const token = this.#take();
    if (token.kind !== 'word') throw unexpected(token, expected);
    const slash = token.text.indexOf('/');
    const prefix = token.text.slice(0, Math.max(0, slash));
    const validPrefix = slash === -1 || (prefix.length <= 253 && SUBDOMAIN.test(prefix));
    if (validPrefix && NAME.test(token.text.slice(slash + 1))) return token.text;
    throw unexpected(
      token,
      'a label key: an optional DNS subdomain and "/", then up to 63 letters, digits, "-", "_" or "."',
    );
  }

  #set(): string[] {
    this.#expect('(', '"(" and a list of values');
    const values = [this.#value()];
    while (this.#peek().text === ',') {
      this.#take();
      values.push(this.#value());
    }
    this.#expect(')', '"," or ")"');
    return values;
  }

  /** A value; the empty string when there is none before the next "," or ")" or the end. */
  #value(): string {
    const token = this.#peek();
    if (token.kind !== 'word') {
      if (token.kind === 'end' || token.text === ',' || token.text === ')') return '';
      throw unexpected(token, 'a label value');
    }
    if (!NAME.test(token.text)) {
      throw unexpected(token, 'a label value: up to 63 letters, digits, "-", "_" or ".", alphanumeric at both ends');
    }
    return this.#take().text;
  }

  #integer(): string {
    const token = this.#peek();
    const value = this.#value();
    if (!isInt64(value)) throw unexpected(token, 'a whole number');
    return value;
  }

  #atEndOfRequirement(): boolean {
    const { kind, text } = this.#peek();
    return kind === 'end' || text === ',';
  }

  #expect(symbol: string, expected: string): void {
    const token = this.#take();
    if (token.text !== symbol) throw unexpected(token, expected);
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  /** The next token; the end is never passed. */
  #take(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#next++;
    return token;
  }
}

function unexpected(token: Token, expected: string): RangeError {
  const found = token.kind === 'end' ? 'the end' : JSON.stringify(token.text);
  return new RangeError(`labelSelector, position ${token.position}: found ${found}, expected ${expected}`);
}
