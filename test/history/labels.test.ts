import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeDifferences, labelsKey } from '../../src/history/labels.js';

describe('labelsKey', () => {
  it('does not depend on the order of labels, and tells all label sets apart', () => {
    expect(labelsKey({ b: '2', a: '1' })).toBe(labelsKey({ a: '1', b: '2' }));
    const sets = fc.dictionary(fc.string(), fc.string());
    fc.assert(
      fc.property(sets, sets, (one, other) => {
        expect(labelsKey(one) === labelsKey(other)).toBe(isSame(one, other));
      }),
    );
  });
});

describe('describeDifferences', () => {
  it('names only the labels that differ', () => {
    const sets = [
      { job: 'api', pod: 'a' },
      { job: 'api', pod: 'b' },
    ];
    expect(describeDifferences(sets)).toBe('2 series that differ in pod: {pod="a"}, {pod="b"}');
  });

  it('shows an absent label as an empty one', () => {
    expect(describeDifferences([{}, { zone: 'eu' }])).toBe('2 series that differ in zone: {zone=""}, {zone="eu"}');
    expect(describeDifferences([{}, { constructor: 'eu' }])).toContain('{constructor=""}, {constructor="eu"}');
  });

  it('gives five examples and counts the others', () => {
    const text = describeDifferences(Array.from({ length: 37 }, (_, index) => ({ pod: `p${index}` })));
    expect(text).toBe(
      '37 series that differ in pod: {pod="p0"}, {pod="p1"}, {pod="p2"}, {pod="p3"}, {pod="p4"} and 32 more',
    );
  });

  it('stays readable with many and long labels', () => {
    const wide = (suffix: string): Record<string, string> =>
      Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`label${index}`, 'x'.repeat(1000) + suffix]));
    expect(describeDifferences([wide('a'), wide('b')]).length).toBeLessThan(2500);
  });
});

function isSame(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && one[name] === other[name])
  );
}
