import { extname } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** The module that a training thread runs: built, or a TypeScript source, whichever this one is. */
export const WORKER_MAIN = new URL(`./worker-main${extname(import.meta.url)}`, import.meta.url);

/** Starts a module in a thread. TypeScript sources, of which tests and benches run, are loaded through tsx. */
export function startThread(module: URL, options: WorkerOptions): Worker {
  if (extname(module.pathname) !== '.ts') return new Worker(module, options);
  const tsx = import.meta.resolve('tsx/esm/api');
  const load = `import('${tsx}').then(({ register }) => { register(); return import('${module.href}'); })`;
  return new Worker(load, { ...options, eval: true, execArgv: [] });
}
