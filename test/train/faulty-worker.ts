/** A worker thread that does not what it should: what it is asked for is the model's name. */
import { parentPort, threadId } from 'node:worker_threads';

const FAULTS: Record<string, () => void> = {
  exits: () => process.exit(3),
  throws: () => {
    throw new Error('a bug');
  },
  hangs: () => {
    for (;;);
  },
  'is silent': () => undefined,
  'runs out of memory': () => {
    const kept: number[][] = [];
    for (;;) kept.push(Array<number>(4_000_000).fill(0.5));
  },
};

parentPort!.on('message', ({ request }: { request: { model: string } }) => {
  const fault = FAULTS[request.model];
  if (fault !== undefined) fault();
  else if (request.model === 'works on') parentPort!.postMessage({ stage: 'fit' });
  else parentPort!.postMessage({ result: threadId });
});
