/** Dots of a character cell, two columns of four, in the bit order of the Unicode block. */
const DOT_BITS = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;
const FIRST_PATTERN = 0x2800;

/** A drawing of dots in Braille characters: twice as fine as the terminal's columns, four times as its rows. */
export class BrailleCanvas {
  /** Dots from left to right. */
  readonly width: number;
  /** Dots from top to bottom. */
  readonly height: number;
  readonly #columns: number;
  readonly #cells: Uint8Array;

  constructor(columns: number, rows: number) {
    this.width = columns * 2;
    this.height = rows * 4;
    this.#columns = columns;
    this.#cells = new Uint8Array(columns * rows);
  }

  /** Draws the dots of column `x` from row `y1` to row `y2`, both included, in any order. Outside dots are left out. */
  vertical(x: number, y1: number, y2: number): void {
    if (x < 0 || x >= this.width) return;
    const bottom = Math.min(this.height - 1, Math.max(y1, y2));
    for (let y = Math.max(0, Math.min(y1, y2)); y <= bottom; y++) {
      this.#cells[(y >> 2) * this.#columns + (x >> 1)]! |= DOT_BITS[(x & 1) as 0 | 1][(y & 3) as 0 | 1 | 2 | 3];
    }
  }

  /** The character of a cell; null where nothing is drawn. */
  glyph(column: number, row: number): string | null {
    const bits = this.#cells[row * this.#columns + column]!;
    return bits === 0 ? null : String.fromCharCode(FIRST_PATTERN + bits);
  }
}
