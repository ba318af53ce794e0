import { createRequire } from 'node:module';
import type * as core from '@tensorflow/tfjs-core';

export type TensorFlow = typeof core;

/** TensorFlow takes tens of milliseconds and megabytes to load: only a thread that trains a network does. */
const require = createRequire(import.meta.url);
let loaded: TensorFlow | undefined;

/** The name that TensorFlow.js gives the native backend. */
const NATIVE = 'tensorflow';

/**
 * TensorFlow.js in this thread, loaded at the first call: with the native backend where `@tensorflow/tfjs-node` is installed
 * beside tidecast, else with the slow one in plain JavaScript, unless {@link prepareTensorFlow} has been awaited before.
 */
export function tensorFlow(): TensorFlow {
  loaded ??= load();
  return loaded;
}

/**
 * Loads TensorFlow.js with the fastest backend there is: native, else WebAssembly, which is some five times as fast as
 * plain JavaScript and cannot be started synchronously.
 *
 * @returns the name of the backend: `tensorflow`, `wasm` or `cpu`
 */
export async function prepareTensorFlow(): Promise<string> {
  const tf = tensorFlow();
  if (tf.getBackend() === NATIVE) return NATIVE;
  require('@tensorflow/tfjs-backend-wasm');
  // Falls back to the backend before, with a warning of its own, where WebAssembly does not start.
  await tf.setBackend('wasm');
  return tf.getBackend();
}

function load(): TensorFlow {
  const tf = require('@tensorflow/tfjs-core') as TensorFlow;
  // Or it advertises its native backend on the console.
  tf.enableProdMode();
  require('@tensorflow/tfjs-backend-cpu');
  if (isInstalled('@tensorflow/tfjs-node')) require('@tensorflow/tfjs-node');
  return tf;
}

function isInstalled(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}
