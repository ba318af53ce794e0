import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { mkdir, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type RunningProgram, startProgram } from '../support/programs.js';

/** The entry point that `npm run build` makes. */
export const PROGRAM = join(process.cwd(), 'dist/cli/main.js');
/** One build at a time, also where several test files want one. */
const LOCK = join(tmpdir(), `tidecast-build-${Buffer.from(process.cwd()).toString('hex').slice(-40)}`);
/** A build takes some ten seconds. */
const LOCK_TIMEOUT_MS = 60_000;

/** Builds the program if there is none, or if it is older than its source. */
export async function buildProgram(): Promise<void> {
  const deadline = Date.now() + LOCK_TIMEOUT_MS;
  while (!(await isTaken())) {
    if (Date.now() > deadline) throw new Error(`another build seems to hang; remove ${LOCK}`);
    await wait(200);
  }
  try {
    if (!isFresh()) build();
  } finally {
    await rmdir(LOCK);
  }
}

/** @throws with what the compiler says */
function build(): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the build ended with ${String(status)}:\n${stdout}${stderr}`);
}

async function isTaken(): Promise<boolean> {
  return mkdir(LOCK).then(
    () => true,
    () => false,
  );
}

function isFresh(): boolean {
  if (!existsSync(PROGRAM)) return false;
  const builtMs = statSync(PROGRAM).mtimeMs;
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.every((name) => statSync(join('src', name)).mtimeMs <= builtMs);
}

/** A running `tidecast serve`. */
export interface Served {
  readonly url: string;
  readonly program: RunningProgram;
  /** The lines of its log, parsed. */
  readonly log: () => readonly Record<string, unknown>[];
}

/** Starts `tidecast serve` on a free port and waits until it listens. */
export async function serve(
  paths: readonly string[],
  { store = 'memory', listen = '127.0.0.1:0' }: { store?: string; listen?: string } = {},
): Promise<Served> {
  const args = [PROGRAM, 'serve', ...paths, '--store', store, '--listen', listen];
  const program = await startProgram(process.execPath, args, { ready: /Listening on http:\S+\. Try/ });
  const url = /Listening on (http:\S+)\. Try/.exec(program.output())![1]!;
  const log = (): Record<string, unknown>[] =>
    program
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { url, program, log };
}

/**
 * A KEDA sample from `deploy/samples` as it is, but for the address of its Prometheus, which no test can choose.
 */
export function sample(name: string, prometheusUrl: string): string {
  const text = readFileSync(join('deploy/samples', name), 'utf8');
  if (!text.includes('http://prometheus.monitoring:9090')) throw new Error(`${name} names another address`);
  return text.replaceAll('http://prometheus.monitoring:9090', prometheusUrl);
}
