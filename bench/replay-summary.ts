import { quantileSorted } from 'simple-statistics';
import type { CaseResult, Matched } from './replay-trace.js';
import { geometricMean } from './support/means.js';

/** Added to both sides of a ratio of minutes short, as a share of the time: a minute in a week is nothing, and 0 has no ratio. */
const NOTHING = 0.0001;

/** How a policy compares with the HPA in one case; below 1 is better than the HPA. */
export interface Ratios {
  readonly file: string;
  readonly family: string;
  readonly startupS: number;
  /** Minutes short at equal pod-hours. */
  readonly short: number;
  /** Pod-hours at equal minutes short. */
  readonly podHours: number;
  /** Scale-ups at equal pod-hours. */
  readonly scaleUps: number;
  /** Minutes short beyond those of the HPA at equal pod-hours, as a share of the time; below 0: fewer. */
  readonly excess: number;
}

/** One figure over all cases. */
export interface Spread {
  readonly geometricMean: number;
  readonly p10: number;
  readonly median: number;
  readonly p90: number;
  readonly worst: number;
  readonly worstCase: string;
}

export interface PolicySummary {
  readonly policy: string;
  readonly cases: number;
  readonly short: Spread;
  readonly podHours: Spread;
  readonly scaleUps: Spread;
  readonly largestExcess: number;
  readonly largestExcessCase: string;
}

/** One summary per policy, best first. */
export function summarise(cases: readonly CaseResult[]): PolicySummary[] {
  const names = cases[0]?.matched.map(({ policy }) => policy) ?? [];
  return names.map((policy) => summarisePolicy(policy, cases)).sort((a, b) => order(a) - order(b));
}

/** The ratios of one policy, case by case. */
export function ratiosOf(policy: string, cases: readonly CaseResult[]): Ratios[] {
  return cases.map((each) =>
    ratios(
      each,
      each.matched.find((matched) => matched.policy === policy)!,
    ),
  );
}

function ratios({ file, family, startupS, minutes, hpa }: CaseResult, matched: Matched): Ratios {
  const nothing = NOTHING * minutes;
  return {
    file,
    family,
    startupS,
    short: (matched.minutesShort + nothing) / (hpa.minutesShort + nothing),
    podHours: matched.podHours / hpa.podHours,
    // A case without scale-ups has no ratio; one more on both sides changes nothing else.
    scaleUps: (matched.scaleUps + 1) / (hpa.scaleUps + 1),
    excess: (matched.minutesShort - hpa.minutesShort) / minutes,
  };
}

function summarisePolicy(policy: string, cases: readonly CaseResult[]): PolicySummary {
  const all = ratiosOf(policy, cases);
  const [largest] = all.toSorted((a, b) => b.excess - a.excess);
  return {
    policy,
    cases: all.length,
    short: spread(all, ({ short }) => short),
    podHours: spread(all, ({ podHours }) => podHours),
    scaleUps: spread(all, ({ scaleUps }) => scaleUps),
    largestExcess: largest!.excess,
    largestExcessCase: nameOf(largest!),
  };
}

function spread(all: readonly Ratios[], figure: (ratios: Ratios) => number): Spread {
  const sorted = all.toSorted((a, b) => figure(a) - figure(b));
  const values = sorted.map(figure);
  return {
    geometricMean: geometricMean(values),
    p10: quantileSorted(values, 0.1),
    median: quantileSorted(values, 0.5),
    p90: quantileSorted(values, 0.9),
    worst: values.at(-1)!,
    worstCase: nameOf(sorted.at(-1)!),
  };
}

export function nameOf({ file, startupS }: Pick<Ratios, 'file' | 'startupS'>): string {
  return `${file.replace('.csv', '')} ${startupS} s`;
}

/** A ratio that is not known comes last. */
function order({ short }: PolicySummary): number {
  return Number.isNaN(short.geometricMean) ? Infinity : short.geometricMean;
}
