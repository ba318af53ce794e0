import { describe, expect, it } from 'vitest';
import { Condition, excess } from '../../src/replay/condition.js';
import type { Outcome } from '../../src/simulate/outcome.js';

const NAMES = ['tidecast', 'hpa', 'predict-linear'];

const outcome: Outcome = {
  minutes: 1_000,
  minutesUnknown: 0,
  minutesShort: 5,
  shortfall: 0.001,
  depth: 0.25,
  longestShortMinutes: 3,
  episodes: [],
  podHours: 210,
  utilization: 0.6,
  churn: 40,
  scaleUps: 12,
  scaleDowns: 10,
  peakReplicas: 9,
  latency: { p95S: 0.2, p99S: Infinity },
};
const hpa: Outcome = { ...outcome, podHours: 200, scaleUps: 24 };

function check(text: string): { met: boolean; bounds: number[]; excess: number } {
  const result = Condition.parse(text, NAMES).check(outcome, new Map([['hpa', hpa]]));
  return { met: result.met, bounds: result.terms.map(({ bound }) => bound), excess: excess(result) };
}

describe('a condition', () => {
  it('is met by no share of a time without a known load', () => {
    const unknown = { ...outcome, minutes: 0, minutesShort: 0 };
    expect(Condition.parse('short<=100%', NAMES).check(unknown, new Map()).met).toBe(false);
  });

  it.each([
    ['a share in per cent, on the boundary', 'short<=0.5%', true, [0.005]],
    ['a strict comparison on the boundary', 'short<0.5%', false, [0.005]],
    ['a share as a number', 'short <= 0.004', false, [0.004]],
    ['a factor of another policy', 'pod_hours<=1.05*hpa', true, [210]],
    ['the factor behind the policy', 'pod_hours <= hpa * 1.04', false, [208]],
    ['a share of all', 'short<=1 and depth<=100%', true, [1, 1]],
    ['a share of another policy, more than all of it', 'depth<=5*hpa', true, [1.25]],
    ['another policy alone', 'pod_hours<=hpa', false, [200]],
    ['a duration', 'longest<=3m', true, [3]],
    ['a duration in seconds for a response time', 'p95<250ms', true, [0.25]],
    ['an endless response time', 'p99<=1h', false, [3_600]],
    ['a lower bound', 'scale_ups>=12', true, [12]],
    ['several terms, all met', 'short<=0.5% and pod_hours<=1.05*hpa AND scale_ups<=0.5*hpa', true, [0.005, 210, 12]],
    ['several terms, one violated', 'short<=0.5% and depth<=20%', false, [0.005, 0.2]],
    ['a number with an exponent', 'unserved<=1e-3', true, [0.001]],
    ['a policy whose outcome is not known', 'pod_hours<=predict-linear', false, [NaN]],
  ])('understands %s', (_, text, met, bounds) => {
    expect(check(text)).toMatchObject({ met, bounds });
  });

  it.each([
    ['short', '"short" in "short": expected METRIC<=BOUND, such as short<=0.5% or pod_hours<=1.05*hpa'],
    ['', '"" in "": expected METRIC<=BOUND'],
    ['short<=0.5% and', '"0.5% and" in "short<=0.5% and": expected a number or per cent'],
    ['short==1', '"short==1" in "short==1": expected METRIC<=BOUND'],
    ['shorts<=1', '"shorts" in "shorts<=1": expected one of short, minutes_short, longest,'],
    ['toString<=1', 'expected METRIC<=BOUND'],
    ['constructor<=1', '"constructor" in "constructor<=1": expected one of'],
    ['pod_hours<=5%', '"5%" in "pod_hours<=5%": expected a number, or a policy'],
    ['pod_hours<=1.05*kubernetes', '"kubernetes" in "pod_hours<=1.05*kubernetes": expected one of tidecast, hpa,'],
    ['pod_hours<=x*hpa', '"x" in "pod_hours<=x*hpa": expected a number as the factor, such as 1.05'],
    ['pod_hours<=2*3*hpa', '"2*3*hpa" in "pod_hours<=2*3*hpa": expected a single factor'],
    ['longest<=5x', '"5x" in "longest<=5x": expected a duration such as 5m, a number of minutes, or a policy'],
    [
      'pod_hours<=1e999',
      '"1e999" in "pod_hours<=1e999": expected a number, or a policy: tidecast, hpa, predict-linear',
    ],
    ['pod_hours<=1e999*hpa', '"1e999" in "pod_hours<=1e999*hpa": expected a number as the factor'],
    ['longest<=1e999', '"1e999" in "longest<=1e999": expected a duration such as 5m'],
    ['short<=5', '"5" in "short<=5": expected a share: at most 1, or 100%'],
    ['depth<=100.1%', '"100.1%" in "depth<=100.1%": expected a share: at most 1, or 100%'],
    ['unserved<=1e999', '"1e999" in "unserved<=1e999": expected a share: at most 1, or 100%'],
    ['short<=-1', '"-1" in "short<=-1": expected a number or per cent such as 0.5%, or a policy'],
  ])('refuses "%s"', (text, message) => {
    expect(() => Condition.parse(text, NAMES)).toThrow(message);
  });

  it('says which policies it refers to, and whether it needs response times', () => {
    const condition = Condition.parse('pod_hours<=hpa and scale_ups<=0.5*hpa and p95<1', NAMES);
    expect(condition.policies).toEqual(['hpa']);
    expect(condition.needsLatency).toBe(true);
  });

  it.each([
    ['met', 'short<=1%', 0],
    ['missed by a quarter', 'short<=0.4%', 0.25],
    ['missed by the worst of its terms', 'short<=0.4% and depth<=10%', 1.5],
    ['missed on a strict bound', 'scale_ups<12', Number.MIN_VALUE],
    ['missed against zero', 'minutes_short<=0', 5],
    ['unknown', 'pod_hours<=predict-linear', Infinity],
  ])('tells by how much it is missed: %s', (_, text, by) => {
    expect(check(text).excess).toBeCloseTo(by, 12);
  });
});
