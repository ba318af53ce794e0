import fc from 'fast-check';
import { expect, it } from 'vitest';
import { GrowingValues } from '../../src/forecast/growing-values.js';

it('GrowingValues holds what it was given and what was appended, through every growth: property', () => {
  const values = fc.array(fc.double(), { maxLength: 100 });
  fc.assert(
    fc.property(values, values, (initial, appended) => {
      const growing = new GrowingValues(initial);
      for (const value of appended) growing.push(value);
      const all = [...initial, ...appended];
      expect(growing.length).toBe(all.length);
      expect([...growing.view]).toEqual(all);
      expect(all.map((_, i) => growing.at(i))).toEqual(all);
    }),
  );
});

it('GrowingValues does not change with the array it was made from', () => {
  const initial = Float64Array.of(1, 2);
  const growing = new GrowingValues(initial);
  initial[0] = 9;
  growing.push(3);
  expect([...growing.view]).toEqual([1, 2, 3]);
  expect([...initial]).toEqual([9, 2]);
});
