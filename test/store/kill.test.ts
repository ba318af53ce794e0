import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SqliteConnection } from '../../src/store/sqlite-connection.js';
import { migrate } from '../../src/store/sqlite-schema.js';
import { SqliteStore } from '../../src/store/sqlite-store.js';
import { ID } from './examples.js';
import { KILL_FINGERPRINT, KILL_STEP_MS, killUpdate } from './kill-update.js';

const CHILD = fileURLToPath(new URL('./kill-child.ts', import.meta.url));
const ROUNDS = 16;
const SEED = 20_261_123;

let folder: string;
let writer: ChildProcess | undefined;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidecast-kill-'));
});
afterAll(async () => {
  // Only after a failure is there one left; it would write into the folder that is removed.
  if (writer?.kill('SIGKILL') === true) await once(writer, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

it(
  'loses nothing it has acknowledged and keeps no half of an update when it is killed',
  { timeout: 120_000 },
  async () => {
    const path = join(folder, 'store.db');
    const random = lcg(SEED);
    let next = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // Short rounds end before the first checkpoint of the log, long ones after several (one per about 100 updates).
      const killAfter = Math.floor(random() * (round % 2 === 0 ? 30 : 300));
      const acknowledged = await writeAndKill(path, next, killAfter);
      expect(acknowledged - next).toBeGreaterThanOrEqual(killAfter);
      next = (await check(path, next, acknowledged)) + 1;
    }
  },
);

/** Starts a writer and kills it as soon as it has acknowledged so many updates. @returns the last acknowledged number */
async function writeAndKill(path: string, first: number, killAfter: number): Promise<number> {
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, path, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  writer = child;
  const exited = once(child, 'exit');
  let last = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line);
    if (last - first >= killAfter) child.kill('SIGKILL');
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return last;
}

/** Opens the file after the kill and checks what is in it. @returns the number of the last update */
async function check(path: string, first: number, acknowledged: number): Promise<number> {
  const connection = new SqliteConnection(path);
  migrate(connection);
  expect(connection.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const store = new SqliteStore(connection);
  const stored = (await store.load(ID, KILL_FINGERPRINT, KILL_STEP_MS))!;
  const decisions = await store.decisions(ID, { fromMs: 0, toMs: Infinity }, Infinity);
  const count = decisions.length;
  // The update in flight may have been written without being acknowledged; never more than that one.
  expect([acknowledged + 1, acknowledged + 2]).toContain(count);
  const last = killUpdate(count - 1);
  expect(stored.model).toStrictEqual(last.model);
  expect(stored.forecast).toStrictEqual(last.forecast);
  expect(stored.lastDecision).toStrictEqual(last.decision);
  const numbers = Array.from({ length: count }, (_, n) => n);
  expect(decisions.map(({ value }) => value)).toEqual(numbers);
  expect([...stored.samples.values]).toEqual(numbers);
  for (const n of numbers.slice(first)) {
    const forecast = await store.forecastAt(ID, n * KILL_STEP_MS);
    expect([forecast?.model, forecast?.originMs]).toEqual([`model-${n}`, n * KILL_STEP_MS]);
    expect(decisions[n]).toStrictEqual(killUpdate(n).decision);
  }
  await store.close();
  return count - 1;
}

/** Numerical Recipes' linear congruential generator, in [0, 1). */
function lcg(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
