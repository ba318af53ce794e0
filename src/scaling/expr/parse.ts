import { FUNCTION_NAMES, PREDICATE_IS_OPTIONAL } from './functions.js';
import type { Node } from './node.js';
import { BINARY, UNARY, isComparison } from './operators.js';
import { tokenize, type Token } from './token.js';
import { expressionError, type Value } from './value.js';

const CONSTANTS: ReadonlyMap<string, Value> = new Map<string, Value>([
  ['true', true],
  ['false', false],
  ['nil', null],
]);

const MAX_INT = 2n ** 63n - 1n;

/**
 * Parses an expression of expr-lang, as far as numbers are concerned: no strings, maps, members, variables or pipes.
 *
 * @throws {RangeError} with the position (the first character is 1), what is there and what was expected
 * @see https://expr-lang.org/docs/language-definition
 */
export function parseExpression(text: string): Node {
  return new Parser(tokenize(text)).whole();
}

/** Precedence climbing over the tokens. */
class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  /** How many predicates the current token is in: `#` has a meaning there only. */
  #predicates = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Node {
    const node = this.#expression(0);
    if (this.#peek().kind !== 'end') throw unexpected(this.#peek(), 'an operator or the end');
    return node;
  }

  #expression(precedence: number): Node {
    let left = this.#primary();
    let previous = '';
    for (let operator = BINARY.get(this.#peek().text); operator !== undefined;) {
      if (operator.precedence < precedence) break;
      const token = this.#take();
      if (previous === '??' && token.text !== '??') {
        throw expressionError(token.at, `"${token.text}" and "??" cannot be mixed; put one of them in parentheses`);
      }
      left = isComparison(token.text)
        ? this.#comparison(left, token, operator.precedence + 1)
        : this.#binary(token, left, operator.precedence + (operator.isRightAssociative === true ? 0 : 1));
      previous = token.text;
      operator = BINARY.get(this.#peek().text);
    }
    return precedence === 0 ? this.#conditional(left) : left;
  }

  #binary({ text, at }: Token, left: Node, precedence: number): Node {
    return { kind: 'binary', operator: text, left, right: this.#expression(precedence), at };
  }

  /** `1 < a < 3` is `1 < a && a < 3`. */
  #comparison(first: Node, token: Token, precedence: number): Node {
    let left = first;
    let sign = token;
    let chain: Node | null = null;
    for (;;) {
      const right = this.#expression(precedence);
      const one: Node = { kind: 'binary', operator: sign.text, left, right, at: sign.at };
      chain = chain === null ? one : { kind: 'binary', operator: '&&', left: chain, right: one, at: sign.at };
      if (!isComparison(this.#peek().text)) return chain;
      left = right;
      sign = this.#take();
    }
  }

  #conditional(first: Node): Node {
    let condition = first;
    while (this.#peek().text === '?') {
      const { at } = this.#take();
      const then = this.#peek().text === ':' ? condition : this.#expression(0);
      this.#expect(':');
      condition = { kind: 'conditional', condition, then, otherwise: this.#expression(0), at };
    }
    return condition;
  }

  #primary(): Node {
    const token = this.#take();
    const unary = UNARY.get(token.text);
    if (unary !== undefined) {
      return { kind: 'unary', operator: token.text, operand: this.#expression(unary.precedence), at: token.at };
    }
    if (token.text === '(') {
      const inner = this.#expression(0);
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', items: this.#list(']'), at: token.at };
    if (token.text === '#' && this.#predicates > 0) return { kind: 'element', at: token.at };
    if (token.kind === 'number') return { kind: 'constant', value: readNumber(token), at: token.at };
    if (token.kind === 'name' && !BINARY.has(token.text)) return this.#name(token);
    throw unexpected(token, 'a number, a name, "(", "[" or a sign');
  }

  #name({ text, at }: Token): Node {
    const constant = CONSTANTS.get(text);
    if (constant !== undefined) return { kind: 'constant', value: constant, at };
    if (this.#peek().text !== '(') return { kind: 'name', name: text, at };
    if (!FUNCTION_NAMES.includes(text)) {
      throw expressionError(at, `there is no function "${text}"; expected one of ${FUNCTION_NAMES.join(', ')}`);
    }
    this.#take();
    const isOptional = PREDICATE_IS_OPTIONAL.get(text);
    if (isOptional === undefined) return { kind: 'call', name: text, args: this.#list(')'), predicate: null, at };
    const list = this.#expression(0);
    const predicate = isOptional && this.#peek().text === ')' ? null : this.#predicate();
    if (this.#peek().text === ',') this.#take();
    this.#expect(')');
    return { kind: 'call', name: text, args: [list], predicate, at };
  }

  #predicate(): Node {
    this.#expect(',');
    const isBraced = this.#peek().text === '{';
    if (isBraced) this.#take();
    this.#predicates++;
    const node = this.#expression(0);
    this.#predicates--;
    if (isBraced) this.#expect('}');
    return node;
  }

  /** Expressions separated by commas, up to the bracket that ends them; one comma more is allowed. */
  #list(end: string): readonly Node[] {
    const items: Node[] = [];
    while (this.#peek().text !== end) {
      items.push(this.#expression(0));
      if (this.#peek().text !== ',') break;
      this.#take();
    }
    this.#expect(end);
    return items;
  }

  #expect(symbol: string): void {
    const token = this.#take();
    if (token.text !== symbol) throw unexpected(token, `"${symbol}"`);
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

/** Whole numbers become ints, as long as they fit; with a point or an exponent it is a float. */
function readNumber({ text, at }: Token): number | bigint {
  const digits = text.replaceAll('_', '').toLowerCase();
  if (!digits.startsWith('0x') && /[.e]/.test(digits)) {
    const value = Number(digits);
    if (Number.isFinite(value)) return value;
    throw expressionError(at, `"${text}" is not a number that a float can hold`);
  }
  try {
    const value = BigInt(digits);
    if (value <= MAX_INT) return value;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw expressionError(at, `"${text}" is not a whole number of 64 bits`);
}

function unexpected(token: Token, expected: string): RangeError {
  const what = token.kind === 'end' ? 'unexpected end' : `unexpected "${token.text}"`;
  return expressionError(token.at, `${what}; expected ${expected}`);
}
