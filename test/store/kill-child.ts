/**
 * Writes updates to a store as fast as it can and prints the number of each one once it is acknowledged, until it is
 * killed. Arguments: path of the store, number of the first update.
 */
import { SqliteStore } from '../../src/store/sqlite-store.js';
import { killUpdate } from './kill-update.js';

const [path, first] = process.argv.slice(2);
const store = SqliteStore.open(path!);
for (let n = Number(first); ; n++) {
  await store.record(killUpdate(n));
  // Not writeSync: a pipe that is full for a moment would end this process.
  await new Promise((written) => process.stdout.write(`${n}\n`, written));
}
