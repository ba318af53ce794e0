import { formatDuration, SECOND_MS } from '../../../core/duration.js';
import type { ReplayResult } from '../../../replay/result.js';
import { formatNumber } from '../number-format.js';
import { escapeHtml } from './html.js';

/** What the figures rest on, and what they leave out. */
export function assumptions({ settings, capacityPerReplica, leadTimeMs, load, model }: ReplayResult): string {
  const { startup, setting, hpaUtilization, bounds, carriesOver, historyMs, queryStepMs } = settings;
  const facts: readonly (readonly [string, string])[] = [
    [
      'one replica serves',
      formatNumber(capacityPerReplica) +
        (settings.capacityPerReplica === null ? ', assumed: the mean load is worth 20 replicas' : ''),
    ],
    [
      'pods start in',
      startup.p50S === startup.p95S
        ? `${formatNumber(startup.p50S)} s`
        : `${formatNumber(startup.p50S)} s (median), ${formatNumber(startup.p95S)} s (95th percentile)`,
    ],
    ['lead time', `${formatDuration(leadTimeMs)}, and ${formatDuration(setting.leadMarginMs)} of margin`],
    [
      'tidecast',
      `quantile ${setting.quantile}, target ${percent(setting.targetUtilization)}, scale-down held for ${formatDuration(setting.holdS * SECOND_MS)}, model ${model ?? 'none'}`,
    ],
    ['all others', `target ${percent(hpaUtilization)}`],
    ['replicas', `${bounds.min} to ${bounds.max}`],
    [
      'load',
      `every ${formatDuration(load.stepMs)}, ${load.gaps} gaps, mean ${formatNumber(load.mean)}, peak ${formatNumber(load.peak)}`,
    ],
    ['history', `${formatDuration(historyMs)} every ${formatDuration(Math.max(load.stepMs, queryStepMs))}`],
    ['what finds no capacity', carriesOver ? 'waits' : 'is lost'],
  ];
  return `<section><h2>Assumptions</h2>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('\n')}</dl>
<p class="soft">The recorded load is taken for the demand: load that was limited by too few pods is not in the record, nor are bursts
shorter than its step. There is always room for a pod, and nothing fails. Every decision used only load from before it.</p></section>`;
}

function percent(share: number): string {
  return `${formatNumber(100 * share)} %`;
}
