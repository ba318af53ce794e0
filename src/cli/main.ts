#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { runProgram } from './program.js';

const ENDING = ['SIGINT', 'SIGTERM'] as const;
const abort = new AbortController();
const end = (): void => {
  // A second signal means that the user does not want to wait for a graceful end.
  if (abort.signal.aborted) process.exit(130);
  abort.abort();
};
for (const name of ENDING) process.on(name, end);
// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  process.stderr.write(`tidecast: cannot write to standard output: ${error.message}\n`);
  process.exit(1);
});
// Nowhere is left to say so; what runs goes on.
process.stderr.on('error', () => undefined);

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
process.exitCode = await runProgram(process.argv.slice(2), version, {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  now: () => Date.now(),
  signal: abort.signal,
  endAtOnce: () => {
    // Without a handler, the system ends the process, whatever it is busy with.
    for (const name of ENDING) process.off(name, end);
  },
});
