import { describe, expect, it } from 'vitest';
import { sparkline } from '../../../src/cli/output/sparkline.js';

describe('sparkline', () => {
  it.each<[string, string, string]>([
    // Eighths of the largest value, 8: below 1 the first block, from 7 the last.
    ['one block per eighth', sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8]), '▁▂▃▄▅▆▇██'],
    ['gaps are not zeros', sparkline([8, NaN, 0, NaN, NaN, 8]), '█·▁··█'],
    ['nothing but zeros', sparkline([0, 0, 0]), '▁▁▁'],
    ['nothing known', sparkline([NaN, NaN]), '··'],
    ['nothing at all', sparkline([]), ''],
    ['a constant load reaches the top, because the scale begins at 0', sparkline([5, 5]), '██'],
    ['a scale that begins elsewhere', sparkline([10, 15, 18], 3, 10), '▁▆█'],
    ['values below 0 begin the scale', sparkline([-4, 0, 4]), '▁▅█'],
    // Groups of two: (0, 8), (1, 0), (NaN, 4), (NaN, NaN): largest 8, 1, 4, none.
    ['groups show their largest value', sparkline([0, 8, 1, 0, NaN, 4, NaN, NaN], 4), '█▂▅·'],
    ['more room than values', sparkline([0, 8], 10), '▁█'],
  ])('%s', (_sentence, line, expected) => {
    expect(line).toBe(expected);
  });
});
