import { describe, expect, it } from 'vitest';
import { DEFAULT_KEDA, KedaScaleLoop, hpaBounds, type KedaSettings } from '../../../src/simulate/keda/scale-loop.js';
import type { ServedMetric } from '../../../src/simulate/served-metrics.js';

const active: ServedMetric = { milli: 7_000, active: true };
const inactive: ServedMetric = { milli: 0, active: false };
const failed: ServedMetric = { milli: null, active: false };

function loop(settings: Partial<KedaSettings> = {}, min = 0, createdS = 0): KedaScaleLoop {
  return new KedaScaleLoop({ ...DEFAULT_KEDA, ...settings }, { min, max: 20 }, createdS);
}

describe('one poll of a target that has been inactive for long', () => {
  it.each<[string, Partial<KedaSettings>, min: number, current: number, ServedMetric[], expected: number]>([
    ['0 and active: to 1', {}, 0, 0, [active], 1],
    ['0 and active with a minimum of 3: to 3', {}, 3, 0, [active], 3],
    ['0 and one of two triggers active: to 1', {}, 0, 0, [inactive, active], 1],
    ['0 and one trigger active, one failing: to 1', {}, 0, 0, [active, failed], 1],
    ['0 and inactive: stays', {}, 0, 0, [inactive], 0],
    ['5 and active: left to the HPA', {}, 0, 5, [active], 5],
    ['5 and inactive with a minimum of 0: to 0', {}, 0, 5, [inactive], 0],
    ['5 and inactive with a minimum of 2: left to the HPA', {}, 2, 5, [inactive], 5],
    ['1 and inactive with a minimum of 2: to 2', {}, 2, 1, [inactive], 2],
    ['5, inactive and failing: nothing', {}, 0, 5, [inactive, failed], 5],
    ['5 and inactive with an idle count of 1: to 1', { idleReplicaCount: 1 }, 2, 5, [inactive], 1],
    [
      '1 and inactive with an idle count of 1: stays, although the minimum is 2',
      { idleReplicaCount: 1 },
      2,
      1,
      [inactive],
      1,
    ],
    ['1 and active with an idle count of 1: to the minimum of 2', { idleReplicaCount: 1 }, 2, 1, [active], 2],
    ['5, only CPU triggers: always active', {}, 0, 5, [], 5],
    ['0, only CPU triggers: to 1', {}, 0, 0, [], 1],
  ])('%s', (_sentence, settings, min, current, metrics, expected) => {
    expect(loop(settings, min).poll(1_000, current, metrics)).toBe(expected);
  });
});

describe('cooldown', () => {
  it('begins with the last active poll, and must be over', () => {
    const keda = loop({ cooldownPeriodS: 300 });
    keda.poll(60, 5, [active]);
    expect(keda.poll(360, 5, [inactive])).toBe(5);
    expect(keda.poll(361, 5, [inactive])).toBe(0);
  });

  it('does not begin anew with an active poll in which a trigger failed', () => {
    const keda = loop({ cooldownPeriodS: 300 });
    keda.poll(60, 5, [active]);
    keda.poll(300, 5, [active, failed]);
    expect(keda.poll(361, 5, [inactive])).toBe(0);
  });

  it('begins anew when a target is woken, even if a trigger failed', () => {
    const keda = loop({ cooldownPeriodS: 300 });
    expect(keda.poll(60, 0, [active, failed])).toBe(1);
    expect(keda.poll(360, 1, [inactive])).toBe(1);
    expect(keda.poll(390, 1, [inactive])).toBe(0);
  });

  it('of a target that was never active is the initial one, from its creation', () => {
    const keda = loop({ initialCooldownPeriodS: 600 }, 0, 100);
    expect(keda.poll(700, 5, [inactive])).toBe(5);
    expect(keda.poll(701, 5, [inactive])).toBe(0);
  });
});

it('gives its HPA a minimum of at least 1', () => {
  expect(hpaBounds({ min: 0, max: 20 })).toEqual({ min: 1, max: 20 });
  expect(hpaBounds({ min: 4, max: 20 })).toEqual({ min: 4, max: 20 });
});
