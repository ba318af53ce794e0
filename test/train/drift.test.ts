import { describe, expect, it } from 'vitest';
import { Forecast } from '../../src/core/forecast.js';
import { uniform } from '../../src/demo/noise.js';
import { DriftDetector } from '../../src/train/drift.js';

/** One step ahead: 100, give or take 20 for the levels 0.05 and 0.95. An error of 10 is one of the usual size. */
function around(centre: number, width = 40): Forecast {
  const values = [centre - width / 2, centre, centre + width / 2].map((value) => Float64Array.of(value));
  return new Forecast({ model: 'stub', originMs: 0, stepMs: 1, levels: [0.05, 0.5, 0.95], values });
}

/** Samples until drift is found; Infinity: not within `errors`. */
function samplesUntilDrift(errors: Iterable<number>, forecast = around(100)): number {
  const detector = new DriftDetector();
  let samples = 0;
  for (const error of errors) {
    samples++;
    detector.add(forecast, 100 + error);
    if (detector.hasDrifted) return samples;
  }
  return Infinity;
}

/** Normal errors by Box and Muller, with the standard deviation that the band of 40 means: 40 / 3.29. */
function normalErrors(count: number, factor: number): number[] {
  const deviation = (factor * 40) / 3.29;
  return Array.from({ length: count }, (_, i) => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform(7, i)));
    return deviation * radius * Math.cos(2 * Math.PI * uniform(8, i));
  });
}

describe('DriftDetector', () => {
  it.each<[string, number[], number]>([
    // Each adds 5 - 1.5 = 3.5; the limit of 20 is passed by the sixth.
    ['errors of the largest size count five times the usual one', Array<number>(10).fill(1_000), 6],
    ['in either direction', Array<number>(10).fill(-1_000), 6],
    // Each adds 2 - 1.5 = 0.5: 20 / 0.5 = 40 reach the limit, the next one passes it.
    ['errors of twice the usual size', Array<number>(100).fill(20), 41],
    ['errors half as large again are not far enough', Array<number>(1_000).fill(15), Infinity],
    ['one outlier is not a drift', [1_000, ...Array<number>(1_000).fill(5)], Infinity],
    ['five outliers in a row are not', [...Array<number>(5).fill(1_000), 5, 5], Infinity],
    [
      'outliers that are forgotten in between',
      Array.from({ length: 1_000 }, (_, i) => (i % 5 === 0 ? 1_000 : 5)),
      Infinity,
    ],
    ['gaps say nothing', [...Array<number>(3).fill(1_000), NaN, NaN, ...Array<number>(3).fill(1_000)], 8],
  ])('%s', (_, errors, expected) => {
    expect(samplesUntilDrift(errors)).toBe(expected);
  });

  it('is not raised by a hundred thousand normal errors of the size that the band says: half a year at two minutes', () => {
    expect(samplesUntilDrift(normalErrors(100_000, 1))).toBe(Infinity);
  });

  it('is raised within three hours at two minutes by errors twice and within an hour by errors four times as large', () => {
    expect(samplesUntilDrift(normalErrors(1_000, 2))).toBeLessThan(90);
    expect(samplesUntilDrift(normalErrors(1_000, 4))).toBeLessThan(30);
  });

  it('takes a band without width for a hundredth of the load', () => {
    const flat = around(100, 0);
    expect(samplesUntilDrift(Array<number>(1_000).fill(0.5), flat)).toBe(Infinity);
    expect(samplesUntilDrift(Array<number>(1_000).fill(50), flat)).toBe(6);
  });

  it('is raised by a load that was always 0 and is not any more', () => {
    const idle = new DriftDetector();
    for (let i = 0; i < 1_000; i++) idle.add(around(0, 0), 0);
    expect(idle.hasDrifted).toBe(false);
    for (let i = 0; i < 6; i++) idle.add(around(0, 0), 0.001);
    expect(idle.hasDrifted).toBe(true);
  });
});
