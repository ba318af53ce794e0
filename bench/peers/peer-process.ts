import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What the Python side says of itself. */
export interface PeerEnvironment {
  readonly versions: Readonly<Record<string, string>>;
  readonly peers: readonly string[];
}

export interface PeerProcess extends PeerEnvironment {
  /** Lets the named peers forecast all windows of a file. @throws {Error} when the process has ended */
  forecast(task: { windows: string; forecasts: string; peers: readonly string[] }): Promise<void>;
  close(): void;
}

/** One core, whatever a library would rather have: a fit in a service has no more either. */
const ONE_CORE = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
  NUMBA_NUM_THREADS: '1',
};

/**
 * Starts the peers' side.
 *
 * @param python an interpreter with the packages of `requirements.txt`
 * @throws {Error} when it does not start; what it printed says why
 */
export async function startPeers(python: string): Promise<PeerProcess> {
  const script = fileURLToPath(new URL('./forecast_windows.py', import.meta.url));
  const child = spawn(python, ['-B', script], {
    env: { ...process.env, ...ONE_CORE },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const failure = Promise.race([once(child, 'exit'), once(child, 'error')]).then(() => {
    throw new Error(`${python} ended before it answered; are the packages of bench/peers/requirements.txt installed?`);
  });
  failure.catch(() => undefined); // It also ends when it is told to, which nobody waits for.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const line = await Promise.race([lines.next(), failure]);
    return line.done === true ? failure : line.value;
  };
  const environment = JSON.parse(await nextLine()) as PeerEnvironment;
  return {
    ...environment,
    async forecast(task) {
      child.stdin.write(`${JSON.stringify(task)}\n`);
      await nextLine();
    },
    close: () => child.kill(),
  };
}
