import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Situation } from '../../../src/forecast/pooled/pooled-errors.js';
import {
  PooledQuantiles,
  readPooledModels,
  type PooledModelsData,
} from '../../../src/forecast/pooled/pooled-quantiles.js';

const leaf = (level: number, value: number) => ({
  level,
  roots: [-1],
  feature: [],
  threshold: [],
  left: [],
  right: [],
  leaf: [value],
});
const at = (...features: number[]): Situation => ({
  features: Float64Array.from(features),
  centre: 0,
  scale: 1,
  origin: 0,
  from: 1,
  to: 1,
});

describe('pooled quantiles', () => {
  it('are interpolated between the levels that are known, and constant beyond them', () => {
    const known = new PooledQuantiles({ features: 1, levels: [leaf(0.5, 0), leaf(0.9, 4)] });
    // 0.6 is a quarter, 0.8 three quarters of the way from 0.5 to 0.9.
    expect([...known.quantiles(at(0), [0.1, 0.5, 0.6, 0.8, 0.9, 0.99])]).toEqual([
      0,
      0,
      expect.closeTo(1, 12),
      expect.closeTo(3, 12),
      4,
      4,
    ]);
  });

  it('do not cross: each is at least as far from the median as those between', () => {
    const levels = [leaf(0.05, -3), leaf(0.1, -4), leaf(0.5, 2), leaf(0.75, 1), leaf(0.9, 5), leaf(0.99, 4)];
    const crossing = new PooledQuantiles({ features: 1, levels });
    const asked = [0.05, 0.1, 0.5, 0.75, 0.9, 0.99];
    expect([...crossing.quantiles(at(0), asked)]).toEqual([-4, -4, 2, 2, 5, 5]);
    for (const [l, level] of asked.entries()) {
      expect([...crossing.quantiles(at(0), [level])]).toEqual([[-4, -4, 2, 2, 5, 5][l]]);
    }
  });

  it.each<[string, PooledModelsData['path'], string]>([
    ['no level', { features: 1, levels: [] }, 'there is no level'],
    [
      'levels that descend',
      { features: 1, levels: [leaf(0.9, 0), leaf(0.5, 0)] },
      'levels must ascend within (0, 1), got 0.9, 0.5',
    ],
    ['a percentage', { features: 1, levels: [leaf(90, 0)] }, 'levels must ascend within (0, 1), got 90'],
  ])('are refused with %s', (_, data, message) => {
    expect(() => new PooledQuantiles(data)).toThrow(new RangeError(message));
  });

  it('are of situations with as many features only', () => {
    const known = new PooledQuantiles({ features: 2, levels: [leaf(0.5, 0)] });
    expect(() => known.quantiles(at(1), [0.5])).toThrow(
      new RangeError('a situation has 1 features; these trees know 2'),
    );
  });
});

describe('the pooled errors that come with tidecast', () => {
  const read = (path: string): unknown =>
    JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')) as unknown;
  const shipped = read('models/pooled-errors.json') as PooledModelsData;
  const golden = read('test/golden/data/pooled-errors.json') as Record<
    'path' | 'windowMaximum',
    { readonly features: readonly number[][]; readonly expected: Readonly<Record<string, readonly number[]>> }
  >;

  it.each(['path', 'windowMaximum'] as const)('%s: say what LightGBM says of made-up situations', (kind) => {
    const { features, expected } = golden[kind];
    expect(features).toHaveLength(20);
    features.forEach((row, i) => {
      for (const data of shipped[kind].levels) {
        const values = expected[data.level]!;
        // By themselves: LightGBM knows nothing of the other levels.
        const [said] = new PooledQuantiles({ ...shipped[kind], levels: [data] }).quantiles(at(...row), [data.level]);
        // Leaves are stored with five digits; eighty of them are added up.
        expect(said).toBeCloseTo(values[i]!, 3);
      }
    });
  });

  it('are refused in another format', () => {
    expect(() => readPooledModels({ ...shipped, format: 2 })).toThrow(
      new RangeError('pooled models have format 2; expected 1'),
    );
  });
});
