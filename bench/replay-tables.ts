import Table from 'cli-table3';
import { SECOND_MS } from '../src/core/duration.js';
import { TIDECAST } from '../src/replay/contenders.js';
import { ratiosOf, type PolicySummary, type Spread } from './replay-summary.js';
import type { CaseResult } from './replay-trace.js';

/** One row per trace and start-up time: the HPA, tidecast as its setting was chosen, and at equal cost or shortage. */
export function caseTable(cases: readonly CaseResult[]): string {
  const ours = ratiosOf(TIDECAST, cases);
  const table = newTable(
    [
      'trace',
      'start-up s',
      'HPA min',
      'HPA pod-h',
      'chosen',
      'min',
      'pod-h',
      'short',
      'pod-hours',
      'scale-ups',
      'excess %',
    ],
    2,
  );
  cases.forEach(({ file, startupS, hpa, tidecast, settings }, i) => {
    const { short, podHours, scaleUps, excess } = ours[i]!;
    const { quantile, targetUtilization, leadMarginMs, holdS } = settings.short;
    table.push([
      file.replace('.csv', ''),
      String(startupS),
      hpa.minutesShort.toFixed(1),
      hpa.podHours.toFixed(0),
      `q${quantile} u${targetUtilization} +${leadMarginMs / SECOND_MS} h${holdS}`,
      tidecast.minutesShort.toFixed(1),
      tidecast.podHours.toFixed(0),
      ...[short, podHours, scaleUps].map(ratio),
      (100 * excess).toFixed(3),
    ]);
  });
  return table.toString();
}

/** One row per policy, with the change since the previous result. */
export function policyTable(summaries: readonly PolicySummary[], previous: readonly PolicySummary[]): string {
  const table = newTable(
    ['policy, geometric means', 'short', 'before', 'pod-hours', 'scale-ups', 'largest excess %', 'at'],
    1,
  );
  for (const { policy, short, podHours, scaleUps, largestExcess, largestExcessCase } of summaries) {
    const before = previous.find((each) => each.policy === policy)?.short.geometricMean;
    table.push([
      policy,
      ratio(short.geometricMean),
      before === undefined ? '' : ratio(before),
      ratio(podHours.geometricMean),
      ratio(scaleUps.geometricMean),
      (100 * largestExcess).toFixed(3),
      largestExcessCase,
    ]);
  }
  return table.toString();
}

/** How the ratios of tidecast are spread over the cases. */
export function spreadTable(summaries: readonly PolicySummary[]): string {
  const table = newTable(['tidecast', 'p10', 'median', 'p90', 'worst', 'at'], 1);
  const ours = summaries.find(({ policy }) => policy === TIDECAST);
  if (ours === undefined) return '';
  const row = (title: string, { p10, median, p90, worst, worstCase }: Spread): void => {
    table.push([title, ...[p10, median, p90, worst].map(ratio), worstCase]);
  };
  row('minutes short at equal pod-hours', ours.short);
  row('pod-hours at equal minutes short', ours.podHours);
  row('scale-ups at equal pod-hours', ours.scaleUps);
  return table.toString();
}

/** @param names columns of text at the left; the rest are numbers */
function newTable(head: readonly string[], names: number): InstanceType<typeof Table> {
  return new Table({
    head: [...head],
    colAligns: head.map((_, column) => (column < names ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
}

function ratio(value: number): string {
  return value.toFixed(3);
}
