import type { BrailleCanvas } from './braille-canvas.js';

/** Colours a text, or leaves it as it is. */
export type Paint = (text: string) => string;

interface Cell {
  readonly glyph: string;
  readonly paint: Paint | null;
}

const BLANK: Cell = { glyph: ' ', paint: null };

/** The character cells of a plot. What is put later covers what was there. */
export class PlotGrid {
  readonly #cells: Cell[][];

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {
    this.#cells = Array.from({ length: rows }, () => Array<Cell>(columns).fill(BLANK));
  }

  /** Places outside the grid are left out. */
  put(column: number, row: number, glyph: string, paint: Paint): void {
    const line = this.#cells[row];
    if (line !== undefined && column >= 0 && column < this.columns) line[column] = { glyph, paint };
  }

  isBlank(column: number, row: number): boolean {
    return this.#cells[row]?.[column] === BLANK;
  }

  /** Puts every cell of a canvas of the same size that has a dot. */
  stamp(canvas: BrailleCanvas, paint: Paint): void {
    for (let row = 0; row < this.rows; row++) {
      for (let column = 0; column < this.columns; column++) {
        const glyph = canvas.glyph(column, row);
        if (glyph !== null) this.put(column, row, glyph, paint);
      }
    }
  }

  /** One text per row; neighbours of one colour share their colour codes. */
  lines(): string[] {
    return this.#cells.map(paintRuns);
  }
}

function paintRuns(cells: readonly Cell[]): string {
  let line = '';
  let run = '';
  cells.forEach(({ glyph, paint }, i) => {
    run += glyph;
    if (cells[i + 1]?.paint === paint && i + 1 < cells.length) return;
    line += paint === null ? run : paint(run);
    run = '';
  });
  return line;
}
