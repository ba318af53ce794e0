const NUMBERS = 1 << 18;
const PASSES = 40;

/**
 * A computation that never changes: what it takes says how fast the machine is at the moment, which may be half as fast a minute
 * later. Multiplying and adding on an array that does not fit into the first caches, as forecasts and replays do.
 *
 * @returns a number that depends on all of it, so that nothing can be left out
 */
export function yardstick(): number {
  const numbers = Float64Array.from({ length: NUMBERS }, (_, i) => Math.sin(i));
  let sum = 0;
  for (let pass = 1; pass <= PASSES; pass++) {
    for (let i = pass; i < NUMBERS; i++) {
      numbers[i] = 0.5 * numbers[i]! + 0.4 * numbers[i - pass]! + 1e-3;
      sum += numbers[i]!;
    }
  }
  return sum;
}
