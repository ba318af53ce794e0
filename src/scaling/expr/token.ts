import { expressionError } from './value.js';

export interface Token {
  readonly kind: 'number' | 'name' | 'symbol' | 'end';
  readonly text: string;
  /** Position in the text, from 0. */
  readonly at: number;
}

/** Bounds the depth of the tree that is made of it, and with it the stack. */
const MAX_TOKENS = 1_000;
/** Comments and blanks included, through which every token is searched for. */
const MAX_CHARACTERS = 20_000;

const SPACE = /\s+|\/\/[^\n]*|\/\*[^]*?\*\//y;
const NUMBER =
  /(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?[\d_]+)?)/y;
const NAME = /[\p{L}_$][\p{L}\p{Nd}_$]*/uy;
const SYMBOL = /\*\*|\?\?|&&|\|\||[=!<>]=|[-+*/%^<>!?:#,()[\]{}]/y;
const WORD_CHARACTER = /[\p{L}\p{Nd}_$]/u;

/**
 * Splits an expression into tokens; the last one has the kind `end`.
 *
 * @throws {RangeError} with the position: a character that the language does not have, or too many tokens
 */
export function tokenize(text: string): readonly Token[] {
  if (text.length > MAX_CHARACTERS) {
    throw expressionError(MAX_CHARACTERS, `too long; at most ${MAX_CHARACTERS} characters`);
  }
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += matchAt(SPACE, text, at)?.length ?? 0;
    if (matchAt(SPACE, text, at) !== undefined) continue;
    if (at >= text.length) return [...tokens, { kind: 'end', text: '', at }];
    if (tokens.length === MAX_TOKENS) throw expressionError(at, `too long; at most ${MAX_TOKENS} words and signs`);
    const token = tokenAt(text, at);
    tokens.push(token);
    at += token.text.length;
  }
}

function tokenAt(text: string, at: number): Token {
  const number = matchAt(NUMBER, text, at);
  if (number !== undefined) {
    if (WORD_CHARACTER.test(text.charAt(at + number.length))) throw expressionError(at, 'bad number syntax');
    return { kind: 'number', text: number, at };
  }
  const name = matchAt(NAME, text, at);
  if (name !== undefined) return { kind: 'name', text: name, at };
  const symbol = matchAt(SYMBOL, text, at);
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, at };
  throw expressionError(at, `"${text.charAt(at)}" is not supported; expected a number, a name or an operator`);
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text)?.[0];
  return match === '' ? undefined : match;
}
