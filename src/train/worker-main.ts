/** A worker thread: does one job after the other. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { TidecastError } from '../core/errors.js';
import { prepareForecaster } from '../forecast/registry.js';
import { perform, type Job } from './tasks.js';
import type { Answer, Reply } from './thread-protocol.js';

/** Where threads have a priority of their own, serving goes first. */
const NICENESS = 10;
if (process.platform === 'linux') setPriority(NICENESS);

parentPort!.on('message', (job: Job) => {
  void replyTo(job).then(send);
});

async function replyTo(job: Job): Promise<Reply> {
  try {
    await prepareForecaster(job.request.model);
    const result = perform(job, (stage) => {
      send({ stage });
    });
    return { result };
  } catch (error) {
    return { error: error instanceof TidecastError ? error.message : String(error) };
  }
}

function send(answer: Answer): void {
  parentPort!.postMessage(answer);
}
