import { createTriggerTypes } from '../../src/triggers/registry.js';
import { reactiveTrigger } from '../../test/triggers/make-trigger.js';
import { isOwnFault } from './fault.js';
import { type Rig, known } from './rig.js';

const nothing = (): Promise<void> => Promise.resolve();

/** The clock, with a window that lasts all year. */
export function cronRig(): Rig {
  const metadata = { timezone: 'UTC', start: '0 0 1 1 *', end: '59 23 31 12 *', desiredReplicas: '8' };
  return {
    name: 'cron',
    exemption: (fault) =>
      isOwnFault(fault) ? null : 'it asks nobody but the clock, which has no connection and no content',
    attach: ({ clock }) => {
      const trigger = reactiveTrigger(createTriggerTypes({ clock }), { type: 'cron', name: 'tested', metadata });
      return Promise.resolve({ trigger, beforeTick: nothing, decision: () => null });
    },
    inject: () => Promise.reject(new Error('cron has no source')),
    expectedOf: () => known(/is 8; active/),
    heal: nothing,
    close: nothing,
  };
}

/** Processor time and memory. */
export function resourceRig(): Rig {
  const why = 'the HPA reads it by itself; tidecast asks nobody and serves nothing of it';
  const never = (): Promise<never> => Promise.reject(new Error(why));
  return {
    name: 'cpu, memory',
    exemption: () => why,
    attach: never,
    inject: never,
    expectedOf: () => ({ state: 'delegated', reason: /by itself/ }),
    heal: nothing,
    close: nothing,
  };
}
