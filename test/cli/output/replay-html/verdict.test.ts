import { describe, expect, it } from 'vitest';
import { verdict } from '../../../../src/cli/output/replay-html/verdict.js';
import type { PolicyResult } from '../../../../src/replay/result.js';
import type { Outcome } from '../../../../src/simulate/outcome.js';

const outcome: Outcome = {
  minutes: 1_440,
  minutesUnknown: 0,
  minutesShort: 0,
  shortfall: 0,
  depth: 0,
  longestShortMinutes: 0,
  episodes: [],
  podHours: 100,
  utilization: 0.7,
  churn: 0,
  scaleUps: 0,
  scaleDowns: 0,
  peakReplicas: 10,
  latency: null,
};

function policy(name: string, minutesShort: number, podHours: number): PolicyResult {
  return {
    name,
    description: name,
    outcome: { ...outcome, minutesShort, podHours },
    short: minutesShort / outcome.minutes,
    podHoursVsOracle: 1,
    ready: [],
  };
}

function said(ours: [number, number], ...others: PolicyResult[]): string {
  const policies = [policy('tidecast', ...ours), policy('hpa', 30, 100), ...others, policy('oracle', 0, 60)];
  return verdict({ policies, report: { fromMs: 0, toMs: 3 * 86_400_000 }, objective: null }).join(' ');
}

describe('the verdict', () => {
  it('begins with both figures of both', () => {
    expect(said([10, 90])).toMatch(
      /^In 3 days, .* short of capacity for 30\.0 min \(2\.08 % of the time\) and used 100 pod-hours\. tidecast .* 10\.0 min \(0\.694 % of the time\) and used 90\./,
    );
  });

  it('says what the setting was chosen by, and whether that holds', () => {
    const policies = [policy('tidecast', 0, 90), policy('hpa', 30, 100), policy('oracle', 0, 60)];
    const told = (there: boolean, here: boolean): string => {
      const result = (met: boolean) => ({ text: 'short<=1%', met, terms: [] });
      const objective = {
        text: 'short<=1%',
        chosen: { quantile: 0.9, targetUtilization: 0.7, leadMarginMs: 0, holdS: 300 },
        period: { fromMs: 0, toMs: 1 },
        settingsTried: 1,
        chosenOn: result(there),
        reported: result(here),
        yaml: '',
      };
      return verdict({ policies, report: { fromMs: 0, toMs: 86_400_000 }, objective })[2]!;
    };
    expect(told(true, true)).toBe(
      'The setting of tidecast was chosen on the days before by "short<=1%". Here it is met.',
    );
    expect(told(true, false)).toMatch(/"short<=1%"\. Here it is not met\.$/);
    expect(told(false, false)).toMatch(/"short<=1%", where none met it\. Here it is not met\.$/);
  });

  it.each<[string, [number, number], string]>([
    ['fewer minutes for less', [10, 90], "avoids 20 of the HPA's 30.0 minutes short, at 10 % less cost"],
    ['fewer minutes for the same', [10, 100.5], "avoids 20 of the HPA's 30.0 minutes short, at the same cost"],
    ['fewer minutes for more', [10, 120], 'at 20 % more cost'],
    ['as short for less', [30.2, 80], 'pays here by its cost'],
    ['as short for more', [30, 120], 'does not pay here'],
    ['the same', [30, 100], 'come to the same'],
    ['more minutes for less', [40, 80], 'would trade one for the other'],
    ['worse', [40, 100], 'Do not let it act'],
  ])('is plain about %s', (_, ours, expected) => {
    expect(said(ours)).toContain(expected);
  });

  it('counts a single day as a person does', () => {
    const policies = [policy('tidecast', 0, 90), policy('hpa', 30, 100), policy('oracle', 0, 60)];
    expect(verdict({ policies, report: { fromMs: 0, toMs: 86_400_000 }, objective: null })[0]).toMatch(/^In a day, /);
  });

  it('names others that were better on both counts', () => {
    expect(said([10, 90], policy('cron', 2, 80), policy('static', 0, 200))).toContain(
      'Better than tidecast on both counts here: cron.',
    );
    expect(said([10, 90])).not.toContain('Better than');
  });
});
