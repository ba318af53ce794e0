import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formulaProblem, parseFormula } from '../../src/scaling/formula.js';
import { readGolden } from '../golden/read.js';

interface GoldenCase {
  readonly formula: string;
  readonly values: Readonly<Record<string, number | null>>;
  readonly result: number | null;
  readonly fails: boolean;
}

/** Refused there for reasons that we do not share: what KEDA wraps around it, and that the type is known to be nil. */
const REFUSED_ONLY_THERE: ReadonlyMap<string, number | null> = new Map([
  ['a + b // the rest is a comment', 15.5],
  ['x ?? nil', null],
]);

function evaluate(formula: string, values: Readonly<Record<string, number | null>>): number | null {
  return parseFormula(formula).evaluate(new Map(Object.entries(values)));
}

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof RangeError) return error.message;
    throw error;
  }
  return 'no error';
}

describe('a formula, against expr-lang itself', () => {
  const cases = readGolden('formula') as readonly GoldenCase[];

  it.each(cases.filter(({ fails }) => !fails))('$formula', (golden) => {
    const result = evaluate(golden.formula, golden.values);
    if (golden.result === null) expect(result).toBeNull();
    else expect(result).toBeCloseTo(golden.result, 9);
  });

  it.each(cases.filter(({ formula, fails }) => fails && !REFUSED_ONLY_THERE.has(formula)))(
    'is refused as there: $formula',
    ({ formula, values }) => {
      expect(() => evaluate(formula, values)).toThrow(RangeError);
    },
  );

  it.each([...REFUSED_ONLY_THERE])('is taken here: %s', (formula, expected) => {
    expect(evaluate(formula, { a: 12.5, b: 3, x: null })).toBe(expected);
  });
});

describe('a formula', () => {
  it('names its triggers once each, in order', () => {
    expect(parseFormula('b > 0 ? max(a, b) : count([c, a], # > d)').names).toEqual(['b', 'a', 'c', 'd']);
  });

  it.each([
    [
      'says where it ends too early',
      'a + ',
      'position 5: unexpected end; expected a number, a name, "(", "[" or a sign',
    ],
    ['says what stands there instead', '(a + b', 'position 7: unexpected end; expected ")"'],
    [
      'names a character that the language lacks',
      "a + 'x'",
      `position 5: "'" is not supported; expected a number, a name or an operator`,
    ],
    [
      'lists the functions',
      'avg(a)',
      'position 1: there is no function "avg"; expected one of abs, all, any, ceil, count, filter, float, floor, int, len, map, max, mean, median, min, none, one, round, sum',
    ],
    [
      'explains why ?? cannot be mixed',
      'a ?? b + 1',
      'position 8: "+" and "??" cannot be mixed; put one of them in parentheses',
    ],
    ['names the number that is none', 'a + 12x', 'position 5: bad number syntax'],
    [
      'names a number that is too large',
      '99999999999999999999',
      'position 1: "99999999999999999999" is not a whole number of 64 bits',
    ],
    ['names a trigger that there is not', 'a + z', 'position 5: there is no trigger named "z"'],
    [
      'says that % needs whole numbers',
      'a % 2',
      'position 3: "%" needs whole numbers, got 12.5 and 2; wrap them in int(...)',
    ],
    ['says that nil is no number', 'a + x', 'position 3: "+" needs numbers, got 12.5 and nil'],
    ['says what a condition is', 'a ? 1 : 2', 'position 1: expected true or false, such as a comparison, got 12.5'],
    ['wants a number in the end', 'a > 1', 'the formula must give a number, got true'],
    ['wants a finite number in the end', 'a / 0', 'the formula must give a finite number, got Infinity'],
    ['wants a number of nil where there is no ??', 'x', 'the formula must give a number, got nil'],
  ])('%s', (_what, formula, message) => {
    expect(messageOf(() => evaluate(formula, { a: 12.5, b: 3, x: null }))).toBe(message);
  });

  it('refuses one that is too long before the stack does', () => {
    expect(messageOf(() => parseFormula('('.repeat(10_000)))).toMatch(/^position 1001: too long; at most 1000/);
    expect(messageOf(() => parseFormula('('.repeat(999)))).toMatch(/^position 1000: unexpected end/);
    expect(evaluate(`a${'+a'.repeat(499)}`, { a: 1 })).toBe(500);
  });

  it('refuses one that is long in comments too, each of which is searched to its end', () => {
    expect(messageOf(() => parseFormula('/*'.repeat(100_000)))).toMatch(/^position 20001: too long; at most 20000/);
  });

  it('gives up where predicates within predicates would never end', () => {
    const nested = (depth: number): string =>
      depth === 0 ? '#' : `sum([${Array<string>(10).fill('a').join()}], ${nested(depth - 1)})`;
    expect(evaluate(nested(3), { a: 1 })).toBe(1_000);
    expect(messageOf(() => evaluate(nested(30), { a: 1 }))).toMatch(
      /^position \d+: too much work; at most 100000 steps/,
    );
    expect(formulaProblem(nested(30), ['a'])).toMatch(/too much work/);
  });

  it('answers any text with a number, nil or a RangeError', () => {
    const words = [
      'a',
      'x',
      '1',
      '2.5',
      '(',
      ')',
      '[',
      ']',
      ',',
      '??',
      '?',
      ':',
      '-',
      'not',
      'and',
      '<',
      '%',
      'max',
      'count',
      '#',
      '{',
      '}',
    ];
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(text, (formula) => {
        let result: number | null;
        try {
          result = evaluate(formula, { a: 2, x: null });
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        expect(result === null || Number.isFinite(result)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the check of a formula', () => {
  it.each<[string, string, string | undefined]>([
    ['a formula of known triggers passes', 'max([orders, rate]) + 1', undefined],
    [
      'a trigger that is not there is named, with those that are',
      'orders + price',
      'there is no trigger named "price"; expected one of orders, rate',
    ],
    [
      'it must work where all triggers are -1, as KEDA tries it',
      '1 / (orders + 1)',
      'the formula must give a finite number, got Infinity',
    ],
    [
      'a broken one is refused with the position',
      'orders +* 2',
      'position 9: unexpected "*"; expected a number, a name, "(", "[" or a sign',
    ],
  ])('%s', (_what, formula, message) => {
    expect(formulaProblem(formula, ['orders', 'rate'])).toBe(message);
  });

  it('says so when no trigger has a name', () => {
    expect(formulaProblem('a', [])).toBe('there is no trigger named "a"; no trigger has a name');
  });
});
