import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/core/duration.js';
import { POLICY_NAMES } from '../../src/replay/policy-names.js';
import { replay, type ReplayOptions } from '../../src/replay/replay.js';
import type { ReplayResult } from '../../src/replay/result.js';
import type { ReplayStep } from '../../src/simulate/simulate.js';
import { finish } from './finish.js';
import { DAYS, officeHours, REPORTED_DAYS, settings, START_MS } from './load.js';

const END_MS = START_MS + DAYS * DAY_MS;

function run(over: Partial<ReplayOptions> = {}, series = officeHours()) {
  const steps = new Map<string, ReplayStep[]>();
  const onSync = (policy: string, step: ReplayStep): void => {
    steps.set(policy, [...(steps.get(policy) ?? []), step]);
  };
  const options = { settings, objective: null, assertion: null, pareto: false, onSync: over.onSync ?? onSync };
  return { result: finish(replay(series, { ...options, ...over })), steps };
}

const quiet = { onSync: () => undefined };
const { result } = run(quiet);
const policy = (name: string, from: ReplayResult = result) => from.policies.find((each) => each.name === name)!;

describe('a replay of a day of office hours, with pods that need five minutes', () => {
  it('compares every policy, tidecast first and the oracle last', () => {
    expect(result.policies.map(({ name }) => name)).toEqual(POLICY_NAMES);
    expect(result.report).toEqual({ fromMs: END_MS - REPORTED_DAYS * DAY_MS, toMs: END_MS });
    for (const { outcome } of result.policies) expect(outcome.minutes).toBe(REPORTED_DAYS * 24 * 60);
  });

  it('finds the HPA late in the morning, tidecast never, and the clairvoyant cheapest', () => {
    // The morning rises from 50 to 350 within half an hour; an HPA follows five minutes late.
    expect(policy('hpa').outcome.minutesShort).toBeGreaterThan(5);
    expect(policy('tidecast').outcome.minutesShort).toBe(0);
    expect(policy('oracle').outcome.minutesShort).toBe(0);
    expect(policy('oracle').podHoursVsOracle).toBe(1);
    for (const { name, podHoursVsOracle } of result.policies) {
      if (name !== 'oracle') expect(podHoursVsOracle).toBeGreaterThan(1);
    }
  });

  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(result))).toMatchObject({
      report: result.report,
      model: 'ridge',
      objective: null,
    });
  });

  it('shows in its timeline what was needed and what was ready', () => {
    const { timeline } = result;
    const { ready } = policy('hpa');
    expect(timeline.startMs).toBe(result.report.fromMs);
    expect(timeline.needed).toHaveLength(ready.length);
    expect(timeline.needed.length * timeline.stepMs).toBe(REPORTED_DAYS * DAY_MS);
    // 350 / 10 with noise; every HPA ends up above that.
    expect(Math.max(...timeline.needed)).toBeGreaterThanOrEqual(35);
    expect(ready.some((replicas, i) => replicas < timeline.needed[i]!)).toBe(true);
  });

  it('gives the same result for the same arguments', () => {
    expect(run(quiet).result).toEqual(result);
  });

  it('draws start-up times that all policies share where they vary', () => {
    const varying = { ...settings, startup: { p50S: 60, p95S: 200 } };
    const one = run({ ...quiet, settings: varying }).result;
    expect(one).toEqual(run({ ...quiet, settings: varying }).result);
    expect(one.policies).not.toEqual(run({ ...quiet, settings: { ...varying, seed: 2 } }).result.policies);
  });

  it('reports response times where asked', () => {
    const latency = { serviceS: 0.1, serversPerReplica: 1 };
    expect(policy('tidecast').outcome.latency).toBeNull();
    expect(
      policy('tidecast', run({ ...quiet, settings: { ...settings, latency } }).result).outcome.latency?.p95S,
    ).toBeGreaterThan(0.1);
  });
});

describe('data from the future', () => {
  /** Noon of the first day that is reported. */
  const cutMs = END_MS - REPORTED_DAYS * DAY_MS + 12 * HOUR_MS;
  const changed = officeHours((timeMs, value) => (timeMs > cutMs ? 3 * value + 100 : value));
  const upToCut = (steps: readonly ReplayStep[] | undefined) => steps!.filter(({ timeMs }) => timeMs <= cutMs);

  it('changes no decision before it, under any policy but the oracle', () => {
    const { steps: before } = run();
    const { steps: after } = run({}, changed);
    for (const name of POLICY_NAMES.filter((each) => each !== 'oracle')) {
      expect(upToCut(after.get(name)), name).toEqual(upToCut(before.get(name)));
    }
    // This test can tell: whoever knows the future decides differently on it.
    expect(upToCut(after.get('oracle'))).not.toEqual(upToCut(before.get('oracle')));
  });

  it('changes no choice of a setting', () => {
    const objective = 'short<=0.1%';
    const reportFromMs = END_MS - REPORTED_DAYS * DAY_MS;
    const other = officeHours((timeMs, value) => (timeMs > reportFromMs ? 3 * value + 100 : value));
    const choice = (series = officeHours()) => {
      const { chosen, chosenOn, yaml } = run({ ...quiet, objective }, series).result.objective!;
      return { chosen, chosenOn, yaml };
    };
    expect(choice(other)).toEqual(choice());
  });
});

describe('an objective', () => {
  const asked = run({ ...quiet, objective: 'short<=1%' }).result;

  it('is met where the setting is chosen, with fewer pod-hours than by default, and reported on the rest', () => {
    const { chosenOn, reported, period, chosen } = asked.objective!;
    expect(chosenOn.met).toBe(true);
    expect(period.toMs).toBe(asked.report.fromMs);
    expect(asked.settings.setting).toEqual(chosen);
    expect(policy('tidecast', asked).outcome.podHours).toBeLessThan(policy('tidecast').outcome.podHours);
    const [short] = reported.terms;
    expect(short!.actual).toBe(policy('tidecast', asked).short);
  });

  it('may ask for the smallest of any figure, such as the shortage that the pod-hours of the HPA buy', () => {
    const { chosenOn, chosen } = run({ ...quiet, objective: 'short where pod_hours<=hpa' }).result.objective!;
    expect(chosenOn.met).toBe(true);
    const [hours] = chosenOn.terms;
    // All but what would buy no more: pods are few, and so the steps are large.
    expect(hours!.actual / hours!.bound).toBeGreaterThan(0.85);
    expect(chosen.targetUtilization).toBeGreaterThan(0.4);
  });

  it('prints what to apply', () => {
    const { chosen, yaml } = asked.objective!;
    // A replica serves 10.
    expect(yaml).toContain(`threshold: "${Number((10 * chosen.targetUtilization).toFixed(6))}"`);
    expect(yaml).toContain(`quantile: "${chosen.quantile}"`);
    expect(yaml).toContain(`stabilizationWindowSeconds: ${chosen.holdS}`);
  });

  it('that nothing meets gets the setting that comes closest, and says so', () => {
    const { objective } = run({ ...quiet, objective: 'short<=1% and pod_hours<=0.1*hpa' }).result;
    expect(objective!.chosenOn.met).toBe(false);
    // Fewer pod-hours at any price, but for a shortage that is as far from what was asked.
    expect(objective!.chosen.targetUtilization).toBeGreaterThan(0.9);
  });
});

describe('an assertion', () => {
  it.each([
    ['short<=0.5% and pod_hours<=1.5*hpa', true],
    ['pod_hours<=0.5*hpa', false],
    ['scale_ups<oracle and short<=oracle', true],
  ])('%s is checked against the result: %s', (assertion, met) => {
    expect(run({ ...quiet, assertion }).result.assertion?.met).toBe(met);
  });
});

describe('the worst hour', () => {
  it('is absent when capacity never was short', () => {
    expect(result.worstHour).toBeNull();
  });

  it('holds the decisions that led to it', () => {
    // Nobody can foresee a jump to twice the load at noon of the last day.
    const jumpMs = END_MS - 12 * HOUR_MS;
    const jumped = officeHours((timeMs, value) => (timeMs >= jumpMs ? 2 * value : value));
    const { worstHour } = run(quiet, jumped).result;
    expect(worstHour!.fromMs).toBeLessThanOrEqual(jumpMs);
    expect(worstHour!.toMs).toBe(worstHour!.fromMs + HOUR_MS);
    expect(worstHour!.minutesShort).toBeGreaterThan(1);
    const short = worstHour!.steps.filter(({ needed, ready }) => needed > ready);
    expect(short.length).toBeGreaterThan(0);
    expect(worstHour!.steps[0]!.timeMs).toBeLessThan(short[0]!.timeMs);
    for (const { reason, state } of worstHour!.steps) {
      expect(state).toBe('fresh');
      expect(reason).toMatch(/^(Forecast|Observed) /);
    }
  });
});

describe('curves', () => {
  it('trade pod-hours for minutes short', () => {
    const { pareto } = run({ ...quiet, pareto: true }).result;
    expect(pareto.map((curve) => [curve.policy, curve.varied])).toEqual([
      ['hpa', 'target utilisation'],
      ['tidecast', 'target utilisation'],
      ['tidecast', 'quantile'],
    ]);
    for (const { points } of pareto) {
      const hours = points.map(({ podHours }) => podHours);
      expect(hours).toEqual(hours.toSorted((a, b) => a - b));
      expect(points[0]!.minutesShort).toBeGreaterThanOrEqual(points.at(-1)!.minutesShort);
    }
  });
});

describe('a load that cannot be replayed', () => {
  it.each([
    [
      'too short a load',
      { historyMs: 7 * DAY_MS },
      'the load spans 5d; expected more than a history of 7d and an hour',
    ],
    ['no capacity', { capacityPerReplica: 0 }, 'the capacity per replica is 0; expected a number above 0'],
    [
      'a target that no HPA can be given',
      { capacityPerReplica: 0.001 },
      'the target is 0.0007 per replica: too small for an HPA, which computes in thousandths; expected what one replica',
    ],
    ['too short a history', { historyMs: HOUR_MS }, 'the history is 1h; expected at least 1d'],
  ])('is refused: %s', (_, over, message) => {
    expect(() => run({ ...quiet, settings: { ...settings, ...over } })).toThrow(message);
  });

  it.each([
    [
      'below nothing',
      (timeMs: number, value: number) => (timeMs === START_MS ? -1 : value),
      'the load is -1 at 2024-10-04T',
    ],
    ['beyond all numbers', () => 1e200, 'the load is 1e+200 at 2024-10-04T00:00:00.000Z; expected 0 to 1e+70'],
    ['never known', () => NaN, 'the load has no known sample'],
    [
      'unknown where it is replayed',
      (timeMs: number, value: number) => (timeMs > END_MS - DAY_MS - HOUR_MS ? NaN : value),
      'the load is unknown in all of the time to replay, 2024-10-08T00:00:00.000Z to 2024-10-09T00:00:00.000Z',
    ],
  ])('is refused: one that is %s', (_, change, message) => {
    expect(() => run(quiet, officeHours(change))).toThrow(message);
  });

  it('is refused before any work: a condition that makes no sense', () => {
    expect(() => run({ ...quiet, objective: 'fast' })).toThrow('"fast" in "fast": expected METRIC<=BOUND');
    expect(() => run({ ...quiet, objective: 'cost where short<=1%' })).toThrow('"cost" in "cost where short<=1%"');
  });
});
