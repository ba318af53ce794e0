import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  exactValue,
  matchesSelector,
  parseLabelSelector,
  type Requirement,
} from '../../../src/serve/external-metrics/label-selector.js';

const LONG = 'a'.repeat(63);

describe('parseLabelSelector reads', () => {
  it.each<[string, Requirement[]]>([
    ['', []],
    [' \t\r\n ', []],
    ['x', [{ key: 'x', operator: 'exists', values: [] }]],
    ['!x', [{ key: 'x', operator: 'absent', values: [] }]],
    ['! x', [{ key: 'x', operator: 'absent', values: [] }]],
    ['x=a', [{ key: 'x', operator: 'in', values: ['a'] }]],
    ['x==a', [{ key: 'x', operator: 'in', values: ['a'] }]],
    ['x!=a', [{ key: 'x', operator: 'notin', values: ['a'] }]],
    ['x=', [{ key: 'x', operator: 'in', values: [''] }]],
    ['x!=', [{ key: 'x', operator: 'notin', values: [''] }]],
    ['x in (a,b)', [{ key: 'x', operator: 'in', values: ['a', 'b'] }]],
    ['x in(a)', [{ key: 'x', operator: 'in', values: ['a'] }]],
    ['x notin (a,b)', [{ key: 'x', operator: 'notin', values: ['a', 'b'] }]],
    ['x in ()', [{ key: 'x', operator: 'in', values: [''] }]],
    ['x in (,)', [{ key: 'x', operator: 'in', values: ['', ''] }]],
    ['x in (a,)', [{ key: 'x', operator: 'in', values: ['a', ''] }]],
    ['x in (,a)', [{ key: 'x', operator: 'in', values: ['', 'a'] }]],
    ['x>1', [{ key: 'x', operator: '>', values: ['1'] }]],
    ['x < 007', [{ key: 'x', operator: '<', values: ['007'] }]],
    ['\t x \n=\r a ', [{ key: 'x', operator: 'in', values: ['a'] }]],
    ['in', [{ key: 'in', operator: 'exists', values: [] }]],
    ['notin=in', [{ key: 'notin', operator: 'in', values: ['in'] }]],
    ['in in (in,notin)', [{ key: 'in', operator: 'in', values: ['in', 'notin'] }]],
    ['Not-In.x_9', [{ key: 'Not-In.x_9', operator: 'exists', values: [] }]],
    [
      'scaledobject.keda.sh/name=checkout',
      [{ key: 'scaledobject.keda.sh/name', operator: 'in', values: ['checkout'] }],
    ],
    [`${LONG}=${LONG}`, [{ key: LONG, operator: 'in', values: [LONG] }]],
    [
      'a,!b,c=1,d in (x)',
      [
        { key: 'a', operator: 'exists', values: [] },
        { key: 'b', operator: 'absent', values: [] },
        { key: 'c', operator: 'in', values: ['1'] },
        { key: 'd', operator: 'in', values: ['x'] },
      ],
    ],
    [
      'x=,y',
      [
        { key: 'x', operator: 'in', values: [''] },
        { key: 'y', operator: 'exists', values: [] },
      ],
    ],
  ])('%j', (text, expected) => {
    expect(parseLabelSelector(text)).toEqual(expected);
  });
});

describe('parseLabelSelector refuses, with position and expectation,', () => {
  it.each<[string, number, string]>([
    [',', 1, 'found ",", expected a label key or "!"'],
    ['a,', 3, 'found the end, expected a label key or "!"'],
    ['a,,b', 3, 'found ",", expected a label key'],
    ['!', 2, 'found the end, expected a label key after "!"'],
    ['!!a', 2, 'found "!", expected a label key after "!"'],
    ['!a=b', 3, 'found "=", expected "," or the end'],
    ['=a', 1, 'found "=", expected a label key'],
    ['a b', 3, 'found "b", expected one of =, ==, !=, in, notin, >, <, "," or the end'],
    ['a=b c', 5, 'found "c", expected "," or the end'],
    ['a=b=c', 4, 'found "=", expected "," or the end'],
    ['a===b', 4, 'found "=", expected a label value'],
    ['a=!b', 3, 'found "!", expected a label value'],
    ['a IN (b)', 3, 'found "IN", expected one of'],
    ['a toString (b)', 3, 'found "toString", expected one of'],
    ['a(b)', 2, 'found "(", expected one of'],
    ['a in', 5, 'found the end, expected "("'],
    ['a in b', 6, 'found "b", expected "("'],
    ['a in (', 7, 'found the end, expected "," or ")"'],
    ['a in (b', 8, 'found the end, expected "," or ")"'],
    ['a in (b c)', 9, 'found "c", expected "," or ")"'],
    ['a in (b=c)', 8, 'found "=", expected "," or ")"'],
    ['a in ((b))', 7, 'found "(", expected a label value'],
    ['a in (b))', 9, 'found ")", expected "," or the end'],
    ['a=(b)', 3, 'found "(", expected a label value'],
    ['a>', 3, 'found the end, expected a whole number'],
    ['a>x', 3, 'found "x", expected a whole number'],
    ['a<1.5', 3, 'found "1.5", expected a whole number'],
    ['a>9223372036854775808', 3, 'expected a whole number'],
    ['a>-1', 3, 'found "-1", expected a label value'],
    ['-a', 1, 'found "-a", expected a label key: an optional DNS subdomain'],
    ['a-', 1, 'expected a label key'],
    ['é', 1, 'expected a label key'],
    [`${LONG}a`, 1, 'expected a label key'],
    ['a/', 1, 'expected a label key'],
    ['/a', 1, 'expected a label key'],
    ['a/b/c', 1, 'expected a label key'],
    ['A.b/c', 1, 'expected a label key'],
    ['a..b/c', 1, 'expected a label key'],
    [`${'a'.repeat(254)}/c`, 1, 'expected a label key'],
    ['a=b/c', 3, 'found "b/c", expected a label value: up to 63'],
    ['a=-b', 3, 'expected a label value'],
    ['a="b"', 3, 'found "\\"b\\"", expected a label value'],
    [`a=${LONG}a`, 3, 'expected a label value'],
    ['a=b\0', 3, 'found "b\\u0000", expected a label value'],
    ['a=b%', 3, 'found "b%", expected a label value'],
    ['a=100\u00a0', 3, 'expected a label value'],
  ])('%j', (text, position, message) => {
    expect(() => parseLabelSelector(text)).toThrow(RangeError);
    expect(() => parseLabelSelector(text)).toThrow(`labelSelector, position ${position}: `);
    expect(() => parseLabelSelector(text)).toThrow(message);
  });

  it('and never fails in another way', () => {
    const piece = fc.constantFrom(
      'a',
      'x/y',
      'in',
      'notin',
      '=',
      '==',
      '!',
      '!=',
      '(',
      ')',
      ',',
      '<',
      '>',
      ' ',
      '1',
      '-',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (selector) => {
        try {
          matchesSelector(parseLabelSelector(selector), { a: '1' });
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          expect((error as RangeError).message).toMatch(/^labelSelector, position \d+: found .+, expected .+/s);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('matchesSelector', () => {
  const labels = { app: 'shop', tier: '', replicas: '12', huge: '9223372036854775808', text: 'x1' };
  it.each<[string, boolean, string]>([
    ['', true, 'an empty selector matches everything'],
    ['app', true, 'a present label exists'],
    ['tier', true, 'so does one with an empty value'],
    ['missing', false, 'an absent label does not exist'],
    ['!missing', true, 'absence is met'],
    ['!app', false, 'absence is not met'],
    ['app=shop', true, 'an equal value'],
    ['app==shop', true, 'an equal value, spelt with two signs'],
    ['app=Shop', false, 'case matters'],
    ['missing=shop', false, 'equality needs the label'],
    ['missing=', false, 'even to the empty value'],
    ['tier=', true, 'the empty value equals the empty value'],
    ['app!=shop', false, 'an equal value is not different'],
    ['app!=other', true, 'a different value'],
    ['missing!=shop', true, 'an absent label differs'],
    ['app in (a,shop)', true, 'a value of the set'],
    ['app in (a,b)', false, 'no value of the set'],
    ['tier in ()', true, 'the empty set holds the empty value'],
    ['missing in (a)', false, 'a set needs the label'],
    ['app notin (a,b)', true, 'a value outside the set'],
    ['app notin (a,shop)', false, 'a value within the set'],
    ['missing notin (a)', true, 'an absent label is outside any set'],
    ['replicas>11', true, 'a larger number, not a later text'],
    ['replicas>12', false, 'an equal number is not larger'],
    ['replicas<100', true, 'a smaller number, though the later text'],
    ['replicas<12', false, 'an equal number is not smaller'],
    ['missing>1', false, 'a comparison needs the label'],
    ['text>0', false, 'a comparison needs a whole number'],
    ['tier<1', false, 'an empty value is no number'],
    ['huge>1', false, 'a number beyond 64 bits is none'],
    ['app=shop,replicas>1', true, 'all requirements are met'],
    ['app=shop,replicas>100', false, 'one requirement is not met'],
    ['constructor', false, 'what every object has is not a label'],
  ])('%j is %s: %s', (selector, expected) => {
    expect(matchesSelector(parseLabelSelector(selector), labels)).toBe(expected);
  });
});

describe('exactValue', () => {
  it.each<[string, string | undefined]>([
    ['x=a', 'a'],
    ['x==a', 'a'],
    ['x in (a)', 'a'],
    ['x in (a,a)', 'a'],
    ['x=', ''],
    ['y=b,x=a', 'a'],
    ['x in (a,b)', undefined],
    ['x', undefined],
    ['x!=a', undefined],
    ['x notin (a)', undefined],
    ['x>1', undefined],
    ['y=a', undefined],
    ['', undefined],
  ])('of x in %j is %j', (selector, expected) => {
    expect(exactValue(parseLabelSelector(selector), 'x')).toBe(expected);
  });
});
