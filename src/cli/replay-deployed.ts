import type { LoadMetrics } from '../config/load-target.js';
import type { Behavior } from '../core/hpa-behavior.js';
import { SECOND_MS } from '../core/duration.js';
import { UsageError } from '../core/errors.js';
import type { ManifestSource } from '../replay/cluster.js';
import type { ReplaySettings } from '../replay/settings.js';
import type { ReplicaBounds } from '../simulate/hpa/controller.js';
import { capacityWords, type IsGiven, type ReplayFlags } from './replay-flags.js';
import type { FromFile, ReplayedScaledObject, ReplayManifests } from './replay-manifests.js';
import type { Hpa } from '../config/hpa.js';

/** What an HPA and the one that KEDA makes have in common. */
interface Deployed extends LoadMetrics {
  readonly bounds: ReplicaBounds;
  readonly behavior: Behavior | null;
  readonly source: ManifestSource;
}

/**
 * The settings with what the manifests of a running autoscaler say, but for what flags say. The HPA of the one file is
 * compared with the ScaledObject of the other; where there is only one of them, it stands for both.
 *
 * @param settings what all flags come to, and a service where one is asked
 * @throws {UsageError} a flag that contradicts a manifest
 */
export function asDeployed(settings: ReplaySettings, manifests: ReplayManifests, isGiven: IsGiven): ReplaySettings {
  const hpa = manifests.hpa && deployedHpa(manifests.hpa, isGiven);
  const object = manifests.scaledObject && deployedObject(manifests.scaledObject, isGiven);
  const compared = hpa ?? object;
  const ours = object ?? hpa;
  if (compared === null || ours === null) return settings;
  const bounds = boundsOf(settings, ours, isGiven);
  const isOfBoth = hpa !== null && object !== null;
  const aimed = withTargets(settings, { compared, ours }, isGiven);
  const holdS = ours.behavior?.scaleDown?.stabilizationWindowS;
  const { setting, scaledObject, hpaMetric } = aimed;
  // A flag that says the load means the load alone, for every policy with an HPA under it.
  const cpuOf = (deployed: Deployed): number | null =>
    isGiven('hpaMetric') && hpaMetric === 'load' ? null : cpuBeside(deployed);
  const replayed: ReplaySettings = {
    ...aimed,
    bounds,
    setting: { ...setting, holdS: isGiven('hold') ? setting.holdS : (holdS ?? setting.holdS) },
    hpa: {
      bounds: hpa && boundsOf(settings, hpa, isGiven),
      behavior: compared.behavior,
      targetType: compared.load?.type ?? 'AverageValue',
      cpuUtilization: hpaMetric === 'cpu' ? null : cpuOf(compared),
      source: compared.source,
    },
    scaledObject: {
      ...scaledObject,
      behavior: ours.behavior,
      targetType: ours.load?.type ?? 'AverageValue',
      utilization: isOfBoth && !isGiven('hpaTarget') ? aimOf(ours, aimed.capacityPerReplica) : null,
      cpuUtilization: cpuOf(ours),
      source: ours.source,
    },
  };
  return manifests.scaledObject === null ? replayed : withKeda(replayed, manifests.scaledObject.value);
}

/** What KEDA does by itself. */
function withKeda(settings: ReplaySettings, object: ReplayedScaledObject): ReplaySettings {
  const { bounds, cooldownMs, initialCooldownMs, pollingIntervalMs, activationThreshold } = object;
  const { idleReplicaCount } = bounds;
  const { min } = settings.bounds;
  if (idleReplicaCount !== null && idleReplicaCount >= Math.max(1, min)) {
    throw new UsageError(
      `--min is ${min} and idleReplicaCount of ScaledObject ${object.name} ${idleReplicaCount}; expected a minimum above it`,
    );
  }
  return {
    ...settings,
    pollingIntervalMs,
    scaledObject: {
      ...settings.scaledObject,
      cooldownPeriodS: cooldownMs / SECOND_MS,
      initialCooldownPeriodS: initialCooldownMs / SECOND_MS,
      idleReplicaCount,
      activationThreshold,
    },
  };
}

/** Capacity from a target where nobody says it, and targets from the capacity. */
function withTargets(
  settings: ReplaySettings,
  { compared, ours }: { readonly compared: Deployed; readonly ours: Deployed },
  isGiven: IsGiven,
): ReplaySettings {
  const { setting, hpaUtilization } = settings;
  const { capacityPerReplica: capacity, capacitySource } = capacityOf(settings, ours, compared);
  const isOnCpu = isGiven('hpaMetric') ? settings.hpaMetric === 'cpu' : compared.load === null;
  const utilizationOf = ({ load, cpuPercent }: Deployed, onCpu: boolean): number | null => {
    if (onCpu || load === null) return cpuPercent === null ? null : cpuPercent / 100;
    return aimOf({ load }, capacity);
  };
  const aim = isGiven('target') ? null : utilizationOf(ours, false);
  const comparedAim = isGiven('hpaTarget') ? null : utilizationOf(compared, isOnCpu);
  return {
    ...settings,
    capacityPerReplica: capacity,
    capacitySource,
    hpaMetric: isOnCpu ? 'cpu' : 'load',
    hpaUtilization: comparedAim ?? hpaUtilization,
    setting: { ...setting, targetUtilization: aim ?? setting.targetUtilization },
  };
}

/** Share of a capacity that a target of the load is; null: one of them is not known. */
function aimOf({ load }: Pick<Deployed, 'load'>, capacity: number | null): number | null {
  return load === null || capacity === null ? null : load.target / capacity;
}

/** Where nobody says it: a replica is taken to carry so much of its capacity when it carries the target. */
function capacityOf(
  settings: ReplaySettings,
  ours: Deployed,
  compared: Deployed,
): Pick<ReplaySettings, 'capacityPerReplica' | 'capacitySource'> {
  const { setting, hpaUtilization } = settings;
  const [deployed, aim] = ours.load === null ? [compared, hpaUtilization] : [ours, setting.targetUtilization];
  if (settings.capacityPerReplica !== null || deployed.load === null) return settings;
  return {
    capacityPerReplica: deployed.load.target / aim,
    capacitySource: capacityWords(deployed.source.object, aim),
  };
}

/** An HPA on CPU alone is not beside anything: what it looks at gives way to the load. */
function cpuBeside({ load, cpuPercent }: Deployed): number | null {
  return load === null || cpuPercent === null ? null : cpuPercent / 100;
}

function boundsOf({ bounds }: ReplaySettings, deployed: Deployed, isGiven: IsGiven): ReplicaBounds {
  const min = isGiven('min') ? bounds.min : deployed.bounds.min;
  const max = isGiven('max') ? bounds.max : deployed.bounds.max;
  if (min <= max) return { min, max };
  throw new UsageError(
    `the minimum is ${min} and the maximum ${max}, one of a flag and one of ${deployed.source.object}; ` +
      'expected a minimum that is not above it',
  );
}

function deployedHpa({ file, value }: FromFile<Hpa>, isGiven: IsGiven): Deployed {
  const fields = [
    ...unlessGiven(isGiven, 'min', 'minReplicas'),
    ...unlessGiven(isGiven, 'max', 'maxReplicas'),
    'metrics',
    ...(value.behavior === null ? [] : ['behavior']),
  ];
  return { ...value, source: { object: `HorizontalPodAutoscaler ${value.name} of ${file}`, fields } };
}

function deployedObject({ file, value }: FromFile<ReplayedScaledObject>, isGiven: IsGiven): Deployed {
  const { minReplicaCount, maxReplicaCount, idleReplicaCount } = value.bounds;
  const fields = [
    ...unlessGiven(isGiven, 'min', 'minReplicaCount'),
    ...unlessGiven(isGiven, 'max', 'maxReplicaCount'),
    ...(idleReplicaCount === null ? [] : ['idleReplicaCount']),
    'pollingInterval',
    'cooldownPeriod',
    'triggers',
    ...(value.behavior === null ? [] : ['behavior']),
  ];
  return {
    ...value,
    bounds: { min: minReplicaCount, max: maxReplicaCount },
    source: { object: `ScaledObject ${value.name} of ${file}`, fields },
  };
}

function unlessGiven(isGiven: IsGiven, flag: keyof ReplayFlags, field: string): string[] {
  return isGiven(flag) ? [] : [field];
}
