import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Series } from '../../src/core/series.js';
import { Demand, demandFromSeries } from '../../src/simulate/demand.js';

function series(stepMs: number, values: number[], startMs = 0): Series {
  return new Series(startMs, stepMs, Float64Array.from(values));
}

describe('demandFromSeries', () => {
  it('is linear between the samples, from the first to the last', () => {
    const demand = demandFromSeries(series(4_000, [10, 20, 12], 60_000));
    expect([...demand.values]).toEqual([10, 12.5, 15, 17.5, 20, 18, 16, 14]);
    expect([demand.startMs, demand.endMs, demand.seconds]).toEqual([60_000, 68_000, 8]);
  });

  it('works for steps that are no whole seconds', () => {
    // Samples at 0, 1.5 and 3 s; slope 4 per second, then -2.
    expect([...demandFromSeries(series(1_500, [0, 6, 3])).values]).toEqual([0, 4, 5]);
  });

  it('connects samples up to 5 min apart, and leaves a longer gap unknown', () => {
    // One sample missing: 4 min between its neighbours. Two missing: 6 min.
    const bridged = demandFromSeries(series(120_000, [10, NaN, 34]));
    expect(bridged.at(120)).toBeCloseTo(22, 12);
    const open = demandFromSeries(series(120_000, [10, NaN, NaN, 34]));
    expect(open.mean(0, 360)).toBeNaN();
  });

  it('always connects neighbours, however long the step', () => {
    expect(demandFromSeries(series(600_000, [0, 600])).at(300)).toBe(300);
  });

  it('connects nothing but neighbours when told so', () => {
    const demand = demandFromSeries(series(2_000, [1, NaN, 3, 5]), 2_000);
    expect([...demand.values]).toEqual([NaN, NaN, NaN, NaN, 3, 4]);
  });

  it.each([
    ['no sample', []],
    ['one sample', [5]],
    ['nothing known', [NaN, NaN, NaN]],
  ])('knows nothing from %s', (_sentence, values) => {
    expect([...demandFromSeries(series(1_000, values)).values].every(Number.isNaN)).toBe(true);
  });
});

describe('Demand', () => {
  const demand = new Demand(0, Float64Array.of(1, NaN, 3, 8));

  it('has the mean of the known seconds', () => {
    expect(demand.mean(0, 4)).toBe(4); // (1 + 3 + 8) / 3
    expect(demand.mean(1, 3)).toBe(3);
    expect(demand.mean(1, 2)).toBeNaN();
    expect(demand.mean(2, 2)).toBeNaN();
  });

  it('is unknown outside', () => {
    expect([demand.at(-1), demand.at(0), demand.at(4)]).toEqual([NaN, 1, NaN]);
  });
});

it('lies between its neighbouring samples everywhere', () => {
  const samples = fc.array(fc.nat({ max: 1_000 }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(samples, fc.integer({ min: 1, max: 30 }), (values, stepS) => {
      const demand = demandFromSeries(series(stepS * 1_000, values));
      demand.values.forEach((value, s) => {
        const left = values[Math.floor(s / stepS)]!;
        const right = values[Math.floor(s / stepS) + 1]!;
        expect(value).toBeGreaterThanOrEqual(Math.min(left, right) - 1e-9);
        expect(value).toBeLessThanOrEqual(Math.max(left, right) + 1e-9);
      });
    }),
  );
});
