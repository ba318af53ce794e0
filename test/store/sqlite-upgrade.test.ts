import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compose } from '../../src/scaling/compose.js';
import { SqliteConnection } from '../../src/store/sqlite-connection.js';
import { MIGRATIONS, migrate } from '../../src/store/sqlite-schema.js';
import { SqliteStore } from '../../src/store/sqlite-store.js';
import { aCompositionInput } from '../support/fake-scaled-objects.js';
import { temporaryFolder } from '../support/programs.js';
import { ID, decisionAt } from './examples.js';

const T0 = 1_767_225_600_000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

it('a file from before there were compositions keeps its decisions and takes compositions', async () => {
  const path = join(folder.path, 'store.db');
  const old = new SqliteConnection(path);
  migrate(old, MIGRATIONS.slice(0, 1));
  const before = new SqliteStore(old);
  await before.record({ workloadId: ID, fingerprint: 'f', decision: decisionAt(T0) });
  await before.close();

  const store = SqliteStore.open(path);
  expect(await store.decisionAt(ID, T0)).toStrictEqual(decisionAt(T0));
  const composition = compose('shop/checkout', aCompositionInput(T0));
  await store.recordComposition(composition);
  expect(await store.compositionAt('shop/checkout', T0)).toStrictEqual(composition);
  await store.close();
});
