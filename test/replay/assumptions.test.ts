import { describe, expect, it } from 'vitest';
import { prepareReplay, simulationOf } from '../../src/replay/prepare.js';
import { replay } from '../../src/replay/replay.js';
import { leadTimeMs, type ReplaySettings } from '../../src/replay/settings.js';
import { measuredStartup } from '../../src/replay/startup.js';
import { finish } from './finish.js';
import { officeHours, settings } from './load.js';

const outcomes = (change: Partial<ReplaySettings>) => {
  const options = { settings: { ...settings, ...change }, objective: null, assertion: null, pareto: false };
  const { policies } = finish(replay(officeHours(), options));
  return new Map(policies.map(({ name, outcome }) => [name, outcome]));
};
const plain = outcomes({});
const hpaMinutes = (of: typeof plain): number => of.get('hpa')!.minutesShort;

describe('what a replay assumes', () => {
  it('noise: the load of a replica stays, the time short of a reactive policy grows, another seed is another noise', () => {
    const noise = { relativeDeviation: 0.2, correlationS: 10 };
    const noisy = outcomes({ noise });
    expect(hpaMinutes(noisy)).toBeGreaterThan(hpaMinutes(plain));
    expect(outcomes({ noise })).toEqual(noisy);
    expect(hpaMinutes(outcomes({ noise, seed: 2 }))).not.toBe(hpaMinutes(noisy));
    const assumed = { ...settings, capacityPerReplica: null };
    expect(prepareReplay(officeHours(), { ...assumed, noise }).capacityPerReplica).toBe(
      prepareReplay(officeHours(), assumed).capacityPerReplica,
    );
  });

  it('nodes: pods that find no room are late, unless somebody knew before', () => {
    const onNodes = outcomes({ nodes: { podsPerNode: 5, startupS: 600 } });
    expect(hpaMinutes(onNodes)).toBeGreaterThan(hpaMinutes(plain) + 5);
    expect(onNodes.get('oracle')!.minutesShort).toBe(0);
    expect(onNodes.get('tidecast')!.minutesShort).toBeLessThan(hpaMinutes(onNodes));
  });

  it('nodes: the lead time counts the wait for one', () => {
    // (300 + 15) s and a fifth; (300 + 180 + 15) s and a fifth.
    expect(leadTimeMs({ startup: settings.startup, nodes: null }, 15)).toBe(378_000);
    expect(leadTimeMs({ startup: settings.startup, nodes: { podsPerNode: 5, startupS: 180 } }, 15)).toBe(594_000);
  });

  it('termination: pods on their way out are paid for', () => {
    const slow = outcomes({ terminationS: 1_800 });
    const { scaleDowns, podHours } = plain.get('hpa')!;
    expect(scaleDowns).toBeGreaterThan(0);
    expect(slow.get('hpa')!.podHours).toBeGreaterThan(podHours);
    expect(slow.get('hpa')!.minutesShort).toBe(hpaMinutes(plain));
  });

  it('measured start-up times: the lead time is that of their 95th percentile', () => {
    const startup = measuredStartup([100, 100, 100, 100, 200]);
    const prepared = prepareReplay(officeHours(), { ...settings, startup });
    // 0.95 lies at 3.8 of 4 steps: 100 + 0.8 * 100; a sync of 15 s, and a fifth.
    expect(prepared.leadTimeMs).toBe(234_000);
    expect(simulationOf(prepared, prepared.report).pods.startup(() => 0)).toBe(100);
    expect(simulationOf(prepared, prepared.report).pods.startup(() => 0.999)).toBe(200);
  });

  it('an HPA on CPU: no other policy changes, and it is later, as full pods hide how much is missing', () => {
    const onCpu = outcomes({ hpaMetric: 'cpu' });
    expect(hpaMinutes(onCpu)).toBeGreaterThan(hpaMinutes(plain));
    for (const [name, outcome] of plain) if (name !== 'hpa') expect(onCpu.get(name), name).toEqual(outcome);
  });
});
