import { formatDuration, SECOND_MS } from '../../../core/duration.js';
import type { ReplayResult } from '../../../replay/result.js';
import { formatNumber } from '../number-format.js';
import { capacityText, startupText, unusualAssumptions } from '../replay-assumptions.js';
import { escapeHtml } from './html.js';

/** What the figures rest on, and what they leave out. */
export function assumptions(result: ReplayResult): string {
  const { settings, leadTimeMs, load, model } = result;
  const { startup, setting, hpaUtilization, bounds, historyMs, queryStepMs } = settings;
  const facts: readonly (readonly [string, string])[] = [
    ['one replica serves', capacityText(result)],
    ['pods start in', startupText(startup)],
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
    ...(settings.carriesOver ? [] : [['what finds no capacity', 'is lost'] as const]),
    ...unusualAssumptions(settings),
  ];
  return `<section><h2>Assumptions</h2>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`).join('\n')}</dl>
<p class="soft">The recorded load is taken for the demand: load that was limited by too few pods is not in the record, nor are bursts
shorter than its step.${settings.nodes === null ? ' There is always room for a pod.' : ''} Nothing fails. Every decision used only load from before it.</p></section>`;
}

function percent(share: number): string {
  return `${formatNumber(100 * share)} %`;
}
