import { describe, expect, it } from 'vitest';
import { BrailleCanvas } from '../../../src/cli/output/braille-canvas.js';

function glyphs(canvas: BrailleCanvas, columns: number, rows: number): string[] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => canvas.glyph(column, row) ?? ' ').join(''),
  );
}

describe('BrailleCanvas', () => {
  it('is twice as wide and four times as high as its characters', () => {
    const canvas = new BrailleCanvas(3, 2);
    expect([canvas.width, canvas.height]).toEqual([6, 8]);
  });

  it('sets the dots of both columns of a character', () => {
    const canvas = new BrailleCanvas(2, 1);
    canvas.vertical(0, 0, 3);
    canvas.vertical(3, 1, 1);
    expect(glyphs(canvas, 2, 1)).toEqual(['⡇⠐']);
  });

  it('draws a stroke across characters, in either direction', () => {
    const canvas = new BrailleCanvas(1, 3);
    canvas.vertical(1, 9, 3);
    // The lowest dot of the first row, all of the second, two of the third.
    expect(glyphs(canvas, 1, 3)).toEqual(['⢀', '⢸', '⠘']);
  });

  it('leaves out what is outside', () => {
    const canvas = new BrailleCanvas(1, 1);
    canvas.vertical(-1, 0, 3);
    canvas.vertical(2, 0, 3);
    canvas.vertical(0, -5, 0);
    canvas.vertical(1, 3, 99);
    expect(glyphs(canvas, 1, 1)).toEqual(['⢁']);
  });
});
