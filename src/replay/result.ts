import type { State, Origin } from '../core/decision.js';
import type { Outcome } from '../simulate/outcome.js';
import type { Period } from './prepare.js';
import type { ReplaySettings, Setting } from './settings.js';

/**
 * What a replay found. Plain data: as JSON it is all that a report needs. Numbers that are not known are NaN, in JSON null.
 */
export interface ReplayResult {
  readonly load: LoadSummary;
  readonly settings: ReplaySettings;
  /** Demand that one ready replica was taken to serve, in the unit of the load. */
  readonly capacityPerReplica: number;
  readonly leadTimeMs: number;
  /** Model of the last forecast, null: there was none. */
  readonly model: string | null;
  readonly report: Period;
  readonly timeline: Timeline;
  /** tidecast first, then the HPA, the others, the oracle last. */
  readonly policies: readonly PolicyResult[];
  readonly pareto: readonly ParetoCurve[];
  /** The hour in which tidecast was short for longest; null: it never was. */
  readonly worstHour: WorstHour | null;
  /** null: none was asked for. */
  readonly objective: ObjectiveResult | null;
  /** null: none was asked for. */
  readonly assertion: ConditionResult | null;
}

export interface LoadSummary {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
  /** Samples on the grid that are not known. */
  readonly gaps: number;
  readonly mean: number;
  readonly peak: number;
}

/** One policy over the period that is reported. */
export interface PolicyResult {
  readonly name: string;
  readonly description: string;
  readonly outcome: Outcome;
  /** Share of the known time in which capacity was short. */
  readonly short: number;
  /** Pod-hours over those of the oracle; NaN when that needed none. */
  readonly podHoursVsOracle: number;
  /** Fewest ready replicas in each stretch of the timeline. */
  readonly ready: readonly number[];
}

/** The replicas that were needed in equal stretches of time: enough for a plot, and no shortage that lasts is lost. */
export interface Timeline {
  readonly startMs: number;
  readonly stepMs: number;
  /** Most replicas that were needed at a moment of the stretch; NaN: the load is unknown. */
  readonly needed: readonly number[];
}

/** One way to buy fewer minutes short with more pod-hours. */
export interface ParetoCurve {
  readonly policy: string;
  /** What is varied along the curve, in words. */
  readonly varied: string;
  /** By pod-hours, ascending. */
  readonly points: readonly ParetoPoint[];
}

export interface ParetoPoint {
  readonly targetUtilization: number;
  /** null for a policy without one. */
  readonly quantile: number | null;
  readonly short: number;
  readonly minutesShort: number;
  readonly podHours: number;
  readonly scaleUps: number;
}

/** What happened in an hour, decision by decision. */
export interface WorstHour extends Period {
  readonly minutesShort: number;
  /** One per minute. */
  readonly steps: readonly WorstHourStep[];
}

export interface WorstHourStep {
  readonly timeMs: number;
  /** In the unit of the load; NaN: unknown. */
  readonly demand: number;
  readonly observed: number | null;
  readonly served: number | null;
  readonly state: State;
  readonly origin: Origin;
  readonly reason: string;
  readonly needed: number;
  readonly ready: number;
  readonly desired: number;
}

/** What a figure of an outcome counts. */
export type FigureUnit = 'share' | 'minutes' | 'seconds' | 'count';

/** A condition held against a result. */
export interface ConditionResult {
  readonly text: string;
  readonly met: boolean;
  readonly terms: readonly ConditionTerm[];
}

export interface ConditionTerm {
  readonly text: string;
  readonly met: boolean;
  /** What was found, and what it was held against, in `unit`. */
  readonly actual: number;
  readonly bound: number;
  readonly unit: FigureUnit;
}

/** What came of looking for the setting with the fewest pod-hours that meets a condition. */
export interface ObjectiveResult {
  readonly text: string;
  readonly chosen: Setting;
  /** Where it was chosen: before the period that is reported. */
  readonly period: Period;
  readonly settingsTried: number;
  /** What the chosen setting came to where it was chosen; not met: it is the one that came closest. */
  readonly chosenOn: ConditionResult;
  /** What it came to in the period that is reported. */
  readonly reported: ConditionResult;
  /** The trigger metadata and the HPA behaviour to apply, as YAML. */
  readonly yaml: string;
}
