/** A text at a place in a drawing. */
export interface Label {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Of the font of the drawings, about. */
const CHARACTER_WIDTH = 6.2;
const LINE_HEIGHT = 12;
/** From the mark to its label. */
const DISTANCE = 7;
/** Rows tried above the mark: one at the bottom has no room below. */
const ROWS = 6;

/**
 * Puts each label beside its mark, or in a row further up where others are in the way already.
 *
 * @param marks their places
 * @returns left end and baseline of each text, in the order of the marks
 */
export function placeLabels(marks: readonly Label[], width: number): Label[] {
  const placed: Label[] = [];
  for (const { text, x, y } of marks) {
    const fits = x + DISTANCE + widthOf(text) <= width;
    const left = fits ? x + DISTANCE : x - DISTANCE - widthOf(text);
    const candidates = Array.from({ length: ROWS }, (_, row) => ({ text, x: left, y: y - 5 - row * LINE_HEIGHT }));
    const free = candidates.find((candidate) => !placed.some((other) => overlap(candidate, other)));
    placed.push(free ?? candidates[0]!);
  }
  return placed.map(({ text, x, y }) => ({ text, x: Number(x.toFixed(1)), y: Number(y.toFixed(1)) }));
}

function overlap(one: Label, other: Label): boolean {
  const apart = one.x + widthOf(one.text) < other.x || other.x + widthOf(other.text) < one.x;
  return !apart && Math.abs(one.y - other.y) < LINE_HEIGHT;
}

function widthOf(text: string): number {
  return text.length * CHARACTER_WIDTH;
}
