import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeRun, readResult, writeResult } from '../../bench/support/result-file.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidecast-result-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a result file', () => {
  it('keeps whole numbers, rounds fractions, and has no number for what is not known', () => {
    const file = join(folder, 'new', 'result.json');
    writeResult(file, { points: 123_456, ms: 0.123456, ratio: NaN, name: 'a "b"', none: null, rows: [{ x: 1.5 }, {}] });
    expect(readResult(file)).toEqual({
      points: 123_456,
      ms: 0.1235,
      ratio: null,
      name: 'a "b"',
      none: null,
      rows: [{ x: 1.5 }, {}],
    });
  });

  it('has one line per row, so that two versions can be compared', () => {
    const file = join(folder, 'rows.json');
    const row = { model: 'ridge', note: 'x'.repeat(60) };
    writeResult(file, { rows: [row, row] });
    const line = `    {"model": "ridge", "note": "${'x'.repeat(60)}"}`;
    expect(readFileSync(file, 'utf8')).toBe(`{\n  "rows": [\n${line},\n${line}\n  ]\n}\n`);
  });

  it('is null when it is not there', () => {
    expect(readResult(join(folder, 'none.json'))).toBeNull();
  });
});

it('describeRun says on what it was measured', () => {
  const run = describeRun();
  expect(run.node).toBe(process.version);
  expect(run.machine.cores).toBeGreaterThan(0);
  expect(run.commit).toMatch(/^([0-9a-f]{12}\+?|unknown)$/);
  expect(new Date(run.measuredAt).getTime()).toBeGreaterThan(0);
});
