import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Demand } from '../../src/simulate/demand.js';
import { MetricPipeline, type PipelineSettings } from '../../src/simulate/metric-pipeline.js';

/** Demand s in second s: what is read tells when it was. */
const clock = new Demand(
  0,
  Float64Array.from({ length: 1_000 }, (_, s) => s),
);
const plain: PipelineSettings = { scrapeIntervalS: 15, scrapeOffsetS: 0, rateWindowS: 60, delayS: 0 };

function valueAt(second: number, settings: Partial<PipelineSettings> = {}, demand = clock): number {
  return new MetricPipeline(demand, { ...plain, ...settings }).valueAt(second * 1_000);
}

describe('a rate', () => {
  it.each<[string, number, Partial<PipelineSettings>, number]>([
    // Scrapes within (40, 100]: 45, 60, 75, 90. Seconds 45 to 89: (45 + 89) / 2.
    ['is the mean between the first and last scrape of its window', 100, {}, 67],
    // Within (30, 90]: 45 to 90; the scrape at 30 is exactly one window old.
    ['does not see a scrape exactly one window ago', 90, {}, 67],
    // As 5 s ago, within (35, 95]: 45 to 90.
    ['is delayed by the way to the answer', 100, { delayS: 5 }, 67],
    ['has not seen a scrape that is on its way', 92, { delayS: 5 }, 52], // as at 87 s, within (27, 87]: 30 to 75; (30 + 74) / 2
    // Offset 7: within (40, 100]: 52, 67, 82, 97. (52 + 96) / 2
    ['depends on when the scrapes are', 100, { scrapeOffsetS: 7 }, 74],
    // Within (-20, 40]: 0, 15, 30. (0 + 29) / 2
    ['begins with the second scrape', 40, {}, 14.5],
    ['of two scrapes is their difference', 29, {}, 7], // 0 and 15: (0 + 14) / 2
  ])('%s', (_sentence, second, settings, expected) => {
    expect(valueAt(second, settings)).toBe(expected);
  });

  it('is older than the last scrape by about half a window, more with the scrapes', () => {
    // Windows of 120 s hold 8 scrapes, 105 s apart: half of it is 52.5 s.
    for (let s = 500; s < 515; s++) expect(valueAt(s, { rateWindowS: 120 })).toBe(Math.floor(s / 15) * 15 - 53);
  });

  it('is unknown with one scrape, or none, or after the demand', () => {
    expect([valueAt(14), valueAt(-5), valueAt(3, { scrapeOffsetS: 7 }), valueAt(2_000)]).toEqual([NaN, NaN, NaN, NaN]);
  });

  it('is unknown when nothing in its window is known', () => {
    const gap = new Demand(
      0,
      clock.values.map((value) => (value >= 100 && value < 300 ? NaN : value)),
    );
    expect(valueAt(250, {}, gap)).toBeNaN();
    expect(valueAt(95, {}, gap)).toBe(67);
  });
});

describe('a gauge', () => {
  it('is read at the last scrape', () => {
    const gauge = { rateWindowS: 0 };
    expect([valueAt(0, gauge), valueAt(14, gauge), valueAt(15, gauge), valueAt(15, { ...gauge, delayS: 1 })]).toEqual([
      0, 0, 15, 0,
    ]);
  });
});

it.each<[Partial<PipelineSettings>, string]>([
  [{ rateWindowS: 20 }, 'rateWindowS must be 0 or at least two scrape intervals (30), got 20'],
  [{ scrapeIntervalS: 0 }, 'scrapeIntervalS must be a whole number >= 1, got 0'],
  [{ scrapeOffsetS: 1.5 }, 'scrapeOffsetS must be a whole number >= 0, got 1.5'],
  [{ delayS: -1 }, 'delayS must be >= 0, got -1'],
])('refuses %j', (settings, message) => {
  expect(() => valueAt(0, settings)).toThrow(message);
});

it('does not depend on what has not happened', () => {
  const second = fc.integer({ min: 0, max: 999 });
  fc.assert(
    fc.property(
      second,
      fc.integer({ min: 0, max: 20 }),
      fc.constantFrom(0, 30, 60, 120),
      (now, delayS, rateWindowS) => {
        const other = new Demand(
          0,
          clock.values.map((value, s) => (s > now ? 1e6 : value)),
        );
        expect(valueAt(now, { delayS, rateWindowS }, other)).toBe(valueAt(now, { delayS, rateWindowS }));
      },
    ),
  );
});
