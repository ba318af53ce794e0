import { describe, expect, it } from 'vitest';
import { Demand } from '../../src/simulate/demand.js';
import { DEFAULT_HPA } from '../../src/simulate/hpa/controller.js';
import { DEFAULT_KEDA } from '../../src/simulate/keda/scale-loop.js';
import type { PipelineSettings } from '../../src/simulate/metric-pipeline.js';
import { fixedDelay, logNormalDelay } from '../../src/simulate/pods/delay.js';
import { observedMetric } from '../../src/simulate/policies/observed-metric.js';
import { staticReplicas } from '../../src/simulate/policies/static-replicas.js';
import type { Policy } from '../../src/simulate/policy.js';
import { seededRandom } from '../../src/core/random.js';
import { simulationSettings, type SimulationSettings } from '../../src/simulate/settings.js';
import { simulate, type ReplayStep } from '../../src/simulate/simulate.js';

/** Scraped and read in the second in which it happens, so that everything can be worked out by hand. */
const prompt: PipelineSettings = { scrapeIntervalS: 15, scrapeOffsetS: 0, rateWindowS: 0, delayS: 0 };
const pods = { startup: fixedDelay(60), terminationS: 30, nodes: null };
const base = simulationSettings({
  bounds: { min: 1, max: 20 },
  service: { capacityPerReplica: 110 },
  pipeline: prompt,
  pods,
});
/** An HPA that keeps a load of 100 per replica. */
const hundredEach = observedMetric({ type: 'AverageValue', target: 100 });

/** Stretches of constant demand: [seconds, value]. */
function stretches(...parts: readonly (readonly [seconds: number, value: number])[]): Demand {
  return new Demand(0, Float64Array.from(parts.flatMap(([seconds, value]) => new Array<number>(seconds).fill(value))));
}

function replay(policy: Policy, demand: Demand, over: Partial<SimulationSettings> = {}, seed = 1) {
  const steps: ReplayStep[] = [];
  const outcome = simulate(policy, demand, { ...base, ...over }, seededRandom(seed), (step) => steps.push(step));
  /** [second, replicas] of every change. */
  const changes = steps.flatMap(({ timeMs, desired }, i) =>
    desired === steps[i - 1]?.desired ? [] : [[timeMs / 1_000, desired]],
  );
  return { outcome, steps, changes };
}

describe('an HPA on a step of demand: 100, then 300 from 600 s to 1800 s, then 100', () => {
  const demand = stretches([600, 100], [1_200, 300], [600, 100]);
  const { outcome, changes } = replay(hundredEach, demand);

  it('scales at the sync that sees the step, and down 300 s after the last sync that asked for more', () => {
    // At 600 s: 300 / 100 = 3 at once (from 1 to 4 is allowed). The sync of 1785 s asked for 3, and counts up to 2085 s.
    expect(changes).toEqual([
      [0, 1],
      [600, 3],
      [2_100, 1],
    ]);
  });

  it('is short for as long as pods take to start: 60 s, by 1 - 110 / 300', () => {
    expect(outcome.minutesShort).toBe(1);
    expect(outcome.episodes).toEqual([{ startMs: 600_000, endMs: 660_000, depth: 1 - 110 / 300 }]);
    // 60 * 190 of 600 * 100 + 1200 * 300 + 600 * 100
    expect(outcome.shortfall).toBeCloseTo(11_400 / 480_000, 12);
  });

  it('bills pods from being scheduled to being gone', () => {
    // 1 for 600 s, 3 for 1500 s, 1 for 300 s, and two for 30 s more.
    expect(outcome.podHours).toBeCloseTo((600 + 4_500 + 300 + 60) / 3_600, 12);
    expect(outcome).toMatchObject({ minutes: 40, churn: 4, scaleUps: 1, scaleDowns: 1, peakReplicas: 3 });
  });

  it('sees a rate later, by the scrapes it takes to fill its window', () => {
    // With 60 s the rate is the mean of the 45 s up to the last scrape: at 615 s 100 + 200 * 15 / 45 = 166.7, hence 2;
    // at 630 s 233.3, hence 3.
    const { changes: later } = replay(hundredEach, demand, { pipeline: { ...prompt, rateWindowS: 60 } });
    expect(later.slice(0, 3)).toEqual([
      [0, 1],
      [615, 2],
      [630, 3],
    ]);
  });

  it('counts only what lies in the time reported on', () => {
    const late = replay(hundredEach, demand, { reportFromMs: 630_000, endMs: 2_100_000 }).outcome;
    // Short from 630 to 660 s; 3 pods for 1470 s; the scaling at 600 s is over, that at 2100 s not there yet.
    expect(late).toMatchObject({ minutes: 24.5, minutesShort: 0.5, podHours: (3 * 1_470) / 3_600, churn: 0 });
  });

  it('may begin later, with what the demand needs then', () => {
    const { changes: from, outcome: late } = replay(hundredEach, demand, { startMs: 700_000 });
    expect(from[0]).toEqual([700, 3]);
    expect(late.minutesShort).toBe(0);
  });
});

describe('an HPA on several metrics', () => {
  /** The observed metric, and one that asks for 5 replicas until 600 s and fails from then on. */
  const failing: Policy = {
    name: 'failing',
    targets: [
      { type: 'AverageValue', target: 100 },
      { type: 'AverageValue', target: 1 },
    ],
    read: ({ nowMs, observed }) => [{ value: observed }, nowMs < 600_000 ? { value: 5 } : { error: 'gone' }],
  };

  it('does not scale down while one fails, but up', () => {
    const { changes } = replay(failing, stretches([1_800, 100], [600, 700]));
    expect(changes).toEqual([
      [0, 4], // from 1, without spec.behavior
      [15, 5],
      [1_800, 7],
    ]);
  });

  it('scales on a Value metric and its ready pods', () => {
    // Load per replica, as the metric itself reports it: 300 / 1 = 3 times the target, 3 * 1 ready pod.
    const perReplica: Policy = {
      name: 'per-replica',
      targets: [{ type: 'Value', target: 100 }],
      read: ({ observed, readyReplicas }) => [{ value: observed / readyReplicas }],
    };
    expect(replay(perReplica, stretches([600, 100], [600, 300])).changes).toEqual([
      [0, 1],
      [600, 3],
    ]);
  });

  it('refuses a policy that answers for another number of metrics', () => {
    const policy: Policy = { ...hundredEach, name: 'mute', read: () => [] };
    expect(() => replay(policy, stretches([60, 1]))).toThrow('policy mute has 1 external metrics and answered with 0');
  });
});

describe('an HPA on CPU utilisation', () => {
  it('counts a new pod only when it was ready for a whole sample', () => {
    const cpu: Policy = { name: 'cpu', targets: [{ type: 'Utilization', target: 50 }], read: () => [] };
    // One replica is 100 % busy. The first sample is of 15 s: 2 * 1 = 2, ready at 75 s. Were the new pod counted at once,
    // with nothing to do so far, the rest would be 100 % and 25 % at 75 and 90 s.
    const { changes } = replay(cpu, stretches([900, 110]));
    expect(changes).toEqual([
      [0, 1],
      [15, 2],
    ]);
  });
});

describe('KEDA with a minimum of 0', () => {
  const keda = { ...base, keda: DEFAULT_KEDA, bounds: { min: 0, max: 20 } };
  const demand = stretches([300, 50], [900, 0], [300, 50]);

  it('goes to zero after the cooldown and comes back with the first poll that sees demand', () => {
    // Last active at the poll of 270 s: 270 + 300 = 570 is over at 600 s. Gone at 630 s. Back at 1200 s, ready at 1260 s.
    const { outcome, changes } = replay(hundredEach, demand, keda);
    expect(changes).toEqual([
      [0, 1],
      [600, 0],
      [1_200, 1],
    ]);
    expect(outcome.minutesShort).toBe(1);
    expect(outcome.depth).toBe(1);
    expect(outcome.podHours).toBeCloseTo((600 + 30 + 300) / 3_600, 12);
  });

  it('does not let its HPA go below 1, however long nothing is asked for', () => {
    // The HPA would go to 0 at 600 s. KEDA does: 270 + 600 = 870 is over at 900 s.
    const { changes } = replay(hundredEach, demand, { ...keda, keda: { ...DEFAULT_KEDA, cooldownPeriodS: 600 } });
    expect(changes[1]).toEqual([900, 0]);
  });

  it('polls at its own interval: demand at 1215 s is seen at 1230 s', () => {
    const { changes } = replay(hundredEach, stretches([300, 50], [915, 0], [300, 50]), keda);
    expect(changes.at(-1)).toEqual([1_230, 1]);
  });

  it('is active strictly above its activation value only', () => {
    const policy = observedMetric({ type: 'AverageValue', target: 100, activation: 50 });
    expect(replay(policy, demand, keda).changes).toEqual([
      [0, 1],
      [30, 0], // never active, and the initial cooldown of 0 s is over after 0 s
    ]);
  });

  it('lets the HPA do the rest', () => {
    // At 600 s 1 by KEDA; the HPA syncs after the poll and wants 5, of which 4 are allowed; then 5.
    const { changes } = replay(hundredEach, stretches([600, 0], [600, 500]), { ...keda, initialReplicas: 0 });
    expect(changes).toEqual([
      [0, 0],
      [600, 4],
      [615, 5],
    ]);
  });
});

describe('static replicas', () => {
  it('are there from the beginning, whatever the bounds say', () => {
    const { outcome, changes } = replay(staticReplicas(30), stretches([3_600, 2_000]));
    expect(changes).toEqual([[0, 30]]);
    expect(outcome).toMatchObject({ podHours: 30, minutesShort: 0, churn: 0 });
    expect(outcome.utilization).toBeCloseTo(2_000 / 3_300, 12);
  });
});

describe('what a policy sees', () => {
  it('is the past alone', () => {
    const seen: number[] = [];
    const curious: Policy = {
      ...hundredEach,
      read: (view) => {
        expect(() => view.valueAt(view.nowMs + 1)).toThrow('is not known before then');
        seen.push(view.valueAt(view.nowMs - 15_000));
        return [{ value: view.observed }];
      },
    };
    replay(curious, stretches([30, 100], [30, 200]));
    expect(seen).toEqual([NaN, 100, 100, 200]);
  });

  it('does not change with what comes later', () => {
    const until = (after: number) =>
      replay(hundredEach, stretches([600, 100], [600, 500], [600, after])).steps.filter(
        (step) => step.timeMs < 1_200_000,
      );
    expect(until(0)).toEqual(until(5_000));
  });

  it('is an error where the demand is not known, which freezes the HPA and is counted as unknown', () => {
    const { outcome, steps } = replay(hundredEach, stretches([600, 300], [600, NaN], [600, 300]));
    expect(steps.filter(({ served }) => served === null).map(({ desired }) => desired)).toEqual(new Array(40).fill(3));
    expect(outcome).toMatchObject({ minutes: 20, minutesUnknown: 10, minutesShort: 0, podHours: 1.5 });
  });
});

describe('a replay', () => {
  const demand = stretches([600, 100], [1_200, 900], [600, 100]);
  const random = { pods: { ...pods, startup: logNormalDelay({ p50S: 45, p95S: 120 }) } };

  it('is the same for the same seed', () => {
    expect(replay(hundredEach, demand, random, 4)).toEqual(replay(hundredEach, demand, random, 4));
  });

  it('is another for another seed', () => {
    const short = (seed: number): number => replay(hundredEach, demand, random, seed).outcome.minutesShort;
    expect(short(4)).not.toBe(short(5));
  });

  it.each<[Partial<SimulationSettings>, string]>([
    [{ startMs: -1_000 }, 'got -1, -1, 2400'],
    [{ endMs: 2_500_000 }, 'got 0, 0, 2500'],
    [{ reportFromMs: 900_000, endMs: 900_000 }, 'got 0, 900, 900'],
    [{ hpa: { ...DEFAULT_HPA, syncPeriodS: 0.5 } }, 'a period must be a whole number of seconds >= 1, got 0.5'],
  ])('refuses %j', (over, message) => {
    expect(() => replay(hundredEach, demand, over)).toThrow(message);
  });
});
