import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { renderTable } from '../../../src/cli/output/table.js';

const columns = [{ title: 'model' }, { title: 'MAE', align: 'right' }, { title: 'why' }] as const;

describe('renderTable', () => {
  it('aligns texts at the left and numbers at the right, without spaces at the end of a line', () => {
    const rows = [
      ['ridge', '12.5', 'chosen'],
      ['seasonal-naive', '9', ''],
    ];
    expect(renderTable(columns, rows)).toBe(
      [
        'model            MAE  why', //
        'ridge           12.5  chosen',
        'seasonal-naive     9',
      ].join('\n'),
    );
  });

  it('allows titles of two lines', () => {
    const titles = [{ title: '\nmodel' }, { title: 'pods\nready', align: 'right' }] as const;
    expect(renderTable(titles, [['ridge', '3/3']])).toBe(
      [
        '        pods', //
        'model  ready',
        'ridge    3/3',
      ].join('\n'),
    );
  });

  it('aligns coloured cells by what is seen of them', () => {
    const colors = pc.createColors(true);
    const table = renderTable([{ title: 'a' }, { title: 'b' }], [[colors.red('x'), 'y']], colors);
    expect(table).toBe(`${colors.bold('a')}  ${colors.bold('b')}\n${colors.red('x')}  y`);
  });

  it('writes only the titles when there are no rows', () => {
    expect(renderTable(columns, [])).toBe('model  MAE  why');
  });

  it('refuses a row with another number of cells', () => {
    expect(() => renderTable(columns, [['ridge', '1']])).toThrow('a row has 2 cells, the table has 3 columns');
  });
});
