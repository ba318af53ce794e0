import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

/** SIGTERM is followed by SIGKILL after this long. */
const STOP_GRACE_MS = 10_000;

/** Whether every one of the programs is on the PATH. */
export function hasPrograms(...names: readonly string[]): boolean {
  return missingPrograms(names).length === 0;
}

/** Whether `TIDECAST_TESTS_WITHOUT`, a list with commas, allows that a program is missing even where `CI` is set. */
export function isDispensable(name: string): boolean {
  return (process.env['TIDECAST_TESTS_WITHOUT'] ?? '').split(',').includes(name);
}

/**
 * `describe` for tests that need real programs. Where one is missing, the suite is skipped and says so on stderr; where
 * `CI` is set it fails instead, so that a skip cannot go unnoticed there, unless all that are missing are dispensable.
 */
export function describeWithPrograms(names: readonly string[], title: string, body: () => void): void {
  const missing = missingPrograms(names);
  if (missing.length > 0) {
    const message = `${title}: not installed: ${missing.join(', ')}`;
    if (process.env['CI'] !== undefined && !missing.every(isDispensable)) throw new Error(message);
    process.stderr.write(`SKIPPED ${message}\n`);
  }
  describe.skipIf(missing.length > 0)(title, body);
}

/** Runs a program to its end. @returns what it wrote to stdout @throws with its stderr when it fails */
export function runProgram(command: string, args: readonly string[], cwd?: string): string {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(`${command} ended with ${String(done.status)}:\n${done.stderr}`);
  return done.stdout;
}

/** A port of 127.0.0.1 that nothing listens on at present. Prefer port 0 where the program reports what it chose. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A new folder under the system's temporary folder. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'tidecast-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The program is ready once its output so far (stdout and stderr) matches; omitted: at once. */
  readonly ready?: RegExp;
  /** Default 30 s. */
  readonly readyTimeoutMs?: number;
}

export interface RunningProgram {
  readonly pid: number;
  /** Everything written so far to stdout and stderr. */
  output(): string;
  /** Resolves when the output matches. @throws when the program ends or `timeoutMs` (default 30 s) passes first */
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  /** Resolves with the exit code when the program has ended; null: by a signal. */
  exited(): Promise<number | null>;
  /** SIGTERM, then SIGKILL if it does not end. Resolves when it has ended. */
  stop(): Promise<void>;
  /** SIGKILL. Resolves when it has ended. */
  kill(): Promise<void>;
}

/** Programs still running when the test process ends are killed with it. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) signalGroup(child, 'SIGKILL');
});

/** Starts a program and waits until it is ready. @throws with the program's output when it does not get there */
export async function startProgram(
  command: string,
  args: readonly string[],
  { cwd, env, ready, readyTimeoutMs }: ProgramOptions = {},
): Promise<RunningProgram> {
  const child = spawn(command, args, {
    cwd,
    env: env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const program = watch(child, command);
  await once(child, 'spawn');
  if (ready !== undefined) {
    await program.waitFor(ready, readyTimeoutMs).catch(async (error: unknown) => {
      await program.kill();
      throw error;
    });
  }
  return program;
}

function watch(child: ChildProcess, command: string): RunningProgram {
  let output = '';
  const onChange = new Set<() => void>();
  const changed = (): void => {
    for (const listener of onChange) listener();
  };
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
      changed();
    });
  });
  running.add(child);
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      changed();
    });
  }
  const hasEnded = (): boolean => !running.has(child);
  const waitFor = (pattern: RegExp, timeoutMs = 30_000): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        onChange.delete(check);
        settle();
      };
      const fail = (what: string): void => {
        finish(() => {
          reject(new Error(`${command} ${what} before its output matched ${String(pattern)}:\n${output}`));
        });
      };
      const check = (): void => {
        const match = pattern.exec(output);
        if (match !== null) {
          finish(() => {
            resolve(match);
          });
        } else if (hasEnded()) fail('ended');
      };
      const timer = setTimeout(() => {
        fail(`ran ${timeoutMs} ms`);
      }, timeoutMs);
      onChange.add(check);
      check();
    });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (hasEnded()) return;
    signalGroup(child, signal);
    const timer = setTimeout(() => {
      signalGroup(child, 'SIGKILL');
    }, STOP_GRACE_MS);
    await ended;
    clearTimeout(timer);
  };
  return {
    pid: child.pid ?? -1,
    output: () => output,
    waitFor,
    exited: () => ended,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  };
}

/** A started program leads a process group of its own, so that what it started in turn ends with it. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function missingPrograms(names: readonly string[]): string[] {
  return names.filter((name) => spawnSync('which', [name]).status !== 0);
}
