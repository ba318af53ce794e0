import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atQueryStep, listTraces, readTrace } from '../../bench/support/traces.js';
import { Series } from '../../src/core/series.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidecast-traces-'));
  const write = (file: string, ...lines: string[]): void => {
    writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
  };
  write('INDEX.csv', 'file,family,measures,step_seconds', 'a.csv,web,"requests, all",60', 'b.csv,web,x,3600');
  write('a.csv', 'timestamp,value', '1000,1.5', '1060,0', '1180,3');
  write('off-grid.csv', 'timestamp,value', '1000,1.5', '1050,2', '1060,2');
  write('text.csv', 'timestamp,value', '1000,1.5', '1060,many');
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('traces', () => {
  it('lists the series whose step is short enough', () => {
    expect(listTraces(folder, 600_000)).toEqual([{ file: 'a.csv', family: 'web', stepMs: 60_000, fold: NaN }]);
  });

  it('reads a missing line as a gap and a zero as a zero', () => {
    const series = readTrace(folder, { file: 'a.csv', family: 'web', stepMs: 60_000, fold: NaN });
    expect(series).toEqual(new Series(1_000_000, 60_000, Float64Array.of(1.5, 0, NaN, 3)));
  });

  it.each([
    ['off-grid.csv', 'off-grid.csv, line 3: "1050,2" is not a sample on a grid of 60000 ms'],
    ['text.csv', 'text.csv, line 3: "1060,many" is not a sample on a grid of 60000 ms'],
  ])('refuses %s', (file, message) => {
    expect(() => readTrace(folder, { file, family: 'web', stepMs: 60_000, fold: NaN })).toThrow(
      new RangeError(message),
    );
  });
});

describe('atQueryStep', () => {
  it('averages pairs of minutes, of which one may be a gap', () => {
    const series = new Series(0, 60_000, Float64Array.of(1, 3, NaN, 4, 5, NaN, NaN, NaN, 9));
    expect(atQueryStep(series)).toEqual(new Series(0, 120_000, Float64Array.of(2, 4, 5, NaN)));
  });

  it('leaves other steps alone', () => {
    const series = new Series(0, 300_000, Float64Array.of(1, 2));
    expect(atQueryStep(series)).toBe(series);
  });
});
