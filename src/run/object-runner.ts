import type { Clock } from '../core/clock.js';
import type { Composition, MetricTriggerInput, TargetReplicas, TriggerInput } from '../core/composition.js';
import type { Decision } from '../core/decision.js';
import { SECOND_MS } from '../core/duration.js';
import type { Logger } from '../core/logger.js';
import type { ScaledObject } from '../core/scaled-object.js';
import type { Store } from '../core/store.js';
import { compose, heldAfter } from '../scaling/compose.js';
import type { RunMetrics } from '../serve/self/run-metrics.js';
import type { ScaledObjectStatus } from '../serve/view.js';
import { nextMoment } from './next-moment.js';
import { settlesWithin } from './settles-within.js';
import { afterDecision, afterPoll, newMemory, restoredMemories } from './trigger-memory.js';
import { TriggerPoller, type Poll } from './trigger-poller.js';

/** A poll may take this long, or half the polling interval if that is shorter; half of it is for a second attempt. */
const LONGEST_POLL_MS = 10 * SECOND_MS;
/** Triggers that have answered by then are served; those that hang are waited for beside. */
const PATIENCE_MS = SECOND_MS;

export interface ObjectRunnerProps {
  readonly object: ScaledObject;
  /** The decision in force of a forecast trigger's workload; null: none yet. */
  readonly decisionOf: (workloadId: string) => Decision | null;
  /** The replicas of the target; null: nobody can tell. */
  readonly replicasOf: (object: ScaledObject) => TargetReplicas | null;
  readonly store: Store;
  readonly clock: Clock;
  readonly metrics: Pick<RunMetrics, 'countStoreError'>;
  readonly logger: Logger;
}

interface Polled {
  readonly index: number;
  readonly poller: TriggerPoller;
  errors: number;
}

/**
 * Runs one ScaledObject: at each tick it polls all reactive triggers at the same time, takes the decisions in force of the
 * forecast ones, composes them once, and records the composition with all it was made from.
 */
export class ObjectRunner {
  readonly object: ScaledObject;
  readonly #props: ObjectRunnerProps;
  readonly #polled: readonly Polled[];
  /** By position of the trigger. */
  readonly #memories: Map<number, MetricTriggerInput>;
  #composition: Composition | null = null;
  #lastStates = '';

  constructor(props: ObjectRunnerProps) {
    const { object, clock } = props;
    this.object = object;
    this.#props = props;
    const attemptMs = Math.min(LONGEST_POLL_MS, object.pollingIntervalMs / 2) / 2;
    this.#polled = object.triggers
      .filter((trigger) => trigger.kind === 'reactive')
      .map((trigger) => ({
        index: trigger.index,
        poller: new TriggerPoller({ trigger, clock, attemptMs }),
        errors: 0,
      }));
    const metered = object.triggers.filter((trigger) => trigger.kind !== 'resource');
    this.#memories = new Map(metered.map((trigger) => [trigger.index, newMemory(trigger)]));
  }

  /** What the endpoints show. */
  get status(): ScaledObjectStatus {
    const errors = new Map(this.#polled.map((polled) => [polled.index, polled.errors]));
    return {
      object: this.object,
      composition: this.#composition,
      pollErrors: this.object.triggers.map(({ index }) => errors.get(index) ?? 0),
    };
  }

  /**
   * Takes up what an earlier run left in the store and composes it at once: a restart forgets neither what it held on to nor
   * how often a trigger has failed.
   */
  async restore(): Promise<void> {
    const { store, clock } = this.#props;
    const stored = await store.compositionAt(this.object.id, Infinity);
    if (stored === null) return;
    const restored = restoredMemories([...this.#memories.values()], this.object.modifiers, stored.input);
    if (restored === null) return;
    for (const memory of restored) this.#memories.set(memory.index, memory);
    this.#composition = stored;
    await this.#compose(clock.now());
  }

  /** One step: poll, compose, record. Rejects only when `signal` is aborted. */
  async tick(signal: AbortSignal): Promise<Composition> {
    const { clock } = this.#props;
    const polls = Promise.all(
      this.#polled.map(async (polled) => {
        this.#remember(polled, await polled.poller.poll(signal));
      }),
    );
    const areAllHere = await settlesWithin(clock, PATIENCE_MS, signal, polls);
    this.#takeDecisions();
    const composition = await this.#compose(clock.now());
    if (areAllHere) return composition;
    await polls;
    return this.#compose(clock.now());
  }

  /** Gives all connections back. No tick may follow. */
  async close(): Promise<void> {
    await Promise.all(this.#polled.map(({ poller }) => poller.close()));
  }

  #remember(polled: Polled, poll: Poll): void {
    if (poll.problem !== null) polled.errors++;
    const before = this.#memories.get(polled.index)!;
    this.#memories.set(polled.index, afterPoll(before, poll, this.#props.clock.now()));
  }

  #takeDecisions(): void {
    for (const trigger of this.object.triggers) {
      if (trigger.kind !== 'forecast') continue;
      const decision = this.#props.decisionOf(trigger.workload.id);
      this.#memories.set(trigger.index, afterDecision(this.#memories.get(trigger.index)!, decision));
    }
  }

  async #compose(nowMs: number): Promise<Composition> {
    const { fallback, modifiers, bounds, triggers } = this.object;
    const previous = this.#composition;
    const composition = compose(this.object.id, {
      atMs: nextMoment(nowMs, previous?.atMs ?? null),
      triggers: triggers.map((trigger): TriggerInput => {
        const { index, type, name } = trigger;
        return trigger.kind === 'resource' ? { kind: 'resource', index, type, name } : this.#memories.get(index)!;
      }),
      fallback,
      modifiers,
      bounds,
      target: this.#props.replicasOf(this.object),
      held: previous === null ? null : heldAfter(previous),
    });
    this.#composition = composition;
    this.#logChange(composition);
    await this.#save(composition);
    return composition;
  }

  async #save(composition: Composition): Promise<void> {
    const { store, metrics, logger } = this.#props;
    try {
      await store.recordComposition(composition);
    } catch (error) {
      metrics.countStoreError();
      logger.error({ scaledObject: this.object.id, error: String(error) }, 'composition not recorded, serving goes on');
    }
  }

  #logChange({ reason, triggers, active, requiredReplicas }: Composition): void {
    const states = triggers.map(({ state }) => state).join();
    if (states === this.#lastStates) return;
    this.#lastStates = states;
    const details = { scaledObject: this.object.id, active, requiredReplicas };
    const isTroubled = triggers.some(({ state }) => state === 'failing' || state === 'fallback');
    if (isTroubled) this.#props.logger.warn(details, reason);
    else this.#props.logger.info(details, reason);
  }
}
