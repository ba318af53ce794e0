import type { Decision } from '../../src/core/decision.js';
import type { Clock } from '../../src/core/clock.js';
import type { ForecastTrigger, ReactiveTrigger } from '../../src/core/scaled-object.js';
import type { Store } from '../../src/core/store.js';
import { FaultProxy, type NetworkFault } from './fault-proxy.js';

/** What can be wrong with a source, beyond the network. */
export type ContentFault =
  'NaN' | 'empty' | 'counter reset' | 'duplicated series' | 'absurdly large' | 'credentials revoked';

export type SourceFault = NetworkFault | ContentFault;

/** One process's view of the trigger: what is lost when it restarts. */
export interface Attached {
  readonly trigger: ForecastTrigger | ReactiveTrigger;
  /** What has to be done before the triggers are composed: a decision, for a forecast. */
  readonly beforeTick: (signal: AbortSignal) => Promise<void>;
  readonly decision: () => Decision | null;
  /** How far the value can be trusted, in a word; empty: it is there or it is not. */
  readonly note: () => string;
}

/** A class of triggers with a source that is really talked to, through a network that can fail. */
export interface Rig {
  readonly name: string;
  attach(parts: { readonly clock: Clock; readonly store: Store }): Promise<Attached>;
  /** @returns why the fault means nothing here; undefined: it is in effect */
  inject(fault: SourceFault): Promise<string | undefined>;
  heal(): Promise<void>;
  close(): Promise<void>;
}

const NETWORK: readonly string[] = ['down', 'refused', 'hung', 'slow', 'partial'] satisfies NetworkFault[];

/** A fault of the network at the proxy; of the content by what the source does for it. */
export async function injectAt(
  proxy: FaultProxy,
  fault: SourceFault,
  content: Readonly<Record<ContentFault, string | (() => void | Promise<void>)>>,
): Promise<string | undefined> {
  if (NETWORK.includes(fault)) {
    await proxy.inject(fault as NetworkFault);
    return undefined;
  }
  const change = content[fault as ContentFault];
  if (typeof change === 'string') return change;
  await change();
  return undefined;
}

/** A reactive trigger, which needs nothing done before it. */
export function alone(trigger: ReactiveTrigger): Attached {
  return { trigger, beforeTick: () => Promise.resolve(), decision: () => null, note: () => '' };
}
