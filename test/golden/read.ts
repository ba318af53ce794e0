import { readFileSync } from 'node:fs';

/** The cases of one file of `test/golden/data`; see the README there. The caller knows their shape. */
export function readGolden(name: string): readonly unknown[] {
  const golden = JSON.parse(readFileSync(new URL(`./data/${name}.json`, import.meta.url), 'utf8')) as {
    readonly cases: readonly unknown[];
  };
  return golden.cases;
}
