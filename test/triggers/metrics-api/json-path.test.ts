import { describe, expect, test } from 'vitest';
import { compileJsonPath } from '../../../src/triggers/metrics-api/json-path.js';

/** The example of gjson's own documentation, and what its syntax page says about each path. */
const DOCUMENT = {
  name: { first: 'Tom', last: 'Anderson' },
  age: 37,
  children: ['Sara', 'Alex', 'Jack'],
  'fav.movie': 'Deer Hunter',
  friends: [
    { first: 'Dale', last: 'Murphy', age: 44, nets: ['ig', 'fb', 'tw'] },
    { first: 'Roger', last: 'Craig', age: 68, nets: ['fb', 'tw'] },
    { first: 'Jane', last: 'Murphy', age: 47, nets: ['ig', 'tw'] },
  ],
};

describe('the paths of the documentation of gjson', () => {
  test.each<[path: string, found: unknown]>([
    ['name.last', 'Anderson'],
    ['age', 37],
    ['children', DOCUMENT.children],
    ['children.#', 3],
    ['children.1', 'Alex'],
    ['child*.2', 'Jack'],
    ['c?ildren.0', 'Sara'],
    ['fav\\.movie', 'Deer Hunter'],
    ['friends.#', 3],
    ['friends.1.last', 'Craig'],
    ['friends.#(last=="Murphy").first', 'Dale'],
    ['friends.#(age>45).last', 'Craig'],
    ['friends.#(nets.1=="tw").age', 68],
  ])('%s', (path, found) => {
    expect(compileJsonPath(path)?.(DOCUMENT)).toEqual(found);
  });
});

test.each<[path: string, value: unknown, found: unknown]>([
  ['a.b', { a: {} }, undefined],
  ['a.b', { a: 5 }, undefined],
  ['a.b', null, undefined],
  ['a', [1], undefined],
  ['3', [1], undefined],
  ['0', { 0: 'key' }, 'key'],
  ['constructor', {}, undefined],
  ['a.#', { a: {} }, undefined],
  ['a\\*', { a1: 1, 'a*': 2 }, 2],
  ['a.*', { a: { x: 1 } }, 1],
  ['#(>2)', [1, 3, 5], 3],
  ['#(>=3)', [1, 3, 5], 3],
  ['#(<=1)', [3, 1], 1],
  ['#(a<2).b', [{ a: 2 }, { a: 1, b: 7 }], 7],
  ['#(a!="x").b', [{ a: 'x' }, { a: 'y', b: 7 }], 7],
  ['#(on=true).n', [{ on: false }, { on: true, n: 7 }], 7],
  ['#(a=="x").b', [{ a: 5 }], undefined],
  ['#(a=="x.y)z").b', [{ a: 'x.y)z', b: 1 }], 1],
  ['#(a=="x")', { a: 'x' }, undefined],
])('%s in %j is %j', (path, value, found) => {
  expect(compileJsonPath(path)?.(value)).toEqual(found);
});

test.each(['', '.', 'a.', '.a', 'a..b', 'a\\', '..#', '@this', 'a.@reverse', 'a|b', '{a,b}', '[a,b]', '!5', 'a.#.b'])(
  '%s leads to no single value',
  (path) => {
    expect(compileJsonPath(path)).toBeUndefined();
  },
);
test.each(['#(a=="x")#', '#(a)', '#(a=x)', '#(a=null)', '#(a%"x*")', '#('])('%s is not supported', (path) => {
  expect(compileJsonPath(path)).toBeUndefined();
});
