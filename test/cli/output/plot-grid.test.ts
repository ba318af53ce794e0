import { describe, expect, it } from 'vitest';
import { BrailleCanvas } from '../../../src/cli/output/braille-canvas.js';
import { PlotGrid } from '../../../src/cli/output/plot-grid.js';

const red = (text: string): string => `<red ${text}>`;
const blue = (text: string): string => `<blue ${text}>`;

describe('PlotGrid', () => {
  it('shares colour codes between neighbours of one colour', () => {
    const grid = new PlotGrid(6, 2);
    for (const column of [0, 1, 2]) grid.put(column, 0, 'a', red);
    grid.put(3, 0, 'b', blue);
    grid.put(5, 0, 'c', blue);
    expect(grid.lines()).toEqual(['<red aaa><blue b> <blue c>', '      ']);
  });

  it('covers what was there, and knows what is blank', () => {
    const grid = new PlotGrid(2, 1);
    grid.put(0, 0, 'a', red);
    grid.put(0, 0, 'b', blue);
    expect([grid.isBlank(0, 0), grid.isBlank(1, 0), grid.lines()]).toEqual([false, true, ['<blue b> ']]);
  });

  it('leaves out what is outside', () => {
    const grid = new PlotGrid(1, 1);
    for (const [column, row] of [
      [-1, 0],
      [1, 0],
      [0, -1],
      [0, 1],
    ] as const) {
      grid.put(column, row, 'x', red);
    }
    expect(grid.lines()).toEqual([' ']);
  });

  it('takes from a canvas only the cells that have dots', () => {
    const grid = new PlotGrid(2, 1);
    grid.put(0, 0, 'a', red);
    const canvas = new BrailleCanvas(2, 1);
    canvas.vertical(2, 0, 3);
    grid.stamp(canvas, blue);
    expect(grid.lines()).toEqual(['<red a><blue ⡇>']);
  });
});
