import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../../src/core/duration.js';
import { findSaturation } from '../../../src/series/hygiene/find-saturation.js';
import { generate, seriesOf, START_MS } from '../../forecast/generators.js';

const STEP = 5 * MINUTE_MS;
/** A hundred samples of 40 to 60, with 100 from one index to before the other. */
const plateau = (from: number, to: number, length = 100): ReturnType<typeof seriesOf> =>
  generate(length, STEP, (i) => (i >= from && i < to ? 100 : 50 + 10 * Math.sin(i)));

describe('findSaturation', () => {
  it('finds a plateau at the limit, from its first sample to its last', () => {
    expect(findSaturation(plateau(20, 26), 100)).toEqual([
      {
        kind: 'saturation',
        fromMs: START_MS + 20 * STEP,
        toMs: START_MS + 25 * STEP,
        reason: 'at its limit of 100 for 30m, demand unknown',
      },
    ]);
  });

  it.each<[string, ReturnType<typeof plateau>, number, number]>([
    ['finds one a little below the limit', plateau(20, 26), 102, 1],
    ['finds one above the limit', plateau(20, 26), 90, 1],
    ['finds two', seriesOf([...plateau(20, 23).values, ...plateau(40, 43).values], STEP), 100, 2],
    ['leaves peaks clearly below the limit', plateau(20, 26), 103, 0],
    ['leaves two samples, which may be a peak', plateau(20, 22), 100, 0],
    ['leaves a plateau that is not over', plateau(95, 100), 100, 0],
    ['leaves a limit that the load stands at for more than a tenth of the time', plateau(20, 31), 100, 0],
    ['leaves gaps', generate(100, STEP, () => NaN), 100, 0],
    ['leaves an empty series', seriesOf([]), 100, 0],
  ])('%s', (_, series, limit, masks) => {
    expect(findSaturation(series, limit)).toHaveLength(masks);
  });

  it.each([0, -1, NaN])('refuses a limit of %d', (limit) => {
    expect(() => findSaturation(plateau(20, 26), limit)).toThrow(`the limit of a load must be > 0, got ${limit}`);
  });
});
