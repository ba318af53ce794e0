/** Uniformly distributed numbers in [0, 1); each call draws the next one. */
export type Random = () => number;

/** Rounds after which every bit of the seed has reached every bit of the state, as PractRand seeds this generator. */
const SEEDING_ROUNDS = 15;

/**
 * The generator sfc32: 128 bits of state, a period of at least 2^32 draws, and nothing but 32-bit operations, so that a
 * seed gives the same draws on every machine.
 *
 * @param seed integer; its low 64 bits count
 * @see Chris Doty-Humphrey, PractRand (http://pracrand.sourceforge.net), `sfc32`
 */
export function seededRandom(seed: number): Random {
  let a = 0;
  let b = seed | 0;
  let c = Math.floor(seed / 2 ** 32) | 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < SEEDING_ROUNDS; round++) next();
  return next;
}

/** Puts the items into a random order, in place (Fisher & Yates 1938). */
export function shuffle(items: unknown[], random: Random): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [items[i], items[j]] = [items[j], items[i]];
  }
}

/** A standard normal number, by the Box-Muller transform of two uniform ones. */
export function gaussian(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}
