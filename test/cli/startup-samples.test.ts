import { describe, expect, it } from 'vitest';
import { parseStartupSamples } from '../../src/cli/startup-samples.js';
import { UsageError } from '../../src/core/errors.js';

const parse = (text: string): number[] => parseStartupSamples(text, 'starts.csv');

describe('a file of start-up times', () => {
  it.each([
    ['a number per line', '40\n41.5\n42\n6e1\n0\n', [40, 41.5, 42, 60, 0]],
    ['with a header, as a spreadsheet writes it', '\uFEFFSeconds\r\n1\r\n2\r\n3\r\n\r\n4\r\n5', [1, 2, 3, 4, 5]],
  ])('is read: %s', (_, text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  it.each([
    ['text', '40\n41\nsoon\n42\n43', 'starts.csv, line 3: "soon", expected a number of seconds from 0 to 21600'],
    ['a negative time', '-4', 'line 1: "-4"'],
    ['milliseconds by mistake', '45000', 'line 1: "45000"'],
    ['a second column', 'seconds\n40,pod-a', 'line 2: "40,pod-a"'],
    ['too few', 'seconds\n40\n41\n42\n43', 'starts.csv has 4 start-up times; expected at least 5, one per line'],
    ['nothing', '', 'starts.csv has 0 start-up times'],
  ])('is refused: %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(UsageError);
    expect(() => parse(text)).toThrow(message);
  });
});
