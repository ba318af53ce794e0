import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Series } from '../../src/core/series.js';

/** From 100 on, every 10 ms. */
const series = (...values: number[]): Series => new Series(100, 10, Float64Array.from(values));

describe('a series', () => {
  it('knows its times', () => {
    const load = series(1, NaN, 3);
    expect([load.length, load.endMs, load.lastMs]).toEqual([3, 130, 120]);
    expect([load.timeAt(0), load.timeAt(2), load.timeAt(-1), load.timeAt(5)]).toEqual([100, 120, 90, 150]);
    expect(load.countKnown()).toBe(2);
  });

  it('may be empty, and then has no last time', () => {
    const nothing = series();
    expect([nothing.length, nothing.endMs, nothing.countKnown()]).toEqual([0, 100, 0]);
    expect(nothing.lastMs).toBeNaN();
  });

  it.each([
    ['a step of zero', 100, 0, [], 'stepMs must be > 0, got 0'],
    ['a negative step', 100, -5, [], 'stepMs must be > 0, got -5'],
    ['a step that is not a number', 100, NaN, [], 'stepMs must be > 0, got NaN'],
    ['an infinite step', 100, Infinity, [], 'stepMs must be > 0, got Infinity'],
    ['a start that is not a number', NaN, 10, [], 'startMs must be finite, got NaN'],
    ['an infinite start', -Infinity, 10, [], 'startMs must be finite, got -Infinity'],
    ['an infinite sample', 100, 10, [1, Infinity], 'value 1 is Infinity; a sample is finite, or NaN for a gap'],
    ['a sample below all', 100, 10, [-Infinity], 'value 0 is -Infinity; a sample is finite, or NaN for a gap'],
  ])('cannot have %s', (_, startMs, stepMs, values, message) => {
    expect(() => new Series(startMs, stepMs, Float64Array.from(values))).toThrow(new RangeError(message));
  });
});

describe('at', () => {
  it.each([
    ['a grid time', 110, 2],
    ['the first', 100, 1],
    ['a gap', 120, NaN],
    ['between two grid times', 105, NaN],
    ['before the start', 90, NaN],
    ['after the end', 140, NaN],
  ])('%s', (_, timeMs, value) => {
    expect(series(1, 2, NaN, 4).at(timeMs)).toBe(value);
  });
});

describe('between', () => {
  const load = series(1, 2, 3, 4);
  it.each([
    ['everything', -Infinity, Infinity, 100, [1, 2, 3, 4]],
    ['from a grid time, inclusive, to another, exclusive', 110, 130, 110, [2, 3]],
    ['from and to between grid times', 101, 121, 110, [2, 3]],
    ['nothing: between two grid times', 101, 109, 110, []],
    ['nothing: before the start', 0, 100, 100, []],
    ['nothing: after the end', 140, 200, 140, []],
    ['nothing: ends the wrong way round', 130, 110, 130, []],
  ])('%s', (_, fromMs, toMs, startMs, values) => {
    const part = load.between(fromMs, toMs);
    expect(part.startMs).toBe(startMs);
    expect(part.stepMs).toBe(10);
    expect([...part.values]).toEqual(values);
  });

  it('moves no sample: property', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 20 }), fc.integer(), fc.integer(), (values, from, to) => {
        const whole = series(...values);
        const fromMs = 100 + (from % 300);
        const toMs = 100 + (to % 300);
        const part = whole.between(fromMs, toMs);
        const expected = values.filter((_, i) => whole.timeAt(i) >= fromMs && whole.timeAt(i) < toMs);
        expect([...part.values]).toEqual(expected);
        part.values.forEach((value, i) => {
          expect(whole.at(part.timeAt(i))).toBe(value);
        });
      }),
    );
  });
});
