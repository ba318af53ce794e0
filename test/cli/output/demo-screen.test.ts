import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { DemoRow, DemoScreen } from '../../../src/cli/output/demo-data.js';
import { renderDemoIntro, renderDemoLine } from '../../../src/cli/output/demo-line.js';
import { renderDemoScreen } from '../../../src/cli/output/demo-screen.js';
import { textWidth } from '../../../src/cli/output/text.js';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/duration.js';
import { Series } from '../../../src/core/series.js';

const START = Date.parse('2026-11-23T11:35:00Z');
const NOW = Date.parse('2026-11-23T12:06:00Z');

const checkout: DemoRow = {
  name: 'shop/checkout',
  description: 'generated: two peaks a day',
  unit: 'req/s',
  leadTimeMs: 5 * MINUTE_MS,
  load: 826.4,
  served: 882,
  state: 'fresh',
  origin: 'forecast',
  reason: 'the forecast for the next 5m is higher than the load now',
  tidecast: { ready: 17, desired: 17, minutesShort: 0, podHours: 6.08 },
  hpaAlone: { ready: 13, desired: 17, minutesShort: 7.25, podHours: 5.34 },
};
const training: DemoRow = {
  name: 'ml/training',
  description: 'generated: steps at random moments',
  unit: 'runs',
  leadTimeMs: 3 * MINUTE_MS,
  load: null,
  served: null,
  state: 'stale',
  origin: 'none',
  reason: 'the source has not answered for 2h and the forecast has run out',
  tidecast: { ready: 11, desired: 11, minutesShort: 0.5, podHours: 5.7 },
  hpaAlone: { ready: 11, desired: 11, minutesShort: 0.5, podHours: 5.7 },
};

function constant(value: number): Series {
  return new Series(NOW - HOUR_MS, MINUTE_MS, new Float64Array(61).fill(value));
}

const screen: DemoScreen = {
  nowMs: NOW,
  startMs: START,
  speed: 60,
  zone: 'UTC',
  rows: [checkout, training],
  focus: 0,
  plot: { history: constant(400), forecast: null, tidecastCapacity: constant(935), hpaCapacity: constant(715) },
  links: ['curl -s http://127.0.0.1:8080/api/v1/workloads', 'q quits'],
};

describe('renderDemoScreen', () => {
  it('explains itself and shows every workload in 100 by 32', () => {
    const lines = renderDemoScreen(screen, { width: 100, height: 32 }).split('\n');
    expect(lines.slice(0, 4)).toEqual([
      ' tidecast demo: generated data, 1 minute here = 1 second                       2026-11-23 12:06 UTC ',
      '',
      'shop/checkout  a pod takes 5m to start; generated: two peaks a day',
      'req/s                               measured │ no forecast yet',
    ]);
    expect(lines.slice(-11)).toEqual([
      '',
      '                                         pods ready         min short       pod-hours',
      'workload            load  served  state    tidecast    HPA   tidecast  HPA   tidecast  HPA',
      'shop/checkout  826 req/s     882  fresh       17/17  13/17        0.0  7.3        6.1  5.3',
      '  the forecast for the next 5m is higher than the load now',
      'ml/training            –   error  stale       11/11  11/11        0.5  0.5        5.7  5.7',
      '  the source has not answered for 2h and the forecast has run out',
      '',
      'min short: load beyond what the ready pods can carry, since 11:35; HPA: the same without a forecast',
      'curl -s http://127.0.0.1:8080/api/v1/workloads',
      'q quits',
    ]);
    expect(lines.some((line) => line.endsWith(' tidecast 17 pods'))).toBe(true);
    expect(lines.some((line) => line.endsWith(' HPA 13 pods'))).toBe(true);
  });

  it('gives way to the plot in 80 by 24 when there are four workloads', () => {
    const rows = [checkout, training, checkout, training];
    const lines = renderDemoScreen({ ...screen, rows, focus: 1 }, { width: 80, height: 24 }).split('\n');
    expect(lines).toHaveLength(24);
    expect(lines.slice(0, 2)).toEqual([
      ' tidecast demo: generated data, 1 minute here = 1 second   2026-11-23 12:06 UTC ',
      'ml/training  a pod takes 3m to start; generated: steps at random moments',
    ]);
    expect(lines.slice(-10)).toEqual([
      '',
      '                                    pods ready         min short',
      'workload       load  served  state    tidecast    HPA   tidecast  HPA',
      'shop/checkout   826     882  fresh       17/17  13/17        0.0  7.3',
      'ml/training       –   error  stale       11/11  11/11        0.5  0.5',
      '  the source has not answered for 2h and the forecast has run out',
      'shop/checkout   826     882  fresh       17/17  13/17        0.0  7.3',
      'ml/training       –   error  stale       11/11  11/11        0.5  0.5',
      'curl -s http://127.0.0.1:8080/api/v1/workloads',
      'q quits',
    ]);
  });

  it('fits the terminal, whatever its size, and whatever the reasons', () => {
    const width = fc.integer({ min: 80, max: 200 });
    const height = fc.integer({ min: 24, max: 80 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'é'), maxLength: 300 });
    fc.assert(
      fc.property(width, height, text, (columns, rows, reason) => {
        const row = { ...checkout, reason, description: reason };
        const four = { ...screen, rows: [row, row, row, row] };
        const lines = renderDemoScreen(four, { width: columns, height: rows }).split('\n');
        expect(lines.length).toBeLessThanOrEqual(rows);
        expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns);
      }),
    );
  });

  it('says its numbers in words on a terminal that is too narrow for the table', () => {
    const width = fc.integer({ min: 1, max: 79 });
    const height = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(width, height, (columns, rows) => {
        const lines = renderDemoScreen(screen, { width: columns, height: rows }).split('\n');
        expect(lines.length).toBeLessThanOrEqual(rows);
        expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns);
      }),
    );
    const text = renderDemoScreen(screen, { width: 60, height: 24 }).replaceAll('\n', '');
    expect(text).toContain('The plot and the table need 80 columns; this terminal has 60.');
    expect(text).toContain('shop/checkout: load 826 req/s, serves 882 (forecast)');
  });

  describe('links that are longer than a row', () => {
    const long = `curl -s http://127.0.0.1:8080/${'x'.repeat(80)}`;
    const links = ['Try:', long];

    it('are whole, and have room for the row that they wrap into', () => {
      const lines = renderDemoScreen({ ...screen, links }, { width: 100, height: 32 }).split('\n');
      expect(lines.slice(-2)).toEqual(links);
      expect(lines.length).toBeLessThanOrEqual(31);
    });

    it('are left out before any reason is', () => {
      // With two workloads 12 rows of text and 12 of the plot leave 2 rows for links, which need 3.
      const lines = renderDemoScreen({ ...screen, links }, { width: 100, height: 26 }).split('\n');
      expect(lines.at(-1)).toBe('Try:');
      expect(lines).toContain('  the source has not answered for 2h and the forecast has run out');
    });
  });

  it('marks by colour which side is short less', () => {
    const colors = pc.createColors(true);
    const colored = renderDemoScreen(screen, { width: 100, height: 32 }, colors);
    expect(colored).toContain(colors.green('0.0'));
    expect(colored).toContain(colors.red('7.3'));
    expect(stripVTControlCharacters(colored)).toBe(renderDemoScreen(screen, { width: 100, height: 32 }));
  });
});

describe('without a terminal', () => {
  it('says at first what this is and where to look', () => {
    expect(renderDemoIntro(screen)).toBe(
      [
        'tidecast demo: generated data, 1 minute here = 1 second',
        'curl -s http://127.0.0.1:8080/api/v1/workloads',
        'q quits',
      ].join('\n'),
    );
  });

  it.each([
    [1, 'in real time'],
    [30, '1 minute here = 2 seconds'],
    [60, '1 minute here = 1 second'],
    [120, '2 minutes here = 1 second'],
    [90, '1.5 minutes here = 1 second'],
  ])('says how fast time passes at speed %s', (speed, words) => {
    expect(renderDemoIntro({ speed, links: [] })).toBe(`tidecast demo: generated data, ${words}`);
  });

  it('writes a line per workload', () => {
    expect(renderDemoLine(screen, checkout)).toBe(
      '2026-11-23 12:06 UTC shop/checkout: load 826 req/s, serves 882 (forecast), fresh, pods 17/17 (HPA alone 13/17), ' +
        'short 0.0 min (HPA alone 7.3 min)',
    );
    expect(renderDemoLine(screen, training)).toBe(
      '2026-11-23 12:06 UTC ml/training: load –, serves an error, stale, pods 11/11 (HPA alone 11/11), ' +
        'short 0.5 min (HPA alone 0.5 min)',
    );
  });
});
