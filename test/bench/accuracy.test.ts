import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const STEP_S = 600;
const DAY_STEPS = 144;
const SCRIPT = 'bench/accuracy.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidecast-accuracy-'));
  const index = ['file,family,step_seconds', 'ramp.csv,made,600', 'clock.csv,made,600', 'hourly.csv,made,3600'];
  writeFileSync(join(folder, 'INDEX.csv'), `${index.join('\n')}\n`);
  writeTrace('ramp.csv', (i) => i);
  writeTrace('clock.csv', (i) => i % DAY_STEPS);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Nine days. */
function writeTrace(file: string, valueAt: (i: number) => number): void {
  const lines = Array.from({ length: 9 * DAY_STEPS }, (_, i) => `${1_000_000_200 + i * STEP_S},${valueAt(i)}`);
  writeFileSync(join(folder, file), `timestamp,value\n${lines.join('\n')}\n`);
}

describe('the accuracy benchmark', () => {
  it('scores every short-step series of a folder and stores the result', async () => {
    const file = join(folder, 'result.json');
    const options = ['--models', 'last-value', '--max-origins', '3', '--json', file];
    const { stdout } = await run(process.execPath, ['--import', 'tsx', SCRIPT, '--traces', folder, ...options]);
    const result = JSON.parse(readFileSync(file, 'utf8')) as {
      protocol: { maxOrigins: number };
      models: { model: string; relativeMae: number; series: number; seriesWithoutRatio: number }[];
      series: { file: string; origins: number }[];
    };
    expect(result.protocol.maxOrigins).toBe(3);
    expect(result.series).toMatchObject([
      { file: 'ramp.csv', origins: 3 },
      { file: 'clock.csv', origins: 3 },
    ]);
    // On the ramp, the last value is off by 1 to 12, 6.5 on average, and yesterday's by 144: 6.5 / 144 = 0.04514. On the
    // clock, yesterday's value is exact, so that there is no ratio.
    const naive = result.models.find(({ model }) => model === 'naive');
    expect(naive).toMatchObject({ relativeMae: 0.04514, series: 1, seriesWithoutRatio: 1 });
    expect(result.models.map(({ model }) => model)).toContain('last-value');
    expect(stdout).toContain('2 series in ');
  });

  it('says what is wrong with the folder', async () => {
    const missing = join(folder, 'elsewhere');
    await expect(run(process.execPath, ['--import', 'tsx', SCRIPT, '--traces', missing])).rejects.toMatchObject({
      code: 1,
      stderr: `${missing} is not a folder of load series: it has no INDEX.csv. Name one with --traces DIR.\n`,
    });
  });
});
