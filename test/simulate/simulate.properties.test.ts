import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Series } from '../../src/core/series.js';
import { demandFromSeries, type Demand } from '../../src/simulate/demand.js';
import { DEFAULT_HPA } from '../../src/simulate/hpa/controller.js';
import { DEFAULT_KEDA } from '../../src/simulate/keda/scale-loop.js';
import { fixedDelay } from '../../src/simulate/pods/delay.js';
import { observedMetric } from '../../src/simulate/policies/observed-metric.js';
import { staticReplicas } from '../../src/simulate/policies/static-replicas.js';
import { seededRandom } from '../../src/core/random.js';
import { simulationSettings } from '../../src/simulate/settings.js';
import { simulate, type ReplayStep } from '../../src/simulate/simulate.js';

const settings = simulationSettings({ bounds: { min: 2, max: 30 }, service: { capacityPerReplica: 10 } });
const policy = observedMetric({ type: 'AverageValue', target: 7 });
/** Half an hour to two hours at steps of 2 min. */
const loads = fc.array(fc.nat({ max: 250 }), { minLength: 16, maxLength: 60 });
const runs = { numRuns: 40 };

function demandOf(values: readonly number[]): Demand {
  return demandFromSeries(new Series(0, 120_000, Float64Array.from(values)));
}

function stepsOf(values: readonly number[], over: Partial<typeof settings> = {}): ReplayStep[] {
  const steps: ReplayStep[] = [];
  simulate(policy, demandOf(values), { ...settings, ...over }, seededRandom(1), (step) => steps.push(step));
  return steps;
}

it('stays within its bounds, with no more pods ready than asked for', () => {
  fc.assert(
    fc.property(loads, fc.boolean(), (values, withKeda) => {
      const over = withKeda ? { keda: DEFAULT_KEDA, bounds: { min: 0, max: 30 } } : {};
      for (const { ready, desired } of stepsOf(values, over)) {
        expect(desired).toBeGreaterThanOrEqual(withKeda ? 0 : 2);
        expect(desired).toBeLessThanOrEqual(30);
        expect(ready).toBeLessThanOrEqual(desired);
      }
    }),
    runs,
  );
});

it('counts every second as known or unknown, short ones in episodes, and pods at least while they are asked for', () => {
  fc.assert(
    fc.property(loads, fc.nat(), (values, seed) => {
      const demand = demandOf(values);
      const outcome = simulate(policy, demand, settings, seededRandom(seed));
      expect(outcome.minutes + outcome.minutesUnknown).toBeCloseTo(demand.seconds / 60, 9);
      const inEpisodes = outcome.episodes.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
      expect(outcome.minutesShort).toBeCloseTo(inEpisodes / 60_000, 9);
      expect(outcome.podHours).toBeGreaterThanOrEqual((2 * demand.seconds) / 3_600 - 1e-9);
      expect(outcome.podHours).toBeLessThanOrEqual((outcome.peakReplicas * 2 * demand.seconds) / 3_600);
    }),
    runs,
  );
});

it('of fixed replicas is short for longer, and deeper, the more demand there is', () => {
  const more = fc.array(fc.nat({ max: 50 }), { minLength: 60, maxLength: 60 });
  fc.assert(
    fc.property(loads, more, fc.integer({ min: 1, max: 25 }), (values, extra, replicas) => {
      const outcome = (given: readonly number[]) =>
        simulate(staticReplicas(replicas), demandOf(given), settings, seededRandom(1));
      const less = outcome(values);
      const greater = outcome(values.map((value, i) => value + extra[i]!));
      expect(greater.minutesShort).toBeGreaterThanOrEqual(less.minutesShort);
      expect(greater.depth).toBeGreaterThanOrEqual(less.depth);
      expect(greater.podHours).toBe(less.podHours);
      expect(greater.podHours).toBeCloseTo((replicas * demandOf(values).seconds) / 3_600, 9);
    }),
    runs,
  );
});

it('of an HPA without memory or tolerance asks for more replicas when there is more demand', () => {
  const free = {
    stabilizationWindowS: 0,
    tolerance: 0,
    policies: [{ type: 'Pods' as const, value: 1_000, periodS: 15 }],
  };
  const hpa = { ...DEFAULT_HPA, behavior: { scaleUp: free, scaleDown: free } };
  fc.assert(
    fc.property(loads, fc.integer({ min: 0, max: 60 }), (values, extra) => {
      // The first sync may find another number of replicas to begin with, and no metric yet.
      const desired = (given: readonly number[]) =>
        stepsOf(given, { hpa })
          .slice(4)
          .map((step) => step.desired);
      const greater = desired(values.map((value) => value + extra));
      desired(values).forEach((n, i) => {
        expect(greater[i]).toBeGreaterThanOrEqual(n);
      });
    }),
    runs,
  );
});

it('of quicker pods is short no longer', () => {
  fc.assert(
    fc.property(loads, fc.nat({ max: 300 }), fc.nat({ max: 300 }), (values, one, other) => {
      const short = (startupS: number): number =>
        simulate(
          policy,
          demandOf(values),
          { ...settings, pods: { ...settings.pods, startup: fixedDelay(startupS) } },
          seededRandom(1),
        ).minutesShort;
      expect(short(Math.min(one, other))).toBeLessThanOrEqual(short(Math.max(one, other)));
    }),
    runs,
  );
});
