import { formatDuration, HOUR_MS, MINUTE_MS } from '../../core/duration.js';
import { Series } from '../../core/series.js';
import { HPA, TIDECAST } from '../../replay/contenders.js';
import type { ConditionResult, ObjectiveResult, ParetoCurve, ReplayResult } from '../../replay/result.js';
import { renderBandPlot } from './band-plot.js';
import { foundText, responseTime, sharePercent } from './condition-text.js';
import { formatNumber } from './number-format.js';
import { right, type ReportLayout } from './report-layout.js';
import { capacityText, startupText, unknownTime, unusualAssumptions } from './replay-assumptions.js';
import { renderTable } from './table.js';
import { formatDateTime } from './time-format.js';
import { worstHourTable } from './worst-hour-table.js';

/** Before and after what is shown. */
const PLOT_MARGIN_MS = 4 * HOUR_MS;
const PLOT_HEIGHT = 16;

/** A replay as a person reads it on a terminal: what was assumed, all policies, the worst hour, what to apply. */
export function renderReplay(result: ReplayResult, layout: ReportLayout): string {
  const sections = [
    heading(result, layout),
    policyTable(result, layout),
    plot(result, layout),
    result.worstHour === null ? null : worstHourTable(result.worstHour, layout),
    result.pareto.length === 0 ? null : result.pareto.map((curve) => paretoTable(curve, layout)).join('\n\n'),
    result.objective === null ? null : objectiveText(result.objective, layout),
    result.assertion === null ? null : conditionText('Assertion', result.assertion, layout),
  ];
  return sections.filter((section) => section !== null).join('\n\n');
}

function heading(result: ReplayResult, { zone, colors }: ReportLayout): string {
  const { report, leadTimeMs, settings, model } = result;
  const from = formatDateTime(report.fromMs, zone);
  const to = formatDateTime(report.toMs, zone);
  const unknown = unknownTime(result);
  return [
    `${colors.bold(`${from} to ${to}`)} (${formatDuration(report.toMs - report.fromMs)}, ${zone}), ` +
      `after ${formatDuration(report.fromMs - result.load.startMs)} of history; model ${model ?? 'none'}`,
    `One replica serves ${capacityText(result)}; pods start in ${startupText(settings.startup)}; lead time ${formatDuration(leadTimeMs)}.`,
    ...(unknown === null ? [] : [unknown]),
    ...unusualAssumptions(settings).map(([name, value]) => `${name}: ${value}`),
  ].join('\n');
}

function policyTable({ policies }: ReplayResult, { colors }: ReportLayout): string {
  const reference = policies.find(({ name }) => name === HPA);
  const withLatency = policies.some(({ outcome }) => outcome.latency !== null);
  return renderTable(
    [
      { title: 'POLICY' },
      ...['MINUTES\nSHORT', 'SHARE\nSHORT', 'DEPTH', 'LONGEST'].map(right),
      ...['POD-HOURS', 'VS HPA', 'VS ORACLE', 'UPS', 'DOWNS', 'CHURN'].map(right),
      ...(withLatency ? ['P95 S', 'P99 S'].map(right) : []),
    ],
    policies.map((policy) => {
      const { name, outcome, short, podHoursVsOracle } = policy;
      return [
        name === TIDECAST ? colors.bold(name) : name,
        outcome.minutesShort.toFixed(1),
        sharePercent(short),
        sharePercent(outcome.depth),
        outcome.longestShortMinutes === 0 ? '0s' : formatDuration(outcome.longestShortMinutes * MINUTE_MS),
        formatNumber(outcome.podHours),
        formatNumber(reference === undefined ? NaN : outcome.podHours / reference.outcome.podHours),
        formatNumber(podHoursVsOracle),
        String(outcome.scaleUps),
        String(outcome.scaleDowns),
        String(outcome.churn),
        ...(withLatency ? [outcome.latency?.p95S, outcome.latency?.p99S].map(responseTime) : []),
      ];
    }),
    colors,
  );
}

/** The replicas that were needed, and the ready ones of tidecast and the HPA. */
function plot(result: ReplayResult, { width, colors, zone }: ReportLayout): string {
  const { policies, report, timeline } = result;
  const { startMs, stepMs, needed } = timeline;
  const readyOf = (name: string): Series => {
    const values = policies.find((policy) => policy.name === name)!.ready;
    return new Series(startMs, stepMs, Float64Array.from(values, finite));
  };
  const toMs = Math.min(report.toMs, Math.max(report.fromMs + PLOT_MARGIN_MS, worthShowing(result)) + PLOT_MARGIN_MS);
  return renderBandPlot({
    history: new Series(startMs, stepMs, Float64Array.from(needed, finite)),
    forecast: null,
    shaded: [0.1, 0.9],
    fromMs: Math.max(report.fromMs, toMs - 2 * PLOT_MARGIN_MS),
    toMs,
    nowMs: toMs + 1,
    lines: [
      { series: readyOf(HPA), label: 'hpa', paint: colors.red, dotted: true },
      { series: readyOf(TIDECAST), label: TIDECAST, paint: colors.green },
    ],
    unit: 'pods',
    zone,
    width,
    height: PLOT_HEIGHT,
    colors,
  });
}

/** The middle of tidecast's worst hour; else the longest shortage of the HPA; else the end. */
function worthShowing({ worstHour, policies, report }: ReplayResult): number {
  if (worstHour !== null) return (worstHour.fromMs + worstHour.toMs) / 2;
  const episodes = policies.find(({ name }) => name === HPA)?.outcome.episodes ?? [];
  const [longest] = episodes.toSorted((a, b) => b.endMs - b.startMs - (a.endMs - a.startMs));
  return longest?.startMs ?? report.toMs;
}

function paretoTable({ policy, varied, points }: ParetoCurve, { colors }: ReportLayout): string {
  return [
    `${policy} by ${varied}:`,
    renderTable(
      ['TARGET', 'QUANTILE', 'MINUTES SHORT', 'POD-HOURS', 'UPS'].map(right),
      points.map(({ targetUtilization, quantile, minutesShort, podHours, scaleUps }) => [
        sharePercent(targetUtilization),
        formatNumber(quantile),
        minutesShort.toFixed(1),
        formatNumber(podHours),
        String(scaleUps),
      ]),
      colors,
    ),
  ].join('\n');
}

function objectiveText(
  { text, chosenOn, reported, period, settingsTried, yaml }: ObjectiveResult,
  layout: ReportLayout,
): string {
  const { zone } = layout;
  return [
    `Objective ${text}: the best of ${settingsTried} settings, chosen on ` +
      `${formatDateTime(period.fromMs, zone)} to ${formatDateTime(period.toMs, zone)}` +
      (chosenOn.met ? '.' : ', where none met it; this one came closest.'),
    conditionText('There', chosenOn, layout),
    conditionText('In the time reported above', reported, layout),
    '',
    '# For the spec of the ScaledObject:',
    yaml,
  ].join('\n');
}

function conditionText(where: string, result: ConditionResult, { colors }: ReportLayout): string {
  const verdict = result.met ? colors.green('met') : colors.red('violated');
  return `${where}: ${verdict}: ${foundText(result)}`;
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}
