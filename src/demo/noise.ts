/**
 * Randomness without state: every number is a hash of a seed and an index, so that a generated series can be read at any
 * time, in any order, and is always the same.
 */

/** The 32-bit finaliser of MurmurHash3: every input bit changes every output bit with probability near one half. */
function scramble(bits: number): number {
  let hash = bits | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * A number in [0, 1), uniformly distributed over `index`.
 *
 * @param seed integer; different seeds give unrelated sequences
 * @param index integer of at most 32 bits
 */
export function uniform(seed: number, index: number): number {
  return scramble(scramble(Math.imul(seed, 0x9e3779b1) + 1) ^ Math.imul(index, 0x85ebca77)) / 2 ** 32;
}

/** A standard normal number for `index`, by the Box-Muller transform of two uniform ones. */
export function gaussian(seed: number, index: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(seed, 2 * index)));
  return radius * Math.cos(2 * Math.PI * uniform(seed, 2 * index + 1));
}

/**
 * A continuous random curve with mean 0 and variance 1 everywhere: independent normal numbers at the multiples of
 * `periodMs`, blended in between with weights whose squares add up to 1 (a plain average would be calmer half-way).
 */
export function smoothNoise(seed: number, timeMs: number, periodMs: number): number {
  const position = timeMs / periodMs;
  const left = Math.floor(position);
  const angle = (Math.PI / 2) * (position - left);
  return Math.cos(angle) * gaussian(seed, left) + Math.sin(angle) * gaussian(seed, left + 1);
}

/**
 * A standard normal number that holds for about `periodMs` and then jumps to an unrelated one. The jumps are spread over
 * time at random, between 0.4 and 1.6 periods apart.
 */
export function stepNoise(seed: number, timeMs: number, periodMs: number): number {
  const slot = Math.floor(timeMs / periodMs);
  const startMs = (slot + 0.6 * uniform(seed, slot)) * periodMs;
  return gaussian(seed + 1, timeMs >= startMs ? slot : slot - 1);
}
