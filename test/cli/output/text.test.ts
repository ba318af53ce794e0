import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { pad, textWidth, truncate, wrap } from '../../../src/cli/output/text.js';

const red = pc.createColors(true).red;

describe('textWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    [red('abc'), 3],
    ['⠤█…', 3],
    ['e\u0301', 1],
  ])('%j takes %s columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe('pad', () => {
  it('fills up at the right or at the left, colours not counted', () => {
    expect([pad('ab', 4), pad('ab', 4, 'right'), pad('abcde', 4)]).toEqual(['ab  ', '  ab', 'abcde']);
    expect(pad(red('ab'), 4)).toBe(`${red('ab')}  `);
  });
});

describe('wrap', () => {
  it.each([
    ['fits', 4, ['fits']],
    ['too long', 3, ['too', ' lo', 'ng']],
    ['', 3, ['']],
    ['ab', 0, ['a', 'b']],
  ])('%j in %s columns is %j', (text, width, expected) => {
    expect(wrap(text, width)).toEqual(expected);
  });
});

describe('truncate', () => {
  it.each([
    ['fits', 4, 'fits'],
    ['too long', 7, 'too lo…'],
    ['too long', 5, 'too…'],
    ['too long', 1, '…'],
    ['too long', 0, ''],
  ])('%j in %s columns is %j', (text, width, expected) => {
    expect(truncate(text, width)).toBe(expected);
  });
});
