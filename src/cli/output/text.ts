import { stripVTControlCharacters } from 'node:util';

const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text takes on a terminal, colour codes not counted. Wide (CJK) characters count as one. */
export function textWidth(text: string): number {
  return split(stripVTControlCharacters(text)).length;
}

/** Fills up with spaces to `width` columns; longer texts stay as they are. */
export function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const gap = ' '.repeat(Math.max(0, width - textWidth(text)));
  return align === 'left' ? text + gap : gap + text;
}

/** Shortens an uncoloured text to `width` columns, the last of which becomes an ellipsis. */
export function truncate(text: string, width: number): string {
  const all = split(text);
  if (all.length <= width) return text;
  return width < 1
    ? ''
    : `${all
        .slice(0, width - 1)
        .join('')
        .trimEnd()}…`;
}

/** Breaks an uncoloured text into lines of at most `width` columns, between characters. */
export function wrap(text: string, width: number): string[] {
  const all = split(text);
  const columns = Math.max(1, width);
  return Array.from({ length: Math.max(1, Math.ceil(all.length / columns)) }, (_, i) =>
    all.slice(i * columns, (i + 1) * columns).join(''),
  );
}

/** The characters as a person counts them. */
export function split(text: string): string[] {
  return Array.from(characters.segment(text), ({ segment }) => segment);
}
