import { describe, expect, it } from 'vitest';
import { nameOf, ratiosOf, summarise } from '../../bench/replay-summary.js';
import type { CaseResult } from '../../bench/replay-trace.js';

const setting = { quantile: 0.9, targetUtilization: 0.7, leadMarginMs: 0, holdS: 300 };
const settings = { short: setting, podHours: setting };

/** Ten thousand minutes, so that what counts as nothing is one minute. */
function aCase(file: string, minutesShort: number, podHours: number, scaleUps: number): CaseResult {
  const hpa = { minutesShort: 99, podHours: 100, scaleUps: 19 };
  const matched = [
    { policy: 'tidecast', minutesShort, podHours, scaleUps },
    { policy: 'keda', ...hpa },
  ];
  return { file, family: 'a', startupS: 300, minutes: 10_000, settings, hpa, tidecast: hpa, oracle: hpa, matched };
}

const cases = [aCase('one.csv', 24, 80, 9), aCase('two.csv', 0, 90, 4), aCase('three.csv', 199, 110, 39)];

describe('the summary of a replay benchmark', () => {
  it('compares with the HPA, and counts a minute on both sides so that zero has a ratio', () => {
    expect(ratiosOf('tidecast', cases).map(({ short }) => short)).toEqual([0.25, 0.01, 2]);
    expect(ratiosOf('tidecast', cases).map(({ podHours }) => podHours)).toEqual([0.8, 0.9, 1.1]);
    expect(ratiosOf('tidecast', cases).map(({ scaleUps }) => scaleUps)).toEqual([0.5, 0.25, 2]);
  });

  it('averages ratios geometrically and names the worst case', () => {
    const [best, other] = summarise(cases);
    // The cube root of 0.25 * 0.01 * 2.
    expect(best).toMatchObject({ policy: 'tidecast', cases: 3 });
    expect(best!.short.geometricMean).toBeCloseTo(0.170_997_594_667_669_7, 12);
    expect(best!.short).toMatchObject({ median: 0.25, worst: 2, worstCase: 'three 300 s' });
    // 100 minutes of 10,000 more than the HPA.
    expect(best).toMatchObject({ largestExcess: 0.01, largestExcessCase: 'three 300 s' });
    expect(other).toMatchObject({ policy: 'keda', largestExcess: 0 });
    expect(other!.short.geometricMean).toBe(1);
  });

  it('names a case by its trace and start-up time', () => {
    expect(nameOf({ file: 'a.csv', startupS: 30 })).toBe('a 30 s');
  });
});
