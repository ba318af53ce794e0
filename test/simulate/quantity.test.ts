import { describe, expect, it } from 'vitest';
import { kedaMilliValue, milliValue } from '../../src/simulate/quantity.js';

describe('milliValue, as the HPA reads a quantity', () => {
  it.each([
    [0, 0],
    [17.5, 17_500],
    [1.001, 1_001],
    [4.35, 4_350],
    [0.0001, 1],
    [2.0001, 2_001],
    [1e9, 1e12],
  ])('%d is %d thousandths, rounded up', (value, expected) => {
    expect(milliValue(value)).toBe(expected);
  });
});

describe('kedaMilliValue, as KEDA serves a value', () => {
  it.each([
    ['12.5 is 12500m', 12.5, 12_500],
    ['0.0004 rounds to 0', 0.0004, 0],
    ['0.0006 rounds to 1m', 0.0006, 1],
    ['1000 is 1k', 1_000, 1_000_000],
    ['NaN becomes 0', NaN, 0],
    ['a negative number becomes 0', -3, 0],
    ['infinity becomes 0', Infinity, 0],
    ['0.0625 is an exact tie and goes to the even 62', 0.0625, 62],
    ['0.1875 is an exact tie and goes to the even 188', 0.1875, 188],
    ['1.0625 is an exact tie and goes to the even 1062', 1.0625, 1_062],
    ['1.0005 is just below the tie in binary, although 1.0005 * 1000 is not', 1.0005, 1_000],
    ['2.0015 is just above the tie in binary', 2.0015, 2_002],
  ])('%s', (_sentence, value, expected) => {
    expect(kedaMilliValue(value)).toBe(expected);
  });
});
