import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { prepareTensorFlow } from '../../../src/forecast/neural/tensorflow.js';

const NATIVE = '@tensorflow/tfjs-node';

describe.skipIf(!isInstalled())(`with ${NATIVE}`, () => {
  it('trains on the native backend', async () => {
    expect(await prepareTensorFlow()).toBe('tensorflow');
  });
});

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve(NATIVE);
    return true;
  } catch {
    process.stderr.write(`SKIPPED the native backend of TensorFlow.js: not installed: ${NATIVE}\n`);
    return false;
  }
}
