import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 50;
const LONGEST_MS = 30_000;

/** Resolves once it is so. @throws it is not within half a minute */
export async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await isSo()); waitedMs += EVERY_MS) {
    if (waitedMs >= LONGEST_MS) throw new Error(`waited in vain until ${what}`);
    await delay(EVERY_MS);
  }
}
