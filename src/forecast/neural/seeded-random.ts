/** Random numbers that are a function of their seed, so that the same history always gives the same model. */
export interface SeededRandom {
  /** In [0, 1). */
  uniform(): number;
  /** Mean 0, variance 1. */
  normal(): number;
  /** Puts the items into a random order, in place (Fisher & Yates 1938). */
  shuffle(items: unknown[]): void;
}

/** Bob Jenkins' small generator in the 32-bit form known as mulberry32; Box & Muller (1958) for the normal distribution. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed | 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const shuffle = (items: unknown[]): void => {
    for (let i = items.length - 1; i > 0; i--) {
      const j = Math.floor(uniform() * (i + 1));
      [items[i], items[j]] = [items[j], items[i]];
    }
  };
  return { uniform, normal, shuffle };
}
