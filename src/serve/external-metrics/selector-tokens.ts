/** A piece of a label selector. Keywords (`in`, `notin`) are words: they are legal keys and values too. */
export interface Token {
  readonly kind: 'word' | 'symbol' | 'end';
  /** Empty at the end. */
  readonly text: string;
  /** Of its first character; the first of the selector is 1. */
  readonly position: number;
}

const TOKEN = /(==|!=|[=!(),<>])|[^ \t\r\n=!(),<>]+/g;

/** Splits a label selector; any text can be split, the last token is always the end. */
export function tokenize(text: string): Token[] {
  const tokens = [...text.matchAll(TOKEN)].map((match): Token => ({
    kind: match[1] === undefined ? 'word' : 'symbol',
    text: match[0],
    position: match.index + 1,
  }));
  return [...tokens, { kind: 'end', text: '', position: text.length + 1 }];
}
