import { mean, standardDeviation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom, shuffle } from '../../src/core/random.js';

describe('seededRandom', () => {
  // From an implementation of sfc32 in Python's integers, with the seed's two halves as PractRand's second and third word.
  it.each<[number, number[]]>([
    [0, [4216505632, 947923937, 2491578854, 3964400089]],
    [42, [1251167922, 656401615, 478193053, 3278332503]],
    [-1, [2370706465, 17438958, 4101362430, 2627612796]],
    [2 ** 40 + 7, [645591171, 505385652, 1436619431, 2269353801]],
  ])('gives the draws of sfc32 for seed %d', (seed, expected) => {
    const random = seededRandom(seed);
    expect(expected.map(() => random() * 2 ** 32)).toEqual(expected);
  });

  it('draws evenly from [0, 1)', () => {
    const random = seededRandom(7);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) counts[Math.floor(random() * 10)]!++;
    // 10,000 expected in each tenth, with a standard deviation of sqrt(100000 * 0.1 * 0.9) = 95.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * 95);
  });
});

describe('gaussian', () => {
  it('has mean 0, variance 1, and 5 % beyond 1.645', () => {
    const random = seededRandom(3);
    const draws = Array.from({ length: 100_000 }, () => gaussian(random));
    // Standard error of the mean: 1 / sqrt(100000) = 0.003.
    expect(mean(draws)).toBeCloseTo(0, 1);
    expect(standardDeviation(draws)).toBeCloseTo(1, 1);
    expect(draws.filter((draw) => draw > 1.645).length / draws.length).toBeCloseTo(0.05, 2);
  });
});

describe('shuffle', () => {
  it('puts every item into every place equally often', () => {
    const random = seededRandom(5);
    const counts = Array.from({ length: 9 }, () => 0);
    for (let i = 0; i < 30_000; i++) {
      const items = [0, 1, 2];
      shuffle(items, random);
      expect(items.toSorted()).toEqual([0, 1, 2]);
      items.forEach((item, place) => counts[3 * item + place]!++);
    }
    // 10,000 expected of each, with a standard deviation of sqrt(30000 * 1/3 * 2/3) = 82.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * 82);
  });
});
