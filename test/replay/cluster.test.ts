import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import type { Behavior } from '../../src/core/hpa-behavior.js';
import { Series } from '../../src/core/series.js';
import { alternatives, hpa } from '../../src/replay/contenders.js';
import { play } from '../../src/replay/play.js';
import { prepareReplay, type ReplayCase } from '../../src/replay/prepare.js';
import { DEFAULT_REPLAY, type ReplaySettings } from '../../src/replay/settings.js';
import { triggerYaml } from '../../src/replay/trigger-yaml.js';
import { ForecastWalk } from '../../src/replay/walk.js';
import type { ReplayStep } from '../../src/simulate/simulate.js';
import { START_MS } from './load.js';

/** A day of history; the two hours after it are replayed. */
const REPORT_MS = START_MS + DAY_MS;
const SPAN_MS = 2 * HOUR_MS;

/** A replica serves 10 and should carry 7; pods start in 15 s. */
const settings: ReplaySettings = {
  ...DEFAULT_REPLAY,
  historyMs: DAY_MS,
  reportMs: SPAN_MS,
  queryStepMs: MINUTE_MS,
  capacityPerReplica: 10,
  startup: { p50S: 15, p95S: 15 },
};

/** 70, and something else from 10 to 40 minutes after the beginning of the report; a minute from one to the other. */
function loadWith(other: number): Series {
  const values = Float64Array.from({ length: (DAY_MS + SPAN_MS) / MINUTE_MS + 1 }, (_, i) => {
    const minute = i - DAY_MS / MINUTE_MS;
    return minute > 10 && minute <= 40 ? other : 70;
  });
  return new Series(START_MS, MINUTE_MS, values);
}

function replayOf(name: 'hpa' | 'keda', other: number, change: Partial<ReplaySettings>) {
  const replay = prepareReplay(loadWith(other), { ...settings, ...change });
  const steps: ReplayStep[] = [];
  const outcome = play(replay, contender(name, replay), replay.report, (step) => steps.push(step));
  return { outcome, steps: steps.filter(({ timeMs }) => timeMs >= REPORT_MS) };
}

function contender(name: 'hpa' | 'keda', replay: ReplayCase) {
  if (name === 'hpa') return hpa(replay, 0.7);
  const noForecast = new ForecastWalk(START_MS, MINUTE_MS, [], []);
  return alternatives(replay, noForecast, replay.report).find((each) => each.name === name)!;
}

/** The syncs at which the replicas asked for change: seconds after the beginning of the report, and to what. */
function changes(steps: readonly ReplayStep[]): [number, number][] {
  return steps.flatMap(({ timeMs, desired }, i) =>
    i > 0 && desired !== steps[i - 1]!.desired ? [[(timeMs - REPORT_MS) / SECOND_MS, desired] as [number, number]] : [],
  );
}

const withBehavior = (behavior: Behavior): Partial<ReplaySettings> => ({
  hpa: { ...DEFAULT_REPLAY.hpa, behavior },
  scaledObject: { ...DEFAULT_REPLAY.scaledObject, behavior },
});

describe('the behavior of the HPA that runs now', () => {
  const plain = replayOf('hpa', 140, {});

  it('keeps what came where it forbids to scale down', () => {
    // 140 / 7 = 20 replicas while it lasts, 70 / 7 = 10 before; after it 11, as 70 / 77 = 0.91 is within the tolerance.
    expect(plain.steps[0]!.desired).toBe(10);
    expect(Math.max(...plain.steps.map(({ desired }) => desired))).toBe(20);
    expect(plain.steps.at(-1)!.desired).toBe(11);
    for (const name of ['hpa', 'keda'] as const) {
      const kept = replayOf(name, 140, withBehavior({ scaleDown: { selectPolicy: 'Disabled' } }));
      expect(kept.steps.at(-1)!.desired).toBe(20);
      expect(kept.outcome.scaleDowns).toBe(0);
      // 9 pods more from when the plain HPA lets them go, about 5 min after the 41st minute, to the end: 74 min.
      expect(kept.outcome.podHours - plain.outcome.podHours).toBeCloseTo((74 * 9) / 60, 0);
    }
  });

  it('is short for longer where it adds one pod a minute', () => {
    const policies = [{ type: 'Pods', value: 1, periodS: 60 }] as const;
    const slow = replayOf('hpa', 140, withBehavior({ scaleUp: { policies } }));
    const ups = changes(slow.steps).slice(0, 9);
    const first = ups[0]![0];
    // 11 to 19, each a minute after the one before; 140 / (7 * 19) = 1.05 is within the tolerance.
    expect(ups).toEqual(Array.from({ length: 9 }, (_, i) => [first + 60 * i, 11 + i]));
    expect(Math.max(...slow.steps.map(({ desired }) => desired))).toBe(19);
    // The load passes 10 * 10 in the 26th second of its rise from 70 to 140 within the 11th minute (30 / 70 of it), and
    // 140 takes 14 pods: the fourth new one is asked for 180 s after the first, and ready 15 s later. On the way the 11th
    // to 13th are not enough for the load that keeps rising.
    const risenS = 10 * 60 + 26;
    expect(slow.outcome.longestShortMinutes).toBeCloseTo((first + 180 + 15 - risenS) / 60, 1);
    expect(slow.outcome.minutesShort).toBeGreaterThan(plain.outcome.minutesShort + 2);
  });

  it('acts later with a tolerance of its own', () => {
    // 79 / 7 = 11.3 replicas: 1.13 times what 10 should carry, above 10 % and below 15 %.
    expect(Math.max(...replayOf('hpa', 79, {}).steps.map(({ desired }) => desired))).toBe(12);
    const tolerant = replayOf('hpa', 79, withBehavior({ scaleUp: { tolerance: 0.15 } }));
    expect(changes(tolerant.steps)).toEqual([]);
  });

  it('spelt out as Kubernetes fills it in is the same as empty, and nearly the same as none', () => {
    const spelt = replayOf(
      'hpa',
      140,
      withBehavior({
        scaleUp: {
          stabilizationWindowS: 0,
          selectPolicy: 'Max',
          policies: [
            { type: 'Pods', value: 4, periodS: 15 },
            { type: 'Percent', value: 100, periodS: 15 },
          ],
          tolerance: 0.1,
        },
        scaleDown: {
          stabilizationWindowS: 300,
          selectPolicy: 'Max',
          policies: [{ type: 'Percent', value: 100, periodS: 15 }],
          tolerance: 0.1,
        },
      }),
    );
    expect(spelt).toEqual(replayOf('hpa', 140, withBehavior({})));
    // Kubernetes itself differs: with a behavior, what is exactly 300 s old is outside of the window. Scale-downs come one
    // sync earlier: 20 - 11 pods for 15 s.
    expect(spelt.outcome.minutesShort).toBe(plain.outcome.minutesShort);
    expect(plain.outcome.podHours - spelt.outcome.podHours).toBeCloseTo((9 * 15) / 3_600, 6);
  });

  it('is whole in the setting to apply, but for the hold', () => {
    const policies = [{ type: 'Pods', value: 1, periodS: 60 }] as const;
    const behavior = { scaleUp: { policies }, scaleDown: { tolerance: 0.05, stabilizationWindowS: 60 } };
    const replay = prepareReplay(loadWith(140), { ...settings, ...withBehavior(behavior) });
    expect(triggerYaml(replay, { ...settings.setting, holdS: 480 })).toContain(`advanced:
  horizontalPodAutoscalerConfig:
    behavior:
      scaleUp:
        policies:
          - type: Pods
            value: 1
            periodSeconds: 60
      scaleDown:
        stabilizationWindowSeconds: 480
        tolerance: "0.05"
`);
  });
});

describe('a target of type Value', () => {
  it('holds the load per ready replica', () => {
    const hpaSettings = { ...DEFAULT_REPLAY.hpa, targetType: 'Value' as const };
    const { steps } = replayOf('hpa', 140, { hpa: hpaSettings });
    // 70 / 10 ready is the target of 7; ceil(140 / 10 / 7 * 10 ready) = 20.
    expect(steps[0]).toMatchObject({ desired: 10, served: 7 });
    expect(Math.max(...steps.map(({ desired }) => desired))).toBe(20);
  });
});

describe('CPU beside the load', () => {
  it('lets the larger proposal count', () => {
    const hpaSettings = { ...DEFAULT_REPLAY.hpa, cpuUtilization: 0.35 };
    // 70 on 10 pods that serve 10 each is 70 % of their CPU, twice what the HPA wants: 20 pods, where the load wants 10.
    expect(replayOf('hpa', 70, { hpa: hpaSettings }).steps.at(-1)!.desired).toBe(20);
  });
});

describe('the ScaledObject that runs now', () => {
  const idle = (cooldownPeriodS: number): Partial<ReplaySettings> => ({
    bounds: { min: 2, max: 50 },
    scaledObject: { ...DEFAULT_REPLAY.scaledObject, idleReplicaCount: 0, cooldownPeriodS },
  });
  /** When nothing is asked for any more. */
  const idleS = (change: Partial<ReplaySettings>): number | undefined =>
    changes(replayOf('keda', 0, change).steps).find(([, desired]) => desired === 0)?.[0];

  it('idles after its cooldown, and comes back to its minimum', () => {
    // The load ends within the 11th minute. A scrape at 11 min 7 s is the last that sees the rate of something within its
    // window of 60 s begin at 10 min 7 s; visible until the poll at 11 min 30 s at least, and gone at 12 min 30 s at the latest.
    const [soon, late] = [idleS(idle(60))!, idleS(idle(600))!];
    expect(soon - 90).toBeGreaterThanOrEqual(11 * 60);
    expect(soon - 90).toBeLessThanOrEqual(12 * 60 + 30);
    expect(late - soon).toBe(540);
    const { steps } = replayOf('keda', 0, idle(60));
    const back = changes(steps).find(([second, desired]) => second > soon && desired > 0);
    expect(back![1]).toBe(2);
  });

  it('never goes below a minimum without an idle count', () => {
    const { scaledObject } = DEFAULT_REPLAY;
    expect(idleS({ bounds: { min: 2, max: 50 }, scaledObject })).toBeUndefined();
  });

  it('is inactive below its activation threshold', () => {
    const bounds = { min: 0, max: 50 };
    const activation = (activationThreshold: number) => ({
      bounds,
      scaledObject: { ...DEFAULT_REPLAY.scaledObject, activationThreshold, cooldownPeriodS: 60 },
    });
    expect(changes(replayOf('keda', 5, activation(4)).steps).some(([, desired]) => desired === 0)).toBe(false);
    expect(changes(replayOf('keda', 5, activation(5)).steps).some(([, desired]) => desired === 0)).toBe(true);
  });
});

describe('the way of the metric', () => {
  it('makes an HPA later where it is scraped less often', () => {
    const pipeline = { ...DEFAULT_REPLAY.pipeline, scrapeIntervalS: 60, rateWindowS: 240, delayS: 30 };
    const late = replayOf('hpa', 140, { pipeline });
    const prompt = replayOf('hpa', 140, {});
    // A window of 4 min instead of 1 has a mean that is a minute and a half older, and a delay of 30 s instead of 1.
    expect(changes(late.steps)[0]![0]).toBeGreaterThanOrEqual(changes(prompt.steps)[0]![0] + 60);
    expect(late.outcome.minutesShort).toBeGreaterThan(prompt.outcome.minutesShort + 1);
  });
});

describe('the fixed number of replicas', () => {
  const staticReplicas = (change: Partial<ReplaySettings>, load = loadWith(70)) => {
    const replay = prepareReplay(load, { ...settings, ...change });
    const noForecast = new ForecastWalk(START_MS, MINUTE_MS, [], []);
    const contenders = alternatives(replay, noForecast, replay.report);
    return contenders.find(({ name }) => name === 'static')!.policy().bounds;
  };

  it('is that of the load before, within the bounds that hold for all', () => {
    // 70 / 7.
    expect(staticReplicas({})).toEqual({ min: 10, max: 10 });
    expect(staticReplicas({ bounds: { min: 1, max: 4 } })).toEqual({ min: 4, max: 4 });
    expect(staticReplicas({ bounds: { min: 20, max: 40 } })).toEqual({ min: 20, max: 20 });
  });

  it('is the minimum where nothing is known of the load before', () => {
    const load = loadWith(70);
    const values = load.values.map((value, i) => (i < DAY_MS / MINUTE_MS ? NaN : value));
    const unknownBefore = new Series(load.startMs, load.stepMs, values);
    expect(staticReplicas({ bounds: { min: 3, max: 40 } }, unknownBefore)).toEqual({ min: 3, max: 3 });
  });
});
