import type { Cluster } from '../../src/core/cluster.js';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { type WrittenTrigger, reactiveTrigger } from '../../test/triggers/make-trigger.js';
import { type ContentFault, type NetworkFault, isNetworkFault, isOwnFault } from './fault.js';
import type { FaultProxy } from './fault-proxy.js';
import { COUNT, type Expected, type Rig, failing, known } from './rig.js';

/** A fault of the source itself, and what must be served while it lasts. */
export interface Change extends Expected {
  /** Resolves when the source is so. */
  readonly make: () => unknown;
  /** Default: {@link SourceRigProps.restore}. */
  readonly undo?: () => unknown;
}

export interface SourceRigProps {
  readonly name: string;
  readonly proxy: FaultProxy;
  /** As a user writes it, with the address of the proxy. */
  readonly written: WrittenTrigger;
  /** How the trigger says what the healthy source answers; default: its value. */
  readonly healthy?: RegExp;
  /** Where what the client says of a fault of the network differs from what most say. */
  readonly network?: Partial<Record<NetworkFault, RegExp>>;
  /** What is done to the source; a text: why the fault means nothing here. */
  readonly content: Readonly<Record<ContentFault, string | Change>>;
  /** Makes the source as it was before any change. */
  readonly restore: () => unknown;
  readonly close: () => unknown;
  /** For triggers that ask kube-apiserver. */
  readonly cluster?: Cluster;
}

const NETWORK_REASONS: Readonly<Record<NetworkFault, RegExp>> = {
  down: /reset|closed|hang up|ended|lost/i,
  refused: /refused/,
  hung: /no answer from the source within 1s/,
  slow: /no answer from the source within 1s/,
  partial: /reset|closed|hang up|ended|lost|parse|aborted|terminated/i,
};

/** A reactive trigger, made as in production, whose source is reached through a proxy. */
export function sourceRig({ name, proxy, written, content, restore, close, ...props }: SourceRigProps): Rig {
  let undo: (() => unknown) | null = null;
  return {
    name,
    exemption: (fault) => {
      if (isNetworkFault(fault) || isOwnFault(fault)) return null;
      const change = content[fault];
      return typeof change === 'string' ? change : null;
    },
    attach: ({ clock }) => {
      const types = createTriggerTypes({ clock, cluster: props.cluster });
      const trigger = reactiveTrigger(types, { ...written, name: 'tested' });
      return Promise.resolve({ trigger, beforeTick: () => Promise.resolve(), decision: () => null });
    },
    inject: async (fault) => {
      if (isNetworkFault(fault)) {
        await proxy.inject(fault);
        return failing(props.network?.[fault] ?? NETWORK_REASONS[fault]);
      }
      const change = content[fault] as Change;
      undo = change.undo ?? restore;
      await change.make();
      return change;
    },
    expectedOf: () => known(props.healthy ?? new RegExp(`is ${COUNT}; active`)),
    heal: async () => {
      await undo?.();
      undo = null;
      await proxy.heal();
    },
    close: async () => {
      await proxy.close();
      await close();
    },
  };
}
