import { parseDuration } from '../core/duration.js';

/** Just enough of PromQL to take an expression apart at its brackets, operators and commas. */

const QUOTES = ['"', "'", '`'];
const OPENING = '([{';
const CLOSING = ')]}';

/**
 * The text with everything inside quotes, comments and brackets deeper than `depth` blanked, character for character, so
 * that what a pattern finds in it is code and stands at the same place in the text. Brackets count as inside.
 */
export function outline(text: string, depth = 0): string {
  let level = 0;
  let quote: string | undefined;
  let inComment = false;
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (inComment || quote !== undefined) {
      result += ' ';
      if (inComment) inComment = character !== '\n';
      else if (character === '\\' && quote !== '`') {
        result += ' ';
        i++;
      } else if (character === quote) quote = undefined;
      continue;
    }
    inComment = character === '#';
    if (QUOTES.includes(character)) quote = character;
    if (OPENING.includes(character)) level++;
    result += inComment || quote !== undefined || level > depth ? ' ' : character;
    if (CLOSING.includes(character)) level--;
  }
  return result.slice(0, text.length);
}

const TEXT_OR_COMMENT = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*/gs;

export function withoutComments(text: string): string {
  return text.replace(TEXT_OR_COMMENT, (match) => (match.startsWith('#') ? '' : match));
}

/** Offset of the bracket that closes the one at `open`. @returns undefined when there is none */
export function closingBracket(text: string, open: number): number | undefined {
  const code = outline(text, Infinity);
  let level = 0;
  for (let i = open; i < text.length; i++) {
    if (OPENING.includes(code[i]!)) level++;
    if (CLOSING.includes(code[i]!)) level--;
    if (level === 0) return i;
  }
  return undefined;
}

/** The expression without white space and parentheses around it. */
export function unwrap(text: string): string {
  const trimmed = text.trim();
  const isWrapped = trimmed.startsWith('(') && closingBracket(trimmed, 0) === trimmed.length - 1;
  return isWrapped ? unwrap(trimmed.slice(1, -1)) : trimmed;
}

/** The parts of the text between what `separator` matches outside of brackets and quotes, and those matches. */
export function splitOutside(
  text: string,
  separator: RegExp,
): { readonly parts: string[]; readonly separators: string[] } {
  const matches = [...outline(text).matchAll(separator)];
  const ends = [...matches.map(({ index }) => index), text.length];
  const starts = [0, ...matches.map(({ index, 0: match }) => index + match.length)];
  return {
    parts: starts.map((start, i) => text.slice(start, ends[i]).trim()),
    separators: matches.map(([match]) => match.trim()),
  };
}

/** A number, a duration (as seconds), or products and quotients of them. @returns undefined for anything else */
export function constantValue(text: string): number | undefined {
  const { parts, separators } = splitOutside(unwrap(text), /[*/]/g);
  const factors = parts.map((part) => (/^\(.*\)$/s.test(part) ? constantValue(part) : literal(part)));
  return factors.reduce((product, factor, i) => {
    if (product === undefined || factor === undefined) return undefined;
    return i === 0 ? factor : separators[i - 1] === '*' ? product * factor : product / factor;
  }, 1);
}

function literal(text: string): number | undefined {
  if (/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  return durationMs(text) === undefined ? undefined : durationMs(text)! / 1_000;
}

/** A duration such as `5m` in milliseconds. */
export function durationMs(text: string): number | undefined {
  try {
    return parseDuration(text);
  } catch {
    return undefined;
  }
}
