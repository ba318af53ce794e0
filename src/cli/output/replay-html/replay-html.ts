import { formatDuration, MINUTE_MS } from '../../../core/duration.js';
import { HPA, TIDECAST } from '../../../replay/contenders.js';
import type { ConditionResult, ObjectiveResult, PolicyResult, ReplayResult } from '../../../replay/result.js';
import { foundText, responseTime, sharePercent } from '../condition-text.js';
import { formatNumber } from '../number-format.js';
import { formatDateTime } from '../time-format.js';
import { assumptions } from './assumptions.js';
import type { Frame } from './chart.js';
import { escapeHtml, htmlTable } from './html.js';
import { legend, lineKey, NEEDED_KEY, SHORT_KEY } from './legend.js';
import { paretoChart } from './pareto-chart.js';
import { unknownTime } from '../replay-assumptions.js';
import { replicasChart } from './replicas-chart.js';
import { STYLE } from './style.js';
import { verdict } from './verdict.js';
import { worstHourSection } from './worst-hour.js';

const WIDE: Frame = { width: 960, height: 320, left: 48, right: 16, top: 28, bottom: 28 };
const SMALL: Frame = { width: 460, height: 150, left: 40, right: 12, top: 20, bottom: 26 };

/**
 * A replay as one HTML page that needs nothing else: readable in a browser, light or dark, and on paper.
 *
 * @param subject whose load it is, as its readers know it
 * @param zone IANA name of the time zone of all times
 */
export function renderReplayHtml(result: ReplayResult, subject: string, zone: string): string {
  const { report, policies } = result;
  const period = `${formatDateTime(report.fromMs, zone)} to ${formatDateTime(report.toMs, zone)}`;
  const [first, ...sentences] = verdict(result);
  const unknown = unknownTime(result);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Replay of ${escapeHtml(subject)}, ${escapeHtml(period)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Replay: what autoscaling would have done</h1>
<p>${escapeHtml(subject)}</p>
<p class="soft">${escapeHtml(period)} (${formatDuration(report.toMs - report.fromMs)}, ${escapeHtml(zone)}), after ${formatDuration(report.fromMs - result.load.startMs)} of history</p>
<section>
<p class="lead">${escapeHtml(first!)}</p>
${sentences.map((sentence) => `<p>${escapeHtml(sentence)}</p>`).join('\n')}
${unknown === null ? '' : `<p>${escapeHtml(unknown)}</p>`}
${result.assertion === null ? '' : `<p>Assertion: ${condition(result.assertion)}</p>`}
</section>
<section><h2>Policies</h2>
${policyTable(policies)}
</section>
<section><h2>Load and capacity</h2>
${mainChart(result, zone)}
</section>
${result.worstHour === null ? '' : worstHourSection(result.worstHour, zone)}
${result.pareto.length === 0 ? '' : pareto(result)}
${result.objective === null ? '' : objective(result.objective, zone)}
<section><h2>Each policy</h2>
<div class="small">${policies
    .filter(({ name }) => name !== TIDECAST && name !== HPA)
    .map((policy) => smallChart(result, policy, zone))
    .join('\n')}</div>
</section>
${assumptions(result)}
</body>
</html>
`;
}

function policyTable(policies: readonly PolicyResult[]): string {
  const reference = policies.find(({ name }) => name === HPA)?.outcome.podHours ?? NaN;
  const withLatency = policies.some(({ outcome }) => outcome.latency !== null);
  return htmlTable(
    [
      'policy',
      'minutes short',
      'share short',
      'depth',
      'longest',
      'pod-hours',
      'vs hpa',
      'vs oracle',
      'scale-ups',
      'churn',
      ...(withLatency ? ['p95 s', 'p99 s'] : []),
    ],
    policies.map(({ name, description, outcome, short, podHoursVsOracle }) => ({
      ...(name === TIDECAST && { className: 'own' }),
      cells: [
        `<span title="${escapeHtml(description)}">${escapeHtml(name)}</span>`,
        outcome.minutesShort.toFixed(1),
        sharePercent(short),
        sharePercent(outcome.depth),
        outcome.longestShortMinutes === 0 ? '0s' : formatDuration(outcome.longestShortMinutes * MINUTE_MS),
        formatNumber(outcome.podHours),
        formatNumber(outcome.podHours / reference),
        formatNumber(podHoursVsOracle),
        String(outcome.scaleUps),
        String(outcome.churn),
        ...(withLatency ? [outcome.latency?.p95S, outcome.latency?.p99S].map(responseTime) : []),
      ],
    })),
  );
}

function mainChart(result: ReplayResult, zone: string): string {
  const ours = result.policies.find(({ name }) => name === TIDECAST)!;
  const hpa = result.policies.find(({ name }) => name === HPA)!;
  const drawn = [
    { policy: ours, className: 'tidecast' },
    { policy: hpa, className: 'hpa' },
  ];
  return `<figure>
${legend([NEEDED_KEY, 'needed by the load'], [lineKey('tidecast'), 'ready under tidecast'], [lineKey('hpa'), 'ready under the HPA'], [SHORT_KEY, 'tidecast short'])}
${replicasChart(result, drawn, WIDE, zone)}
</figure>
<figure>${replicasChart(result, [{ policy: hpa, className: 'hpa' }], { ...WIDE, height: 200 }, zone)}
<figcaption>The HPA alone, marked in the same way where it was short.</figcaption></figure>`;
}

function smallChart(result: ReplayResult, policy: PolicyResult, zone: string): string {
  const { outcome, name, description } = policy;
  return `<figure>${replicasChart(result, [{ policy, className: 'other' }], SMALL, zone)}
<figcaption><strong>${escapeHtml(name)}</strong>: ${outcome.minutesShort.toFixed(1)} min short, ${formatNumber(outcome.podHours)} pod-hours: ${escapeHtml(description)}.</figcaption></figure>`;
}

function pareto({ pareto: curves, policies }: ReplayResult): string {
  return `<section><h2>What each minute costs</h2>
<figure>
${legend([lineKey('hpa'), 'HPA by its target utilisation'], [lineKey('tidecast'), 'tidecast by its target utilisation'], [lineKey('tidecast by-quantile'), 'tidecast by its quantile'])}
${paretoChart(curves, policies)}
<figcaption>Further left is cheaper, further down is short for less time. Policies outside of the drawing are left out.</figcaption>
</figure></section>`;
}

function objective({ text, chosenOn, reported, period, settingsTried, yaml }: ObjectiveResult, zone: string): string {
  return `<section><h2>The setting for the objective</h2>
<p>${escapeHtml(text)}: the best of ${settingsTried} settings, chosen on ${formatDateTime(period.fromMs, zone)} to ${formatDateTime(period.toMs, zone)}${chosenOn.met ? '' : ', where none met it; this one came closest'}.</p>
<p>There: ${condition(chosenOn)}</p>
<p>In the time reported here: ${condition(reported)}</p>
<p>For the spec of the ScaledObject:</p>
<pre>${escapeHtml(yaml)}</pre></section>`;
}

function condition(result: ConditionResult): string {
  const word = result.met ? 'met' : 'violated';
  return `<span class="${word}">${word}</span>: ${escapeHtml(foundText(result))}`;
}
