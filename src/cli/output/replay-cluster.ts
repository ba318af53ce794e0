import { formatDuration, SECOND_MS } from '../../core/duration.js';
import type { Behavior, GivenRules, ScalingPolicy } from '../../core/hpa-behavior.js';
import { DEFAULT_KEDA_OBJECT, type ManifestSource } from '../../replay/cluster.js';
import { DEFAULT_REPLAY, type ReplaySettings } from '../../replay/settings.js';
import { formatNumber } from './number-format.js';

type Fact = readonly [string, string];

/** What is replayed of an HPA and of a ScaledObject beyond the defaults, and which fields of which manifest say so. */
export function clusterFacts({ hpa, scaledObject, pollingIntervalMs, bounds }: ReplaySettings): readonly Fact[] {
  const { cooldownPeriodS, idleReplicaCount, activationThreshold } = scaledObject;
  const waits = { cooldownPeriodS, initialCooldownPeriodS: scaledObject.initialCooldownPeriodS };
  const separate = hpa.bounds !== null && (hpa.bounds.min !== bounds.min || hpa.bounds.max !== bounds.max);
  return [
    fact('the HPA', [
      ...taken(hpa.source),
      ...(separate ? [`${hpa.bounds.min} to ${hpa.bounds.max} replicas`] : []),
      ...rules(hpa),
    ]),
    fact('tidecast and KEDA', [
      ...taken(scaledObject.source),
      ...rules(scaledObject),
      ...(scaledObject.utilization === null
        ? []
        : [`KEDA aims at ${formatNumber(100 * scaledObject.utilization)} % of the capacity`]),
      ...(idleReplicaCount === null ? [] : [`${idleReplicaCount} replicas while idle`]),
      ...(activationThreshold === DEFAULT_KEDA_OBJECT.activationThreshold
        ? []
        : [`active above ${formatNumber(activationThreshold)}`]),
      ...(waits.cooldownPeriodS === DEFAULT_KEDA_OBJECT.cooldownPeriodS
        ? []
        : [`cooldown ${seconds(waits.cooldownPeriodS)}`]),
      ...(waits.initialCooldownPeriodS === DEFAULT_KEDA_OBJECT.initialCooldownPeriodS
        ? []
        : [`initial cooldown ${seconds(waits.initialCooldownPeriodS)}`]),
      ...(pollingIntervalMs === DEFAULT_REPLAY.pollingIntervalMs
        ? []
        : [`polled every ${formatDuration(pollingIntervalMs)}`]),
    ]),
  ].filter((each): each is Fact => each !== null);
}

/** How the metric comes about, where it is not the default. */
export function pipelineFact({ pipeline }: ReplaySettings): Fact | null {
  const { scrapeIntervalS, rateWindowS, delayS } = pipeline;
  const usual = DEFAULT_REPLAY.pipeline;
  if (scrapeIntervalS === usual.scrapeIntervalS && rateWindowS === usual.rateWindowS && delayS === usual.delayS) {
    return null;
  }
  const read = rateWindowS === 0 ? 'a gauge' : `rate over ${seconds(rateWindowS)}`;
  return ['the metric', `scraped every ${seconds(scrapeIntervalS)}, ${read}, delayed by ${seconds(delayS)}`];
}

function fact(name: string, parts: readonly string[]): Fact | null {
  return parts.length === 0 ? null : [name, parts.join('; ')];
}

function taken(source: ManifestSource | null): string[] {
  return source === null ? [] : [`${source.fields.join(', ')} of ${source.object}`];
}

function rules({ behavior, targetType, cpuUtilization }: ReplaySettings['hpa' | 'scaledObject']): string[] {
  return [
    ...(targetType === 'Value' ? ['a Value of the load per ready replica'] : []),
    ...(cpuUtilization === null ? [] : [`beside it the CPU at ${formatNumber(100 * cpuUtilization)} %`]),
    ...(behavior === null ? [] : behaviorText(behavior)),
  ];
}

function behaviorText({ scaleUp, scaleDown }: Behavior): string[] {
  return [
    ...(scaleUp === undefined ? [] : [`scale-up: ${rulesText(scaleUp)}`]),
    ...(scaleDown === undefined ? [] : [`scale-down: ${rulesText(scaleDown)}`]),
  ];
}

function rulesText({ selectPolicy, policies, stabilizationWindowS, tolerance }: GivenRules): string {
  if (selectPolicy === 'Disabled') return 'none';
  const limits = policies?.map(limitText);
  const parts = [
    ...(limits === undefined ? [] : [limits.join(selectPolicy === 'Min' ? ' and ' : ' or ')]),
    ...(stabilizationWindowS === undefined ? [] : [`held for ${seconds(stabilizationWindowS)}`]),
    ...(tolerance === undefined ? [] : [`tolerance ${formatNumber(100 * tolerance)} %`]),
  ];
  return parts.length === 0 ? "Kubernetes' defaults" : parts.join(', ');
}

function limitText({ type, value, periodS }: ScalingPolicy): string {
  const pods = value === 1 ? 'pod' : 'pods';
  return `${value} ${type === 'Pods' ? pods : '%'} in ${seconds(periodS)}`;
}

function seconds(count: number): string {
  return count === 0 ? '0s' : formatDuration(count * SECOND_MS);
}
