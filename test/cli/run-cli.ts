import { runProgram } from '../../src/cli/program.js';

/** Monday, 2026-03-02T00:00:00Z: the present of the command line in tests. */
export const NOW_MS = Date.UTC(2026, 2, 2);
export const VERSION = '9.8.7';

export interface CliRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** Runs one command line in this process, with captured output; neither stream is a terminal. */
export async function runCli(
  args: readonly string[],
  { env = {}, signal = new AbortController().signal }: CliOptions = {},
): Promise<CliRun> {
  const text = { stdout: '', stderr: '' };
  const streamTo = (name: 'stdout' | 'stderr') => ({ write: (part: string) => (text[name] += part) });
  const status = await runProgram(args, VERSION, {
    stdout: streamTo('stdout'),
    stderr: streamTo('stderr'),
    env,
    now: () => NOW_MS,
    signal,
    endAtOnce: () => undefined,
  });
  return { status, ...text };
}
