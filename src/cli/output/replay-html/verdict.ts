import { DAY_MS } from '../../../core/duration.js';
import { HPA, ORACLE, TIDECAST } from '../../../replay/contenders.js';
import type { ObjectiveResult, PolicyResult, ReplayResult } from '../../../replay/result.js';
import { formatNumber } from '../number-format.js';

/** Differences below these are called none: half a minute, one per cent of the cost. */
const SAME_MINUTES = 0.5;
const SAME_SHARE = 0.01;

/** What the replay says, in sentences for somebody who has not read the rest. */
export function verdict({
  policies,
  report,
  objective,
}: Pick<ReplayResult, 'policies' | 'report' | 'objective'>): string[] {
  const ours = named(policies, TIDECAST);
  const hpa = named(policies, HPA);
  const oracle = named(policies, ORACLE);
  const days = formatNumber((report.toMs - report.fromMs) / DAY_MS);
  const span = days === '1' ? 'a day' : `${days} days`;
  return [
    `In ${span}, reactive scaling (an HPA) was short of capacity for ${minutesShort(hpa)} and used ${hours(hpa)} pod-hours. ` +
      `tidecast was short for ${minutesShort(ours)} and used ${hours(ours)}.`,
    compare(ours, hpa),
    ...(objective === null ? [] : [chosenBy(objective)]),
    `A clairvoyant with the same start-up time and no reserve would have used ${hours(oracle)} pod-hours and been short for ` +
      `${minutes(oracle)} min: nothing can do much better for that price.`,
    ...better(policies, ours),
  ];
}

function compare(ours: PolicyResult, hpa: PolicyResult): string {
  const saved = hpa.outcome.minutesShort - ours.outcome.minutesShort;
  const cost = ours.outcome.podHours / hpa.outcome.podHours - 1;
  const price =
    Math.abs(cost) < SAME_SHARE
      ? 'at the same cost'
      : `at ${percent(Math.abs(cost))} ${cost > 0 ? 'more' : 'less'} cost`;
  if (Math.abs(saved) < SAME_MINUTES) {
    if (cost <= -SAME_SHARE) return `tidecast pays here by its cost: as short as the HPA, ${price}.`;
    if (cost >= SAME_SHARE) return `tidecast does not pay here with this setting: as short as the HPA, ${price}.`;
    return 'With this setting the two come to the same here.';
  }
  if (saved > 0) return `tidecast avoids ${formatNumber(saved)} of the HPA's ${minutes(hpa)} minutes short, ${price}.`;
  return cost < -SAME_SHARE
    ? `tidecast is short for ${formatNumber(-saved)} min more, ${price}: a lower target or a higher quantile would trade one for the other.`
    : `tidecast is worse than the HPA here: short for ${formatNumber(-saved)} min more, ${price}. Do not let it act with this setting.`;
}

function chosenBy({ text, chosenOn, reported }: ObjectiveResult): string {
  const there = chosenOn.met ? '' : ', where none met it';
  const here = reported.met ? 'Here it is met' : 'Here it is not met';
  return `The setting of tidecast was chosen on the days before by "${text}"${there}. ${here}.`;
}

/** Others that were short for less time at no more cost. */
function better(policies: readonly PolicyResult[], ours: PolicyResult): string[] {
  const names = policies
    .filter(({ name }) => name !== ORACLE && name !== TIDECAST)
    .filter(
      ({ outcome }) =>
        outcome.minutesShort < ours.outcome.minutesShort - SAME_MINUTES &&
        outcome.podHours <= ours.outcome.podHours * (1 + SAME_SHARE),
    )
    .map(({ name }) => name);
  return names.length === 0 ? [] : [`Better than tidecast on both counts here: ${names.join(', ')}.`];
}

function named(policies: readonly PolicyResult[], name: string): PolicyResult {
  return policies.find((policy) => policy.name === name)!;
}

function minutes({ outcome }: PolicyResult): string {
  return outcome.minutesShort.toFixed(1);
}

/** With the share of the time, which says more than hundreds of minutes. */
function minutesShort({ outcome, short }: PolicyResult): string {
  const { minutesShort: count } = outcome;
  return count < SAME_MINUTES || Number.isNaN(short)
    ? `${count.toFixed(1)} min`
    : `${count.toFixed(1)} min (${percent(short)} of the time)`;
}

function hours({ outcome }: PolicyResult): string {
  return formatNumber(outcome.podHours);
}

function percent(share: number): string {
  return `${formatNumber(100 * share)} %`;
}
