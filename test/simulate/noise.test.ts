import { mean, sampleCorrelation, standardDeviation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { Demand } from '../../src/simulate/demand.js';
import { withNoise } from '../../src/simulate/noise.js';
import { seededRandom } from '../../src/core/random.js';

const flat = new Demand(0, new Float64Array(200_000).fill(50));

describe('withNoise', () => {
  it('keeps the mean, has the deviation asked for and stays positive', () => {
    const { values } = withNoise(flat, { relativeDeviation: 0.3, correlationS: 0 }, seededRandom(1));
    const relative = [...values].map((value) => value / 50);
    expect(mean(relative)).toBeCloseTo(1, 2);
    expect(standardDeviation(relative)).toBeCloseTo(0.3, 2);
    expect(Math.min(...relative.slice(0, 50_000))).toBeGreaterThan(0);
  });

  it('remembers for as long as asked: correlation e^-1 = 0.37 after the correlation time', () => {
    const { values } = withNoise(flat, { relativeDeviation: 0.1, correlationS: 10 }, seededRandom(2));
    const logs = [...values].map(Math.log);
    expect(sampleCorrelation(logs.slice(0, -10), logs.slice(10))).toBeCloseTo(Math.exp(-1), 1);
    expect(sampleCorrelation(logs.slice(0, -100), logs.slice(100))).toBeCloseTo(0, 1);
  });

  it('is the same for the same seed, and another for another', () => {
    const noisy = (seed: number): number[] =>
      [...withNoise(flat, { relativeDeviation: 0.1, correlationS: 5 }, seededRandom(seed)).values].slice(0, 100);
    expect(noisy(4)).toEqual(noisy(4));
    expect(noisy(4)).not.toEqual(noisy(5));
  });

  it('leaves what is unknown unknown, and a demand without noise as it is', () => {
    const gappy = new Demand(0, Float64Array.of(1, NaN, 3));
    expect(withNoise(gappy, { relativeDeviation: 0.1, correlationS: 0 }, seededRandom(1)).at(1)).toBeNaN();
    expect(withNoise(gappy, { relativeDeviation: 0, correlationS: 0 }, seededRandom(1))).toBe(gappy);
  });

  it('refuses a negative deviation or memory', () => {
    const make = (relativeDeviation: number, correlationS: number) => () =>
      withNoise(flat, { relativeDeviation, correlationS }, seededRandom(1));
    expect(make(-0.1, 0)).toThrow('relativeDeviation must be >= 0, got -0.1');
    expect(make(0.1, NaN)).toThrow('correlationS must be >= 0, got NaN');
  });
});
