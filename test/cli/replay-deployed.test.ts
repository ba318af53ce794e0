import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asDeployed } from '../../src/cli/replay-deployed.js';
import type { ReplayFlags } from '../../src/cli/replay-flags.js';
import { readReplayManifests } from '../../src/cli/replay-manifests.js';
import { DEFAULT_REPLAY, type ReplaySettings } from '../../src/replay/settings.js';
import { temporaryFolder } from '../support/programs.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const HPA = `\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: checkout
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: checkout }
  minReplicas: 2
  maxReplicas: 40
  metrics:
    - type: External
      external:
        metric: { name: requests }
        target: { type: AverageValue, averageValue: '50' }
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: 80 }
  behavior:
    scaleDown: { stabilizationWindowSeconds: 60 }
`;
const OBJECT = `\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: shop
spec:
  scaleTargetRef: { name: checkout }
  pollingInterval: 10
  cooldownPeriod: 600
  idleReplicaCount: 0
  minReplicaCount: 3
  maxReplicaCount: 30
  advanced:
    horizontalPodAutoscalerConfig:
      behavior:
        scaleUp:
          policies:
            - { type: Pods, value: 1, periodSeconds: 60 }
  triggers:
    - type: prometheus
      metricType: Value
      metadata: { threshold: '25', activationThreshold: '2.5' }
      authenticationRef: { name: not-in-this-file }
`;

interface Given {
  readonly hpa?: string;
  readonly scaledObject?: string;
}

/** Reads manifests from files of their own. */
async function read({ hpa, scaledObject }: Given) {
  const files: { hpa?: string; scaledObject?: string } = {};
  if (hpa !== undefined) await writeFile((files.hpa = join(folder.path, 'hpa.yaml')), hpa);
  if (scaledObject !== undefined) await writeFile((files.scaledObject = join(folder.path, 'so.yaml')), scaledObject);
  let stderr = '';
  const terminal = { stderr: { write: (text: string) => (stderr += text) } } as never;
  const manifests = await readReplayManifests(files as ReplayFlags, terminal);
  return { manifests, stderr: stderr.replaceAll(`${folder.path}/`, '') };
}

/** @param flags those that are on the command line */
async function deployed(
  given: Given,
  settings: Partial<ReplaySettings> = {},
  flags: readonly (keyof ReplayFlags)[] = [],
) {
  const { manifests } = await read(given);
  return asDeployed({ ...DEFAULT_REPLAY, ...settings }, manifests, (flag) => flags.includes(flag));
}

describe('--hpa', () => {
  it('is the HPA that is compared with, and that of tidecast too', async () => {
    const settings = await deployed({ hpa: HPA });
    const rules = {
      behavior: { scaleDown: { stabilizationWindowS: 60 } },
      targetType: 'AverageValue',
      cpuUtilization: 0.8,
    };
    expect(settings).toMatchObject({
      bounds: { min: 2, max: 40 },
      hpaMetric: 'load',
      hpa: { ...rules, bounds: { min: 2, max: 40 } },
      scaledObject: { ...DEFAULT_REPLAY.scaledObject, ...rules, source: settings.hpa.source },
      setting: { holdS: 60 },
    });
    // Its target is 70 % of what a replica can serve.
    expect(settings.capacityPerReplica).toBeCloseTo(50 / 0.7, 10);
    const source = `HorizontalPodAutoscaler checkout of ${join(folder.path, 'hpa.yaml')}`;
    expect(settings.capacitySource).toBe(`as the target of ${source} is taken for 70 % of it`);
    expect(settings.hpaUtilization).toBeCloseTo(0.7, 10);
    expect(settings.hpa.source).toEqual({
      object: source,
      fields: ['minReplicas', 'maxReplicas', 'metrics', 'behavior'],
    });
  });

  it('gives way to flags, and says what is left of it', async () => {
    const { bounds, setting, hpaUtilization, hpa } = await deployed(
      { hpa: HPA },
      {
        bounds: { min: 5, max: 1_000 },
        capacityPerReplica: 100,
        hpaUtilization: 0.9,
        setting: { ...DEFAULT_REPLAY.setting, holdS: 120 },
      },
      ['min', 'capacity', 'hpaTarget', 'hold'],
    );
    expect(bounds).toEqual({ min: 5, max: 40 });
    // 50 of 100; --target is not given.
    expect(setting).toMatchObject({ targetUtilization: 0.5, holdS: 120 });
    expect(hpaUtilization).toBe(0.9);
    expect(hpa.source!.fields).toEqual(['maxReplicas', 'metrics', 'behavior']);
  });

  it('on CPU alone is an HPA on CPU, at its percentage', async () => {
    const onCpu = HPA.replace(/ {4}- type: External[^]*?(?= {4}- type: Resource)/, '');
    expect(await deployed({ hpa: onCpu })).toMatchObject({
      hpaMetric: 'cpu',
      hpaUtilization: 0.8,
      capacityPerReplica: null,
      hpa: { cpuUtilization: null },
    });
    // What Kubernetes gives an HPA without metrics.
    const without = HPA.replace(/ {2}metrics:[^]*?(?= {2}behavior)/, '');
    expect(await deployed({ hpa: without })).toMatchObject({ hpaMetric: 'cpu', hpaUtilization: 0.8 });
  });
});

describe('--scaled-object', () => {
  it('is what KEDA and tidecast do, and the HPA that it makes is compared with', async () => {
    const settings = await deployed({ scaledObject: OBJECT });
    const behavior = { scaleUp: { policies: [{ type: 'Pods', value: 1, periodS: 60 }] } };
    expect(settings).toMatchObject({
      bounds: { min: 3, max: 30 },
      pollingIntervalMs: 10_000,
      hpa: { bounds: null, behavior, targetType: 'Value' },
      scaledObject: {
        behavior,
        targetType: 'Value',
        activationThreshold: 2.5,
        cooldownPeriodS: 600,
        initialCooldownPeriodS: 0,
        idleReplicaCount: 0,
      },
      setting: { holdS: 300 },
    });
    expect(settings.capacityPerReplica).toBeCloseTo(25 / 0.7, 10);
  });

  it('beside --hpa is tidecast’s, each with its own bounds and target', async () => {
    const settings = await deployed({ hpa: HPA, scaledObject: OBJECT }, { capacityPerReplica: 100 }, ['capacity']);
    expect(settings).toMatchObject({
      bounds: { min: 3, max: 30 },
      hpaUtilization: 0.5,
      hpa: { bounds: { min: 2, max: 40 }, targetType: 'AverageValue', cpuUtilization: 0.8 },
      setting: { targetUtilization: 0.25 },
      scaledObject: { targetType: 'Value', utilization: 0.25, cpuUtilization: null },
    });
    const aimed = await deployed({ hpa: HPA, scaledObject: OBJECT }, { capacityPerReplica: 100 }, ['hpaTarget']);
    expect(aimed.scaledObject.utilization).toBeNull();
    expect((await deployed({ scaledObject: OBJECT })).scaledObject.utilization).toBeNull();
  });

  it('says what is not replayed beside its triggers', async () => {
    const annotations =
      "  annotations: { autoscaling.keda.sh/paused-replicas: '4', autoscaling.keda.sh/paused: 'false', other: x }\n";
    const paused = OBJECT.replace('spec:\n', `${annotations}spec:\n`);
    const more = paused
      .replace('  advanced:\n', '  advanced:\n    restoreToOriginalReplicaCount: true\n')
      .replace('  triggers:\n', '  fallback: { failureThreshold: 3, replicas: 6 }\n  triggers:\n');
    const { stderr } = await read({ scaledObject: more });
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      'so.yaml:5: warning: metadata.annotations["autoscaling.keda.sh/paused-replicas"]: not replayed: the replay scales as if nothing were paused (got "4")',
      'so.yaml:14: warning: spec.advanced.restoreToOriginalReplicaCount: not replayed: no ScaledObject is deleted in a replay',
      'so.yaml:20: warning: spec.fallback: not replayed: no source of a metric fails in a replay',
    ]);
    expect(stderr).toContain('0 errors, 3 warnings');
    expect((await read({ scaledObject: OBJECT })).stderr).toBe('');
  });

  it('says what is not replayed', async () => {
    const more = `${OBJECT}    - type: cron\n      metadata: { start: '0 8 * * *' }\n`;
    const { stderr } = await read({ scaledObject: more });
    expect(stderr).toContain('so.yaml:23: warning: spec.triggers[1]: not replayed');
  });
});

describe('CPU', () => {
  const CPU_TRIGGER = `    - { type: cpu, metricType: Utilization, metadata: { value: '60' } }\n`;

  it('beside the load is dropped for all or for none where --hpa-metric says what the HPA looks at', async () => {
    const cpuOf = async (given: Given, metric?: 'load' | 'cpu') => {
      const told = metric === undefined ? {} : { hpaMetric: metric };
      const { hpa, scaledObject } = await deployed(given, told, metric === undefined ? [] : ['hpaMetric']);
      return [hpa.cpuUtilization, scaledObject.cpuUtilization];
    };
    for (const given of [
      { hpa: HPA.replace('averageUtilization: 80', 'averageUtilization: 60') },
      { scaledObject: `${OBJECT}${CPU_TRIGGER}` },
    ]) {
      expect(await cpuOf(given)).toEqual([0.6, 0.6]);
      expect(await cpuOf(given, 'load')).toEqual([null, null]);
      // The HPA looks at nothing else, so nothing is beside it.
      expect(await cpuOf(given, 'cpu')).toEqual([null, 0.6]);
    }
  });

  it('above 100 % is never reached, and the rest of the file is replayed', async () => {
    const hpa = HPA.replace('averageUtilization: 80', 'averageUtilization: 120');
    const said =
      'not replayed, as it is never reached: a pod that serves its capacity is taken to use 100 % of the CPU';
    expect((await read({ hpa })).stderr).toContain(`spec.metrics[1].resource.target.averageUtilization: ${said}`);
    expect(await deployed({ hpa })).toMatchObject({ hpaMetric: 'load', hpa: { cpuUtilization: null } });
    const alone = hpa.replace(/ {4}- type: External[^]*?(?= {4}- type: Resource)/, '');
    await expect(read({ hpa: alone })).rejects.toThrow('spec.metrics: no metric that can be replayed');
    await expect(read({ hpa: alone })).rejects.toThrow(said);
    const scaledObject = `${OBJECT}${CPU_TRIGGER.replace('60', '150')}`;
    expect((await read({ scaledObject })).stderr).toContain(`spec.triggers[1].metadata.value: ${said}`);
  });

  it('of nothing is no percentage', async () => {
    for (const value of ['0', '60.5']) {
      await expect(read({ scaledObject: `${OBJECT}${CPU_TRIGGER.replace('60', value)}` })).rejects.toThrow(
        `spec.triggers[1].metadata.value: out of range (got "${value}"; expected a whole number, at least 1)`,
      );
    }
  });

  it.each([
    [
      'misspelt',
      'type: prometheus',
      'type: prometeus',
      'type: unknown trigger type; did you mean "prometheus"? (got "prometeus")',
    ],
    ['without the threshold that KEDA asks for', "threshold: '25', ", '', 'metadata.threshold: is required'],
    [
      'whose target is not in the file',
      "type: prometheus\n      metricType: Value\n      metadata: { threshold: '25', ",
      'type: external\n      metadata: { ',
      'metadata.threshold: is required',
    ],
  ])('does not take the place of a trigger on the load that is %s', async (_, from, to, message) => {
    expect(OBJECT.split(from)).toHaveLength(2);
    const slip = `${OBJECT.replace(from, to)}${CPU_TRIGGER}`;
    await expect(read({ scaledObject: slip })).rejects.toThrow(`spec.triggers[0].${message}`);
  });

  it('is all there is where no other trigger is about the load', async () => {
    const scaledObject = `${OBJECT.replace('type: prometheus', 'type: rabbitmq')}${CPU_TRIGGER}`;
    expect((await read({ scaledObject })).stderr).toContain('spec.triggers[0]: not replayed');
    expect(await deployed({ scaledObject })).toMatchObject({ hpaMetric: 'cpu', hpaUtilization: 0.6 });
  });

  it('is nothing to an external trigger beside one on the load', async () => {
    const scaledObject = `${OBJECT}    - { type: external, metadata: { scalerAddress: 'x:1' } }\n`;
    expect((await read({ scaledObject })).stderr).toContain('so.yaml:23: warning: spec.triggers[1]: not replayed');
  });
});

describe('what contradicts itself', () => {
  it.each<[string, Given, Partial<ReplaySettings>, (keyof ReplayFlags)[], string]>([
    [
      'a minimum above the maximum of the file',
      { hpa: HPA },
      { bounds: { min: 50, max: 1_000 } },
      ['min'],
      'the minimum is 50 and the maximum 40',
    ],
    [
      'a minimum that is not above the idle count',
      { scaledObject: OBJECT.replace('idleReplicaCount: 0', 'idleReplicaCount: 2') },
      { bounds: { min: 2, max: 1_000 } },
      ['min'],
      '--min is 2 and idleReplicaCount of ScaledObject shop 2',
    ],
  ])('%s is refused', async (_, given, settings, flags, message) => {
    await expect(deployed(given, settings, flags)).rejects.toThrow(message);
  });
});

describe('a manifest with a slip is refused', () => {
  it.each<[string, string, string, string]>([
    [
      'the version before',
      'autoscaling/v2',
      'autoscaling/v1',
      'apiVersion: not the version of HorizontalPodAutoscaler that tidecast reads (got "autoscaling/v1"; expected autoscaling/v2)',
    ],
    ['another kind', 'kind: HorizontalPodAutoscaler', 'kind: Deployment', 'no HorizontalPodAutoscaler found'],
    ['no maximum', '  maxReplicas: 40\n', '', 'spec.maxReplicas: is required'],
    [
      'a minimum above the maximum',
      'minReplicas: 2',
      'minReplicas: 41',
      'spec.minReplicas: greater than maxReplicas (got "41"; expected at most 40)',
    ],
    [
      'a window beyond an hour',
      'Seconds: 60',
      'Seconds: 3601',
      'spec.behavior.scaleDown.stabilizationWindowSeconds: out of range (got "3601"; expected a whole number from 0 to 3600)',
    ],
    [
      'an unknown selectPolicy',
      'stabilizationWindowSeconds: 60',
      'selectPolicy: Least',
      'spec.behavior.scaleDown.selectPolicy: unknown value (got "Least"; expected Max, Min, Disabled)',
    ],
    [
      'an empty list of policies',
      'stabilizationWindowSeconds: 60',
      'policies: []',
      'spec.behavior.scaleDown.policies: must not be empty',
    ],
    [
      'a policy without a period',
      'stabilizationWindowSeconds: 60',
      'policies: [{ type: Pods, value: 1 }]',
      'spec.behavior.scaleDown.policies[0].periodSeconds: is required',
    ],
    [
      'a period beyond half an hour',
      'stabilizationWindowSeconds: 60',
      'policies: [{ type: Pods, value: 1, periodSeconds: 1801 }]',
      '(got "1801"; expected a whole number from 1 to 1800)',
    ],
    [
      'a policy of an unknown type',
      'stabilizationWindowSeconds: 60',
      'policies: [{ type: Pod, value: 1, periodSeconds: 60 }]',
      'policies[0].type: unknown value; did you mean "Pods"? (got "Pod"; expected Pods, Percent)',
    ],
    [
      'a negative tolerance',
      'stabilizationWindowSeconds: 60',
      'tolerance: -0.1',
      'tolerance: must not be negative (got "-0.1"; expected a share of the target, such as 0.05)',
    ],
    [
      'a tolerance that is no quantity',
      'stabilizationWindowSeconds: 60',
      'tolerance: 5%',
      'tolerance: not a quantity (got "5%"',
    ],
    ['a target of zero', "averageValue: '50'", "averageValue: '0'", 'averageValue: must be greater than 0 (got "0"'],
    [
      'a target of another type',
      'type: AverageValue',
      'type: Value',
      'spec.metrics[0].external.target.value: is required',
    ],
    [
      'a CPU of nothing',
      'averageUtilization: 80',
      'averageUtilization: 0',
      'averageUtilization: out of range (got "0"; expected a whole number from 1',
    ],
    [
      'a name that would steer the terminal',
      'name: checkout\nspec',
      'name: "check\\e[31mout"\nspec',
      'metadata.name: not a name Kubernetes accepts (got "check\\u001b[31mout"; expected at most 253 lower-case letters',
    ],
  ])('%s', async (_, from, to, message) => {
    expect(HPA.split(from)).toHaveLength(2);
    await expect(read({ hpa: HPA.replace(from, to) })).rejects.toThrow(message);
  });

  it.each<[string, string, string, string]>([
    [
      'a threshold that is no number',
      "threshold: '25'",
      "threshold: 'many'",
      'spec.triggers[0].metadata.threshold: not a number (got "many"',
    ],
    [
      'an idle count above the minimum',
      'idleReplicaCount: 0',
      'idleReplicaCount: 3',
      'spec.idleReplicaCount: not less than minReplicaCount',
    ],
    ['no trigger on the load', 'type: prometheus', 'type: cron', 'spec.triggers: no trigger that can be replayed'],
    [
      'a prometheus trigger without its threshold',
      "threshold: '25', ",
      '',
      'spec.triggers[0].metadata.threshold: is required',
    ],
    [
      'a name that would steer the terminal',
      'name: shop',
      'name: "sh\\top"',
      'metadata.name: not a name KEDA accepts (got "sh\\u0009op"',
    ],
    ['a behavior with a slip', 'value: 1, ', 'value: 0, ', 'behavior.scaleUp.policies[0].value: out of range (got "0"'],
  ])('of a ScaledObject: %s', async (_, from, to, message) => {
    expect(OBJECT.split(from)).toHaveLength(2);
    await expect(read({ scaledObject: OBJECT.replace(from, to) })).rejects.toThrow(message);
  });
});
