/**
 * Writes updates to a store as fast as it can and prints the number of each one once it is acknowledged, until it is
 * killed. Arguments: path of the store, number of the first update.
 */
import { writeSync } from 'node:fs';
import { SqliteStore } from '../../src/store/sqlite-store.js';
import { killUpdate } from './kill-update.js';

const [path, first] = process.argv.slice(2);
const store = SqliteStore.open(path!);
for (let n = Number(first); ; n++) {
  await store.record(killUpdate(n));
  writeSync(1, `${n}\n`);
}
