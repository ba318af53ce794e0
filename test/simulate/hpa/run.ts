import type { Behavior } from '../../../src/core/hpa-behavior.js';
import {
  DEFAULT_HPA,
  HpaController,
  type HpaDecision,
  type ReplicaBounds,
} from '../../../src/simulate/hpa/controller.js';

export interface HpaRun {
  readonly behavior?: Behavior;
  readonly bounds?: ReplicaBounds;
  readonly start: number;
  /** Default 15 s. */
  readonly everyS?: number;
}

/** One proposal for each sync, or several metrics of one sync as a list; null: a failing metric. */
export type Proposals = readonly (number | null | readonly (number | null)[])[];

/** Syncs an HPA from time 0 on; the target always has what was asked for, all of it ready. */
export function decisions({ behavior, bounds, start, everyS = 15 }: HpaRun, proposals: Proposals): HpaDecision[] {
  const hpa = new HpaController({ ...DEFAULT_HPA, behavior: behavior ?? null }, bounds ?? { min: 1, max: 100 });
  let current = start;
  return proposals.map((proposal, i) => {
    const counts = { spec: current, status: current, ready: current, existing: current };
    const decision = hpa.sync(i * everyS, counts, () =>
      typeof proposal === 'number' || proposal === null ? [proposal] : proposal,
    );
    current = decision.replicas;
    return decision;
  });
}

/** The replicas after each sync. */
export function replicas(run: HpaRun, proposals: Proposals): number[] {
  return decisions(run, proposals).map((decision) => decision.replicas);
}

/** The same proposal over and over. */
export function times(count: number, proposal: number | null): (number | null)[] {
  return new Array<number | null>(count).fill(proposal);
}
