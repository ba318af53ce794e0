import { describe, expect, it } from 'vitest';
import { nelderMead } from '../../../src/forecast/holt-winters/nelder-mead.js';

const LIMITS = { tolerance: 1e-12, maxSteps: 2_000 };

describe('nelderMead', () => {
  type Landscape = (x: number, y: number) => number;
  const landscapes: [string, Landscape, number[], number[]][] = [
    ['a parabola', (x) => (x - 3) ** 2, [0], [3]],
    ['a bowl', (x, y) => (x - 1) ** 2 + 10 * (y + 2) ** 2, [5, 5], [1, -2]],
    ["Rosenbrock's valley", (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, [-1.2, 1], [1, 1]],
    ['a kink', (x, y) => Math.abs(x - 2) + Math.abs(y), [0, 1], [2, 0]],
  ];
  it.each(landscapes)('finds the lowest point of %s', (_, f, start, expected) => {
    const { at, value } = nelderMead(([x, y]) => f(x!, y!), start, LIMITS);
    at.forEach((coordinate, i) => {
      expect(coordinate).toBeCloseTo(expected[i]!, 4);
    });
    expect(value).toBeCloseTo(0, 4);
  });

  it.each([
    ['-Infinity everywhere', -Infinity],
    ['NaN everywhere', NaN],
    ['a plain', 0],
  ])('ends where it began on %s', (_, height) => {
    let calls = 0;
    const { at } = nelderMead(() => (calls++, height), [1, 2], LIMITS);
    expect(at).toEqual([1, 2]);
    expect(calls).toBe(3);
  });

  it('stops after so many steps', () => {
    let calls = 0;
    nelderMead(([x]) => (calls++, -x!), [0], { tolerance: 0, maxSteps: 10 });
    // Two corners, and at most two points and a shrink per step.
    expect(calls).toBeLessThanOrEqual(2 + 3 * 10);
  });
});
