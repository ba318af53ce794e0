import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../src/core/errors.js';
import { toExactJson } from '../../src/store/exact-json.js';

describe('toExactJson', () => {
  it.each<[string, unknown, string]>([
    ['keeps the sign of zero', [0, -0], '[0,-0]'],
    ['writes the shortest text that reads back as the same double', [0.1, 1e21, 5e-324], '[0.1,1e+21,5e-324]'],
    ['leaves out what is undefined', { a: 1, b: undefined }, '{"a":1}'],
    ['escapes what SQLite would cut off', 'a\0b', '"a\\u0000b"'],
    ['writes nested data', { a: [null, true, { 'b"': 'c' }] }, '{"a":[null,true,{"b\\"":"c"}]}'],
  ])('%s', (_, value, expected) => {
    expect(toExactJson(value, 'x')).toBe(expected);
  });

  it('writes what JSON.parse reads back as the same data', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        expect(JSON.parse(toExactJson(value, 'x'))).toStrictEqual(value);
      }),
    );
  });

  it.each<[string, unknown, string]>([
    ['NaN', { a: NaN }, 'x.a is NaN and cannot be stored exactly'],
    ['an infinity', [[-Infinity]], 'x[0][0] is -Infinity'],
    ['undefined in an array', [undefined], 'x[0] is of type undefined'],
    ['a function', { f: () => 1 }, 'x.f is of type function'],
    ['a bigint', 1n, 'x is of type bigint'],
    ['a date', new Date(0), 'x is a Date'],
    ['a map', new Map(), 'x is a Map'],
    ['a typed array', { w: new Float64Array(2) }, 'x.w is a Float64Array'],
  ])('refuses %s, saying where it is', (_, value, message) => {
    expect(() => toExactJson(value, 'x')).toThrow(StoreError);
    expect(() => toExactJson(value, 'x')).toThrow(message);
  });
});
