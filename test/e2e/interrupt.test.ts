import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS } from '../../src/core/duration.js';
import { rangeOf } from '../cli/fake-prometheus.js';
import { type RunningProgram, startProgram, temporaryFolder } from '../support/programs.js';
import { type ScriptedServer, startScriptedServer } from '../support/scripted-server.js';
import { buildProgram, PROGRAM } from './built-program.js';

/** Well into a computation, which takes many times as long. */
const BUSY_MS = 500;
/** As the system counts, with room for a busy machine. */
const AT_ONCE_MS = 3_000;

const daily = (timeMs: number): number => 200 - 100 * Math.cos((2 * Math.PI * timeMs) / DAY_MS);

let prometheus: ScriptedServer;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  [prometheus, folder] = await Promise.all([startScriptedServer(), temporaryFolder(), buildProgram()]);
}, 90_000);
afterAll(() => Promise.all([prometheus.close(), folder.remove()]));

const start = (...args: readonly string[]): Promise<RunningProgram> =>
  startProgram(process.execPath, [PROGRAM, ...args]);

/** @returns how it ended; null: by the signal */
async function interrupted(program: RunningProgram, signal: NodeJS.Signals): Promise<number | null | 'still running'> {
  await wait(BUSY_MS);
  process.kill(program.pid, signal);
  const ending = await Promise.race([program.exited(), wait(AT_ONCE_MS, 'still running' as const)]);
  await program.kill();
  return ending;
}

describe.each(['SIGINT', 'SIGTERM'] as const)('%s ends at once', (signal) => {
  it('a forecast that is computed', async () => {
    const asked = new Promise<void>((resolve) => {
      prometheus.always(async (request, response) => {
        await rangeOf(daily)(request, response);
        resolve();
      });
    });
    const times = ['--history', '7d', '--step', '1m'];
    const program = await start('forecast', '--prometheus', prometheus.url, '--query', 'up', ...times);
    await asked;
    expect(await interrupted(program, signal)).toBe(null);
  }, 30_000);

  it('a backtest that chooses the model', async () => {
    const csv = join(folder.path, 'load.csv');
    const rows = Array.from({ length: 8 * 1_440 }, (_, i) => `${60 * i},${daily(MINUTE_MS * i)}`);
    await writeFile(csv, ['timestamp,value', ...rows].join('\n'));
    const program = await start('backtest', '--csv', csv, '--max-origins', '1');
    await program.waitFor(/100% \(12 of 12\)/, 60_000);
    expect(await interrupted(program, signal)).toBe(null);
  }, 90_000);
});
