import { DAY_MS } from '../../src/core/duration.js';

/**
 * A load with a daily curve and noise that remembers its last value, the same on every call: `length` samples, all
 * positive.
 */
export function generatedLoad(length: number, stepMs: number): Float64Array {
  const random = uniform(1);
  let noise = 0;
  return Float64Array.from({ length }, (_, i) => {
    noise = 0.9 * noise + 0.1 * (random() - 0.5);
    return 100 * (1.5 + Math.sin((2 * Math.PI * i * stepMs) / DAY_MS) + noise);
  });
}

/** Park and Miller's generator: x -> 48271 x mod (2^31 - 1). */
function uniform(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
