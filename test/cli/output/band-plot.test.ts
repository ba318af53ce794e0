import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { renderBandPlot, type BandPlot } from '../../../src/cli/output/band-plot.js';
import { textWidth } from '../../../src/cli/output/text.js';
import { MINUTE_MS } from '../../../src/core/duration.js';
import { Forecast } from '../../../src/core/forecast.js';
import { Series } from '../../../src/core/series.js';

/** A value per minute from 00:00 UTC. */
function minutely(values: readonly number[], startMinute = 0): Series {
  return new Series(startMinute * MINUTE_MS, MINUTE_MS, Float64Array.from(values));
}

function constant(value: number, count: number): number[] {
  return Array<number>(count).fill(value);
}

/** Quantiles 1, 2 and 3 at 10, 50 and 90 %, for 40 minutes from 00:31. */
const forecast = new Forecast({
  model: 'test',
  originMs: 30 * MINUTE_MS,
  stepMs: MINUTE_MS,
  levels: [0.1, 0.5, 0.9],
  values: [1, 2, 3].map((value) => new Float64Array(40).fill(value)),
});

/** 35 columns by 5 rows within the axes: two minutes a column, and one unit a row where 4 is the largest value. */
const base: BandPlot = {
  history: minutely([4, ...constant(2, 30)]),
  forecast: null,
  shaded: [0.1, 0.9],
  fromMs: 0,
  toMs: 70 * MINUTE_MS,
  nowMs: 30 * MINUTE_MS,
  unit: 'u',
  zone: 'UTC',
  width: 40,
  height: 8,
};

describe('renderBandPlot', () => {
  it('draws what was measured up to the present', () => {
    // The fall from 4 to 2 within the first minute is the first stroke: rows 4 to 2 of the dots' left column.
    expect(renderBandPlot(base)).toBe(
      [
        '  u        measured │ no forecast yet',
        '  4 ┤⡄              │',
        '    │⡇              │',
        '  2 ┤⠧⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠄',
        '    │               │',
        '  0 ┤               │',
        '    └┴──────────────┴──────────────┴────',
        'UTC  00:00        00:30          01:00',
      ].join('\n'),
    );
  });

  it('draws the median of the forecast as a line and shades the band around it', () => {
    expect(renderBandPlot({ ...base, forecast })).toBe(
      [
        '  u        measured │ forecast',
        '  4 ┤⡄              │',
        '    │⡇              │⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄',
        '  2 ┤⠧⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠄⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤',
        '    │               │⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕⠕',
        '  0 ┤               │',
        '    └┴──────────────┴──────────────┴────',
        'UTC  00:00        00:30          01:00',
      ].join('\n'),
    );
  });

  it('leaves gaps open, and has its times in the zone that it names', () => {
    // Known are minutes 0 to 10 and 20 to 30. 06:00 in Kolkata is 00:30 UTC.
    const history = minutely([...constant(4, 11), ...constant(NaN, 9), ...constant(4, 11)]);
    expect(renderBandPlot({ ...base, history, zone: 'Asia/Kolkata', toMs: 62 * MINUTE_MS })).toBe(
      [
        '      u        measured │',
        '      4 ┤⠤⠤⠤⠤⠤⠄   ⠠⠤⠤⠤⠤⠤⠄',
        '        │               │',
        '      2 ┤               │',
        '        │               │',
        '      0 ┤               │',
        '        └───────────────┴───────────────',
        'Kolkata               06:00',
      ].join('\n'),
    );
  });

  it('draws further lines and markers, with labels that do not cover each other', () => {
    const capacity = { series: minutely(constant(4, 31)), label: 'cap', paint: (text: string) => text, dotted: true };
    const plot = { ...base, toMs: 62 * MINUTE_MS, lines: [capacity], markers: [{ value: 4, label: 'max' }] };
    expect(renderBandPlot({ ...plot, history: minutely(constant(2, 31)) })).toBe(
      [
        '  u        measured │',
        '  4 ┤⠤⠠⠄⠤⠠⠄⠤⠠⠄⠤⠠⠄⠤⠠⠄⠄╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌ max',
        '    │               │                cap',
        '  2 ┤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠄',
        '    │               │',
        '  0 ┤               │',
        '    └┴─────────────────────────────┴',
        'UTC  00:00                     01:00',
      ].join('\n'),
    );
  });

  it('does without the line of the present where that is not shown', () => {
    const lines = renderBandPlot({ ...base, fromMs: -60 * MINUTE_MS, toMs: 10 * MINUTE_MS }).split('\n');
    expect(lines[0]).toBe('  u');
    expect(lines.join('').includes('measured')).toBe(false);
  });

  it('has an empty plot of the same size when nothing is known', () => {
    const lines = renderBandPlot({ ...base, history: minutely([]) }).split('\n');
    expect(lines).toHaveLength(8);
    expect(lines[5]).toBe('  0 ┤               │');
  });

  it('takes colours without any change in what is drawn', () => {
    const colors = pc.createColors(true);
    const colored = renderBandPlot({ ...base, forecast, colors });
    expect(colored).toContain(colors.blue('⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄⢄'));
    expect(stripVTControlCharacters(colored)).toBe(renderBandPlot({ ...base, forecast }));
  });

  it('fills the size that it is given, and no more', () => {
    const value = fc.oneof(fc.constant(NaN), fc.double({ min: -1e6, max: 1e9, noNaN: true }));
    const size = fc.record({ width: fc.integer({ min: 40, max: 200 }), height: fc.integer({ min: 8, max: 50 }) });
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 60 }),
        size,
        fc.string({ maxLength: 15 }),
        (values, { width, height }, unit) => {
          const plot = {
            ...base,
            history: minutely(values),
            markers: [{ value: 10, label: 'a limit' }],
            width,
            height,
          };
          const lines = renderBandPlot({ ...plot, unit: unit.replace(/\P{L}/gu, '') }).split('\n');
          expect(lines).toHaveLength(height);
          expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  it('refuses to shade levels that the forecast does not hold', () => {
    expect(() => renderBandPlot({ ...base, forecast, shaded: [0.05, 0.9] })).toThrow(
      'level 0.05 is outside the stored levels 0.1 to 0.9',
    );
  });
});
