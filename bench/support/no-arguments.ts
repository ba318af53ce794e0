import { parseArgs } from 'node:util';

/** Answers `--help` and ends; refuses any other argument, as the benchmark takes none. */
export function noArguments(usage: string): void {
  const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
  if (values.help !== true) return;
  process.stdout.write(`${usage}\n`);
  process.exit(0);
}
