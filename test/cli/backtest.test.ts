import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/core/duration.js';
import { uniform } from '../../src/demo/noise.js';
import { allForecasters } from '../../src/forecast/registry.js';
import { temporaryFolder } from '../support/programs.js';
import { startScriptedServer } from '../support/scripted-server.js';
import { rangeOf } from './fake-prometheus.js';
import { NOW_MS, runCli } from './run-cli.js';

const STEP_MS = 10 * MINUTE_MS;
const MODELS = [...allForecasters().map(({ name }) => name), 'naive', 'seasonal-naive-1d'];

interface ScoreJson {
  readonly model: string;
  readonly origins: number;
  readonly points: number;
  readonly mae: number;
  readonly maeVsSeasonalNaive: number;
  readonly pinball: readonly { readonly level: number; readonly loss: number }[];
  readonly coverage: readonly { readonly level: number; readonly share: number }[];
  readonly fitMs: number;
}

interface BacktestJson {
  readonly stepSeconds: number;
  readonly origins: number;
  readonly scores: readonly ScoreJson[];
}

interface SelectionJson {
  readonly chosen: {
    readonly model: string;
    readonly loss: number;
    readonly margin: number;
    readonly runnerUp: { readonly model: string; readonly loss: number };
  };
  readonly losses: readonly { readonly model: string; readonly loss: number; readonly isCandidate: boolean }[];
}

/** A daily curve with noise; every 50th sample is missing. */
function load(timeMs: number): number {
  const index = timeMs / STEP_MS;
  if (index % 50 === 0) return NaN;
  return 200 - 100 * Math.cos((2 * Math.PI * timeMs) / DAY_MS) + 40 * (uniform(1, index) - 0.5);
}

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let csv: string;
const inFolder = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  folder = await temporaryFolder();
  csv = inFolder('load.csv');
  const lines = ['timestamp,value'];
  for (let timeMs = NOW_MS - 12 * DAY_MS; timeMs <= NOW_MS; timeMs += STEP_MS) {
    const value = load(timeMs);
    lines.push(`${timeMs / 1_000},${Number.isNaN(value) ? '' : value}`);
  }
  await writeFile(csv, lines.join('\n'));
});
afterAll(() => folder.remove());

describe('backtest', () => {
  it('compares all models with the yardsticks in tables', async () => {
    const { status, stdout, stderr } = await runCli(['backtest', '--csv', csv, '--stride', '12h']);
    expect(status).toBe(0);
    // 1,729 samples, of which 1,009 are the first history and 12 the last horizon: 708 / 72 = 9 strides and a bit.
    expect(stdout).toContain('1729 samples every 10m (12d10m), 10 origins.');
    const [scores, coverage, pinball] = stdout
      .trimEnd()
      .split(/\n\n/)
      .filter((part) => part.includes('MODEL'));
    for (const table of [scores, coverage, pinball]) {
      const rows = table!.split('\n');
      const names = rows.slice(rows.findIndex((row) => row.startsWith('MODEL')) + 1).map((row) => row.split(' ')[0]);
      expect(names).toEqual(MODELS);
    }
    // The baseline is itself.
    expect(/^seasonal-naive-1d +10 +\S+ +(\S+)/m.exec(stdout)?.[1]).toBe('1');
    const steps = 10 * MODELS.length;
    expect(stderr).toContain(`100% (${steps} of ${steps})`);
  });

  it('gives scores that follow from the forecasts it writes, by plain arithmetic', async () => {
    const file = inFolder('forecasts.csv');
    const args = ['backtest', '--csv', csv, '--forecasts', file, '--max-origins', '8', '--json'];
    const { status, stdout } = await runCli(args);
    expect(status).toBe(0);
    const result = JSON.parse(stdout) as BacktestJson;
    expect(result).toMatchObject({ stepSeconds: 600, origins: 8 });
    expect(result.scores.map(({ model }) => model)).toEqual(MODELS);

    const [header, ...rows] = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(header).toBe('origin,target,horizon_steps,model,level,value,actual');
    expect(rows).toHaveLength(8 * 12 * MODELS.length * 8);
    for (const row of rows) {
      const [origin, target, steps] = row.split(',').map(Number);
      expect(target! - origin!).toBe(steps! * 600);
      // What happened is what the file said, and empty where it said nothing.
      const actual = load(target! * 1_000);
      expect(row.split(',')[6]).toBe(Number.isNaN(actual) ? '' : String(actual));
    }

    const baseline = absoluteError(rows, 'seasonal-naive-1d');
    for (const score of result.scores) {
      const error = absoluteError(rows, score.model);
      expect(score.mae).toBeCloseTo(error.sum / error.count, 9);
      expect(score.points).toBe(error.count);
      expect(score.maeVsSeasonalNaive).toBeCloseTo(error.sum / baseline.sum, 9);
      for (const { level, share } of score.coverage) {
        const scored = rowsOf(rows, score.model, level);
        expect(share).toBeCloseTo(scored.filter(({ value, actual }) => actual <= value).length / scored.length, 9);
      }
      for (const { level, loss } of score.pinball) {
        const scored = rowsOf(rows, score.model, level);
        const losses = scored.map(({ value, actual }) =>
          actual > value ? (actual - value) * level : (value - actual) * (1 - level),
        );
        expect(loss).toBeCloseTo(losses.reduce((sum, each) => sum + each, 0) / scored.length, 9);
      }
    }
  });

  it('lets no model see what it forecasts: changing the future of an origin changes none of its forecasts', async () => {
    const text = await readFile(csv, 'utf8');
    const lines = text.split('\n');
    const cut = 1 + 1_009 + 300;
    const other = inFolder('other-future.csv');
    await writeFile(
      other,
      [...lines.slice(0, cut), ...lines.slice(cut).map((line) => `${line.split(',')[0]!},7`)].join('\n'),
    );
    const [one, two] = await Promise.all(
      [csv, other].map(async (path, i) => {
        const file = inFolder(`future-${i}.csv`);
        await runCli(['backtest', '--csv', path, '--forecasts', file, '--stride', '6h', '--json']);
        const cutTime = Number(lines[cut - 1]!.split(',')[0]);
        const rows = (await readFile(file, 'utf8')).trimEnd().split('\n').slice(1);
        return rows
          .filter((row) => Number(row.split(',')[0]) <= cutTime)
          .map((row) => row.split(',').slice(0, 6).join());
      }),
    );
    expect(one!.length).toBeGreaterThan(1_000);
    expect(two).toEqual(one);
  });

  it('shows what a training on the load would not learn from', async () => {
    const file = inFolder('spoilt.csv');
    const from = NOW_MS - 5 * DAY_MS + 12 * 3_600_000;
    const lines = (await readFile(csv, 'utf8')).split('\n').map((line) => {
      const timeMs = Number(line.split(',')[0]) * 1_000;
      return timeMs >= from && timeMs < from + 7_200_000 ? `${timeMs / 1_000},0` : line;
    });
    await writeFile(file, lines.join('\n'));
    const args = ['backtest', '--csv', file, '--model', 'last-value', '--max-origins', '2'];
    expect((await runCli(args)).stdout).toMatch(/^not learnt from: .*, outage: down to 0 times the usual 29\d/m);
    const { masks } = JSON.parse((await runCli([...args, '--json'])).stdout) as { masks: object[] };
    expect(masks).toMatchObject([{ kind: 'outage', from: '2026-02-25T11:50:00.000Z', to: '2026-02-25T14:00:00.000Z' }]);
  });

  it('scores one model alone, with the yardsticks', async () => {
    const { stdout } = await runCli(['backtest', '--csv', csv, '--model', 'ridge', '--max-origins', '2', '--json']);
    const { scores } = JSON.parse(stdout) as BacktestJson;
    expect(scores.map(({ model }) => model)).toEqual(['ridge', 'naive', 'seasonal-naive-1d']);
    expect(scores[0]!.fitMs).toBeGreaterThan(0);
  });

  it('scores auto as the model that it chooses at each origin', async () => {
    const rows = async (model: string): Promise<string[][]> => {
      const file = inFolder(`model-${model}.csv`);
      const args = ['backtest', '--csv', csv, '--model', model, '--max-origins', '2', '--forecasts', file];
      expect((await runCli(args)).status).toBe(0);
      const lines = (await readFile(file, 'utf8')).split('\n').map((line) => line.split(','));
      return lines.filter(([, , , name]) => name === model).map((cells) => cells.toSpliced(3, 1));
    };
    const [auto, combination] = [await rows('auto'), await rows('combination')];
    // Two origins of twelve steps at eight levels; on a daily curve nothing beats the most trusted model by enough.
    expect(auto).toHaveLength(2 * 12 * 8);
    expect(auto).toEqual(combination);
  });

  it('pulls from Prometheus what it needs: twice the history, or the range given', async () => {
    const prometheus = await startScriptedServer();
    prometheus.always(rangeOf(load));
    const source = [
      'backtest',
      '--prometheus',
      prometheus.url,
      '--query',
      'sum(load)',
      '--model',
      'last-value',
      '--json',
    ];
    const flags = [...source, '--step', '10m', '--history', '2d', '--max-origins', '1'];
    const runs = [await runCli(flags), await runCli([...flags, '--range', '3d'])];
    expect(runs.map(({ status }) => status)).toEqual([0, 0]);
    const days = prometheus.requests.map(
      ({ params }) => (Number(params.get('end')) - Number(params.get('start'))) / 86_400,
    );
    expect(days).toEqual([4, 3]);
    await prometheus.close();
  });

  it('says which models could not forecast, and why', async () => {
    const { status, stdout } = await runCli(['backtest', '--csv', csv, '--history', '12h', '--max-origins', '3']);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ridge could not forecast at 3 origins: ridge needs at least 222 known samples, got 7\d$/m);
    expect(stdout).toMatch(/^seasonal-naive-1d could not forecast at 3 origins: .* needs at least 144 .*$/m);
  });

  it('ends with 130 and no scores when it is interrupted', async () => {
    const abort = new AbortController();
    abort.abort();
    const { status, stdout } = await runCli(['backtest', '--csv', csv], { signal: abort.signal });
    expect([status, stdout]).toEqual([130, '']);
  });

  it('leaves no part of a forecasts file behind when it is interrupted', async () => {
    const abort = new AbortController();
    const path = join(folder.path, 'interrupted.csv');
    const run = runCli(['backtest', '--csv', csv, '--stride', '1h', '--forecasts', path], { signal: abort.signal });
    const begun = (): boolean => readdirSync(folder.path).some((name) => name.startsWith('interrupted.csv'));
    while (!begun()) await setImmediate();
    abort.abort();
    expect((await run).status).toBe(130);
    expect(begun()).toBe(false);
  });

  it('leaves a forecasts file as it was until all is done, and when nothing can be', async () => {
    const path = inFolder('kept.csv');
    await writeFile(path, 'kept');
    const { status } = await runCli(['backtest', '--csv', csv, '--history', '30d', '--forecasts', path]);
    expect([status, await readFile(path, 'utf8')]).toEqual([2, 'kept']);
    const args = ['backtest', '--csv', csv, '--model', 'last-value', '--max-origins', '1', '--forecasts', path];
    expect((await runCli(args)).status).toBe(0);
    expect(await readFile(path, 'utf8')).toMatch(/^origin,target,/);
    expect(readdirSync(folder.path).filter((name) => name.startsWith('kept'))).toEqual(['kept.csv']);
  });

  it('says which model it would choose, and why, as text and as JSON', async () => {
    const args = ['backtest', '--csv', csv, '--stride', '12h', '--max-origins', '1', '--lead-time', '20m'];
    const { stdout } = await runCli(args);
    expect(stdout).toMatch(
      /\nmodel: auto would use [\w-]+: serving quantile 0.9 at a lead time of 20m would have lost /,
    );
    expect(stdout).toMatch(/\nRunner-up: [\w-]+ with [\d.]+, [\d.]+ % (more|less, but not by enough)/);
    const { selection } = JSON.parse((await runCli([...args, '--json'])).stdout) as { selection: SelectionJson };
    const { chosen, losses } = selection;
    expect(selection).toMatchObject({ leadTimeSeconds: 1_200, quantile: 0.9 });
    expect(stdout).toContain(`model: auto would use ${chosen.model}:`);
    expect(losses.map(({ model }) => model).sort()).toEqual(
      allForecasters()
        .map(({ name }) => name)
        .sort(),
    );
    expect(losses.map(({ loss }) => loss)).toEqual(losses.map(({ loss }) => loss).toSorted((a, b) => a - b));
    expect(chosen.loss).toBe(losses.find(({ model }) => model === chosen.model)?.loss);
    expect(chosen.margin).toBeCloseTo(chosen.runnerUp.loss / chosen.loss - 1, 12);
    expect(losses.filter(({ isCandidate }) => isCandidate).map(({ model }) => model)).toContain(chosen.runnerUp.model);
  });

  it('chooses nothing when one model is scored', async () => {
    const args = ['backtest', '--csv', csv, '--max-origins', '1', '--model', 'last-value', '--json'];
    expect(JSON.parse((await runCli(args)).stdout)).not.toHaveProperty('selection');
  });
});

interface Row {
  readonly value: number;
  readonly actual: number;
}

/** The rows of one model and level whose actual value is known. */
function rowsOf(rows: readonly string[], model: string, level: number): Row[] {
  return rows
    .map((row) => row.split(','))
    .filter((cells) => cells[3] === model && Number(cells[4]) === level && cells[6] !== '')
    .map((cells) => ({ value: Number(cells[5]), actual: Number(cells[6]) }));
}

function absoluteError(rows: readonly string[], model: string): { sum: number; count: number } {
  const scored = rowsOf(rows, model, 0.5);
  return { sum: scored.reduce((sum, { value, actual }) => sum + Math.abs(value - actual), 0), count: scored.length };
}
