import { formatDuration, MINUTE_MS, SECOND_MS } from '../../core/duration.js';
import type { ReplayResult } from '../../replay/result.js';
import { DEFAULT_REPLAY, type ReplaySettings } from '../../replay/settings.js';
import type { Startup } from '../../replay/startup.js';
import { formatNumber } from './number-format.js';
import { clusterFacts, pipelineFact } from './replay-cluster.js';

/** How long pods take to start, in words. */
export function startupText({ p50S, p95S, samplesS }: Startup): string {
  const quantiles = `${formatNumber(p50S)} s (median), ${formatNumber(p95S)} s (95th percentile)`;
  if (samplesS !== undefined) return `${quantiles}, as ${samplesS.length} starts were measured`;
  return p50S === p95S ? `${formatNumber(p50S)} s` : quantiles;
}

/** What one replica can serve, and who says so. */
export function capacityText({
  capacityPerReplica,
  settings,
}: Pick<ReplayResult, 'capacityPerReplica' | 'settings'>): string {
  const assumed = settings.capacityPerReplica === null ? 'assumed: the mean load is worth 20 replicas' : null;
  const source = settings.capacitySource ?? assumed;
  return `${formatNumber(capacityPerReplica)}${source === null ? '' : `, ${source}`}`;
}

/** What is assumed beyond the defaults, or instead of them: names and values. */
export function unusualAssumptions(settings: ReplaySettings): readonly (readonly [string, string])[] {
  const { nodes, terminationS, noise, hpaMetric, carriesOver, latency, refitMs } = settings;
  const facts: readonly (readonly [string, string] | null)[] = [
    ...clusterFacts(settings),
    pipelineFact(settings),
    refitMs === DEFAULT_REPLAY.refitMs ? null : ['the model is fitted anew', `every ${formatDuration(refitMs)}`],
    nodes && ['nodes', `room for ${nodes.podsPerNode} pods each; a new one takes ${seconds(nodes.startupS)}`],
    terminationS === DEFAULT_REPLAY.terminationS ? null : ['pods are gone after', seconds(terminationS)],
    hpaMetric === 'load' ? null : ['the HPA looks at', 'the CPU of its pods'],
    noise && [
      'noise within the steps',
      `${formatNumber(100 * noise.relativeDeviation)} %, lasting ${seconds(noise.correlationS)}`,
    ],
    latency && [
      'one request takes',
      `${seconds(latency.serviceS)}, ${latency.serversPerReplica} at a time per replica`,
    ],
    carriesOver ? ['what finds no capacity', 'waits'] : null,
  ];
  return facts.filter((fact) => fact !== null);
}

/** How much of the time that is reported nobody knows the load of; null: none. */
export function unknownTime({ policies }: Pick<ReplayResult, 'policies'>): string | null {
  const minutes = policies[0]?.outcome.minutesUnknown ?? 0;
  if (minutes === 0) return null;
  const span = formatDuration(minutes * MINUTE_MS);
  return `For ${span} of it the load is unknown: that time is neither short nor served, but its pod-hours count.`;
}

function seconds(count: number): string {
  return count === 0 ? '0s' : formatDuration(count * SECOND_MS);
}
