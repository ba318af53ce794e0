import type { Composition, CompositionInput, CompositeOutcome, Held, TriggerOutcome } from '../core/composition.js';
import { compositeOutcome } from './composite-metric.js';
import { drained, heldLoads } from './drained-queue.js';
import { requiredReplicas } from './required-replicas.js';
import { triggerOutcome } from './trigger-outcome.js';

/**
 * Makes one record of all triggers of a ScaledObject at one moment. Pure: the same input always gives the same composition,
 * which is how the ledger is checked.
 *
 * What is not known is an error, a fallback or the last safe value, never 0: it does not put the workload to sleep, and
 * does not lower what the remaining triggers ask for. Nothing of a failure outlasts it: once all sources answer, the
 * composition is what it would have been without.
 *
 * @param objectId `{namespace}/{name}`
 */
export function compose(objectId: string, input: CompositionInput): Composition {
  const apart = input.triggers.map((trigger) => triggerOutcome(trigger, input));
  const triggers = apart.map((outcome, i) => drained(outcome, input.triggers[i]!, apart, input.held));
  const metered = input.triggers.filter((trigger) => trigger.kind !== 'resource');
  const composite = input.modifiers === null ? null : compositeOutcome(input.modifiers, metered, input);
  const active = composite === null ? anyActive(triggers) : composite.active;
  const metrics = composite === null ? triggers.flatMap((trigger) => trigger.metrics) : [composite.metric];
  return {
    objectId,
    atMs: input.atMs,
    triggers,
    composite,
    active,
    requiredReplicas: requiredReplicas(metrics, active, input),
    reason: summary(triggers, composite),
    input,
  };
}

/**
 * What the next composition holds on to: what this one asks for, if every metric has a value that is known or agreed on,
 * else what this one held on to. What a queue needs is held by itself: it hangs on two of the triggers only.
 */
export function heldAfter({ triggers, composite, requiredReplicas, input }: Composition): Held | null {
  const isSettled = (state: string): boolean => state === 'known' || state === 'fallback' || state === 'delegated';
  const isComplete = composite === null ? triggers.every(({ state }) => isSettled(state)) : isSettled(composite.state);
  const held = isComplete ? { requiredReplicas, compositeValue: composite?.metric.value ?? null } : input.held;
  const drainLoads = heldLoads(triggers, input.held);
  return drainLoads === null ? held : { requiredReplicas: null, compositeValue: null, ...held, drainLoads };
}

/** Any one is enough. CPU and memory alone never put a workload to sleep; an unknown trigger does not either. */
function anyActive(triggers: readonly TriggerOutcome[]): boolean | null {
  const metered = triggers.filter(({ state }) => state !== 'delegated');
  if (metered.length === 0 || metered.some(({ active }) => active === true)) return true;
  return metered.some(({ active }) => active === null) ? null : false;
}

function summary(triggers: readonly TriggerOutcome[], composite: CompositeOutcome | null): string {
  if (composite !== null) return composite.reason;
  const troubled = triggers.filter(({ state }) => state !== 'known' && state !== 'delegated');
  if (troubled.length === 0) return 'Every trigger answers.';
  const names = troubled.map(({ name, type, index, reason }) => `${name ?? `${type} (trigger ${index})`}: ${reason}`);
  return `${troubled.length} of ${triggers.length} triggers without an answer. ${names.join(' ')}`;
}
