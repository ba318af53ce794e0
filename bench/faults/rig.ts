import type { Clock } from '../../src/core/clock.js';
import type { Decision } from '../../src/core/decision.js';
import type { ForecastTrigger, ReactiveTrigger } from '../../src/core/scaled-object.js';
import type { Store } from '../../src/core/store.js';
import type { Fault, OwnFault, SourceFault } from './fault.js';

/** What a healthy source says, and what one replica should carry: 8 replicas. */
export const COUNT = 75;
export const TARGET = '10';
export const PASSWORD = 'secret';

/** What must be served of a trigger while a fault lasts. */
export interface Expected {
  /** Of the trigger; of a forecast also that of its decision, as `known, degraded`. */
  readonly state: string;
  readonly reason: RegExp;
}

export function known(reason: RegExp): Expected {
  return { state: 'known', reason };
}

export function failing(reason: RegExp): Expected {
  return { state: 'failing', reason };
}

/** One process's view of the trigger: what is lost when it restarts. */
export interface Attached {
  readonly trigger: ForecastTrigger | ReactiveTrigger;
  /** What has to be done before the triggers are composed: a decision, for a forecast. */
  readonly beforeTick: (signal: AbortSignal) => Promise<void>;
  readonly decision: () => Decision | null;
}

/** A class of triggers with a source that is really talked to, through a network that can fail. */
export interface Rig {
  readonly name: string;
  /** Why the fault means nothing to this class; null: it can be injected. */
  exemption(fault: Fault): string | null;
  attach(parts: { readonly clock: Clock; readonly store: Store }): Promise<Attached>;
  /** Resolves when the fault is in effect. */
  inject(fault: SourceFault): Promise<Expected>;
  /** Of a fault that the source does not share. */
  expectedOf(fault: OwnFault): Expected;
  /** Undoes what was injected. Resolves when the source is as before. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** How rigs are started that share a program; they are closed in the order given. */
export interface RigKind {
  /** Of its rigs. */
  readonly names: readonly string[];
  /** What must be installed. */
  readonly programs: readonly string[];
  readonly start: () => Promise<readonly Rig[]>;
}
