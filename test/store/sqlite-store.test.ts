import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../src/core/errors.js';
import { Series } from '../../src/core/series.js';
import { SqliteConnection } from '../../src/store/sqlite-connection.js';
import { migrate, MIGRATIONS } from '../../src/store/sqlite-schema.js';
import { SqliteStore } from '../../src/store/sqlite-store.js';
import { describeCompositionLedger } from '../contract/composition-ledger.js';
import { describeStore } from '../contract/store.js';
import { decisionAt, forecastFrom, series, ID } from './examples.js';

const ALL = { fromMs: -Infinity, toMs: Infinity };
const T0 = 1_767_225_600_000;

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidecast-store-'));
  path = join(folder, 'store.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describeStore('SqliteStore', () => SqliteStore.open(path));
describeCompositionLedger('SqliteStore', () => SqliteStore.open(path));

describe('SqliteStore on disk', () => {
  it('has everything again after a restart', async () => {
    const samples = new Series(
      T0,
      120_000,
      Float64Array.from({ length: 5_041 }, (_, i) => (i % 7 === 3 ? NaN : i / 3)),
    );
    const [forecast, decision] = [forecastFrom(T0), decisionAt(T0, -0)];
    const model = {
      model: 'ridge',
      fittedAtMs: T0,
      seasonSteps: [720],
      settings: '',
      state: { w: [-0, 0.1] },
      evidence: null,
    };
    const first = SqliteStore.open(path);
    await first.record({ workloadId: ID, fingerprint: 'f', samples, forecast, decision, model });
    await first.close();
    const second = SqliteStore.open(path);
    expect(await second.load(ID, 'f', 120_000)).toStrictEqual({ samples, forecast, model, lastDecision: decision });
    await second.close();
  });

  it('is a single file once closed', async () => {
    const store = SqliteStore.open(join(folder, 'made', 'on', 'demand', 'store.db'));
    await store.record({ workloadId: ID, fingerprint: 'f', samples: series(T0, 1) });
    await store.close();
    expect(readdirSync(join(folder, 'made', 'on', 'demand'))).toEqual(['store.db']);
  });

  it('shows decisions to a person with a SQLite shell', async () => {
    const store = SqliteStore.open(path);
    await store.record({ workloadId: ID, fingerprint: 'f', decision: decisionAt(T0, 12.5) });
    await store.close();
    const shell = new Database(path);
    const sql =
      'SELECT id, at_ms, state, origin, value, active, reason FROM decisions JOIN workloads ON key = workload';
    expect(shell.prepare(sql).all()).toEqual([
      {
        id: ID,
        at_ms: T0,
        state: 'fresh',
        origin: 'observed',
        value: 12.5,
        active: 1,
        reason: 'the observed value is the larger one',
      },
    ]);
    shell.close();
  });

  it('does not hold the fingerprint in clear, which may be made from an address with credentials', async () => {
    const store = SqliteStore.open(path);
    await store.record({ workloadId: ID, fingerprint: 'https://user:hunter2@prometheus', samples: series(T0, 1) });
    await store.close();
    expect(readFileSync(path).includes('hunter2')).toBe(false);
  });

  it('serves between the batches of a long pruning', async () => {
    const store = SqliteStore.open(path);
    for (let i = 0; i < 1_000; i++) {
      await store.record({ workloadId: ID, fingerprint: 'f', decision: decisionAt(i, i) });
    }
    const pruning = store.prune({ samplesBeforeMs: 0, forecastsBeforeMs: 0, decisionsBeforeMs: 1_000 });
    await store.record({ workloadId: ID, fingerprint: 'f', decision: decisionAt(1_000, 1_000) });
    const meanwhile = await store.decisions(ID, ALL, Infinity);
    expect(meanwhile.length).toBeGreaterThan(1);
    await pruning;
    expect((await store.decisions(ID, ALL, Infinity)).map(({ atMs }) => atMs)).toEqual([1_000]);
    await store.close();
  });
});

describe('SqliteStore.open', () => {
  it('refuses a file that another process has open, and takes it once that process is gone', async () => {
    const store = SqliteStore.open(path);
    const script = `
      import { SqliteStore } from ${JSON.stringify(new URL('../../src/store/sqlite-store.ts', import.meta.url).href)};
      try { SqliteStore.open(process.argv[1]); console.log('opened'); }
      catch (error) { console.log(error.name + ': ' + error.message); }
      process.exit(); // without closing
    `;
    const openInChild = (): string => {
      const run = ['--import', 'tsx', '--input-type=module', '--eval', script, path];
      return spawnSync(process.execPath, run, { encoding: 'utf8' }).stdout;
    };
    expect(openInChild()).toMatch(/^StoreError: store .*store\.db: database is locked; another process has it open/);
    await store.close();
    expect(openInChild()).toBe('opened\n');
    await SqliteStore.open(path).close();
  });

  it('refuses a second opening in the same process', async () => {
    const store = SqliteStore.open(path);
    expect(() => SqliteStore.open(path)).toThrow(/locked; another process has it open/);
    await store.record({ workloadId: ID, fingerprint: 'f', decision: decisionAt(T0) });
    await store.close();
  });

  it.each<[string, () => void, RegExp]>([
    [
      'text',
      () => {
        writeFileSync(path, 'this is not a database. '.repeat(1_000));
      },
      /not a tidecast store; everything in it can be rebuilt .* move it away/,
    ],
    [
      'a header and then nothing like a database',
      () => {
        writeFileSync(path, 'SQLite format 3\0'.padEnd(8_192, 'x'));
      },
      /move it away to start anew/,
    ],
    [
      'a folder',
      () => {
        mkdirSync(path);
      },
      /cannot be opened: check that its folder can be written/,
    ],
  ])('says what to do about %s in its place', (_, prepare, message) => {
    prepare();
    expect(() => SqliteStore.open(path)).toThrow(StoreError);
    expect(() => SqliteStore.open(path)).toThrow(message);
  });

  it('says what to do when the folder cannot be made', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => SqliteStore.open(join(folder, 'file', 'store.db'))).toThrow(StoreError);
  });

  it("leaves another program's database as it was", () => {
    const other = new Database(path);
    other.exec('CREATE TABLE recipes (title TEXT)');
    other.close();
    const before = readFileSync(path);
    expect(() => SqliteStore.open(path)).toThrow(/is a SQLite database of another program/);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder)).toEqual(['store.db']);
  });

  it('refuses the file of a newer version and leaves it usable for that version', async () => {
    const newer = new SqliteConnection(path);
    migrate(newer, [...MIGRATIONS, 'CREATE TABLE from_the_future (x)']);
    newer.close();
    expect(() => SqliteStore.open(path)).toThrow(/has schema version 3, this version of tidecast knows up to 2/);
    const again = new SqliteConnection(path);
    expect(again.all('SELECT * FROM from_the_future')).toEqual([]);
    again.close();
    rmSync(path);
    await SqliteStore.open(path).close();
  });

  it('reports a file that was cut short', async () => {
    const store = SqliteStore.open(path);
    const samples = new Series(0, 1_000, new Float64Array(5_000).fill(1));
    await store.record({ workloadId: ID, fingerprint: 'f', samples });
    await store.close();
    truncateSync(path, 12_288);
    const use = async (): Promise<unknown> => {
      const damaged = SqliteStore.open(path);
      try {
        return await damaged.load(ID, 'f', 1_000);
      } finally {
        await damaged.close().catch(() => undefined);
      }
    };
    await expect(use()).rejects.toThrow(/it is damaged; everything in it can be rebuilt/);
  });

  it('reports content that cannot be read back', async () => {
    const store = SqliteStore.open(path);
    await store.record({ workloadId: ID, fingerprint: 'f', samples: series(T0, 1), forecast: forecastFrom(T0) });
    await store.close();
    const shell = new Database(path);
    shell.exec(`UPDATE samples SET "values" = x'00'; UPDATE forecasts SET levels = x''`);
    shell.close();
    const damaged = SqliteStore.open(path);
    await expect(damaged.load(ID, 'f', 120_000)).rejects.toThrow(
      /store\.db: 1 bytes are not a whole number of doubles/,
    );
    await expect(damaged.forecastAt(ID, T0)).rejects.toThrow(StoreError);
    await damaged.close();
  });
});

describe('migrate', () => {
  it('applies the steps that are missing, in order, and keeps what is there', () => {
    const steps = ['CREATE TABLE a (x)', 'ALTER TABLE a ADD COLUMN y', 'UPDATE a SET y = x * 2'];
    const connection = new SqliteConnection(path);
    migrate(connection, steps.slice(0, 1));
    connection.run('INSERT INTO a VALUES (?)', 21);
    migrate(connection, steps);
    migrate(connection, steps);
    expect(connection.all('SELECT x, y FROM a')).toEqual([{ x: 21, y: 42 }]);
    expect(connection.all('PRAGMA user_version')).toEqual([{ user_version: 3 }]);
    connection.close();
  });

  it('leaves the version before a step that fails', () => {
    const connection = new SqliteConnection(path);
    expect(() => {
      migrate(connection, ['CREATE TABLE a (x)', 'CREATE TABLE b (x); CREATE TABLE a (x)']);
    }).toThrow(/table a already exists/);
    expect(connection.all('PRAGMA user_version')).toEqual([{ user_version: 1 }]);
    expect(connection.all("SELECT name FROM sqlite_schema WHERE name = 'b'")).toEqual([]);
    connection.close();
  });
});

describe('SqliteStore when writing fails', () => {
  it('reports a full disk, keeps what it had, and goes on once there is room', async () => {
    const connection = new SqliteConnection(path);
    migrate(connection);
    const store = new SqliteStore(connection);
    await store.record({ workloadId: ID, fingerprint: 'f', samples: series(T0, 1), decision: decisionAt(T0) });
    connection.exec('PRAGMA max_page_count=20'); // SQLite's own limit fails as a full disk does: SQLITE_FULL
    const samples = new Series(T0, 120_000, new Float64Array(50_000).fill(2));
    const update = { workloadId: ID, fingerprint: 'f', samples, decision: decisionAt(T0 + 1) };
    await expect(store.record(update)).rejects.toThrow(/disk is full: free space/);
    expect((await store.load(ID, 'f', 120_000))?.samples).toStrictEqual(series(T0, 1));
    expect(await store.decisions(ID, ALL, 10)).toHaveLength(1);
    connection.exec('PRAGMA max_page_count=1000000');
    await store.record(update);
    expect((await store.load(ID, 'f', 120_000))?.samples).toStrictEqual(samples);
    await store.close();
  });

  it('reports a file that has become read-only, still reads it, and goes on once it can be written', async () => {
    const connection = new SqliteConnection(path);
    migrate(connection);
    const store = new SqliteStore(connection);
    await store.record({ workloadId: ID, fingerprint: 'f', decision: decisionAt(T0, 1) });
    connection.exec('PRAGMA query_only=ON');
    const update = { workloadId: ID, fingerprint: 'f', decision: decisionAt(T0 + 1, 2) };
    await expect(store.record(update)).rejects.toThrow(/cannot be written: check the permissions/);
    expect((await store.decisionAt(ID, T0))?.value).toBe(1);
    connection.exec('PRAGMA query_only=OFF');
    await store.record(update);
    expect(await store.decisions(ID, ALL, 10)).toHaveLength(2);
    await store.close();
  });

  it('reports a folder and a file without write permission', async () => {
    await SqliteStore.open(path).close();
    chmodSync(path, 0o444);
    chmodSync(folder, 0o555);
    withoutPrivileges(() => {
      expect(() => SqliteStore.open(join(folder, 'new.db'))).toThrow(/check that its folder can be written/);
      expect(() => SqliteStore.open(path)).toThrow(/check the permissions of the file and its folder/);
    });
    chmodSync(folder, 0o755);
    chmodSync(path, 0o644);
    await SqliteStore.open(path).close();
  });
});

describe('SqliteConnection', () => {
  it('refuses to bind what the library would end the process for', () => {
    const connection = new SqliteConnection(path);
    connection.exec('CREATE TABLE t (x)');
    for (const value of [true, undefined, new Uint8Array(8), 1n, {}]) {
      expect(() => connection.run('INSERT INTO t VALUES (?)', value as unknown as string)).toThrow(/cannot bind/);
    }
    connection.close();
  });

  it('rolls back what an error interrupts', () => {
    const connection = new SqliteConnection(path);
    connection.exec('CREATE TABLE t (x)');
    expect(() =>
      connection.transaction(() => {
        connection.run('INSERT INTO t VALUES (?)', 1);
        throw new Error('interrupted');
      }),
    ).toThrow('interrupted');
    expect(connection.all('SELECT * FROM t')).toEqual([]);
    connection.close();
  });
});

/** Root may write anywhere: as root, does it as nobody. */
function withoutPrivileges(body: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    body();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
