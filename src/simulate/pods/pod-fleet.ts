import type { Random } from '../../core/random.js';
import { logNormalDelay, type Delay } from './delay.js';
import { NodePool, type NodeSettings } from './node-pool.js';

export interface PodSettings {
  /** From being scheduled to being ready: image pull, start, readiness probe. */
  readonly startup: Delay;
  /** From the deletion of a pod until it is gone; it serves nothing in that time, and is paid for. */
  readonly terminationS: number;
  /** Where pods run; null: there is always room. */
  readonly nodes: NodeSettings | null;
}

/** A container that is pulled quickly and takes some time to warm up; Kubernetes' default grace period. */
export const DEFAULT_PODS: PodSettings = Object.freeze({
  startup: logNormalDelay({ p50S: 45, p95S: 120 }),
  terminationS: 30,
  nodes: null,
});

/** A pod that is not being deleted. */
export interface Pod {
  readonly createdS: number;
  readonly scheduledS: number;
  readonly readyS: number;
}

/**
 * The pods of one Deployment, which follows the replicas asked for at once.
 *
 * When there are too many, pods that are not ready go first, the newest before the others; then ready ones, those that
 * became ready last before the others (Kubernetes `pkg/controller/controller_utils.go`, `ActivePodsWithRanks`, without
 * its grouping of ages by powers of two).
 */
export class PodFleet {
  readonly #settings: PodSettings;
  readonly #random: Random;
  readonly #nodes: NodePool | null;
  /** In the order of creation. */
  #starting: Pod[] = [];
  /** In the order of becoming ready. */
  #ready: Pod[] = [];
  /** When each pod that is being deleted will be gone, ascending. */
  #goneS: number[] = [];
  #scheduled = 0;
  #started = 0;
  #nextChangeS = Infinity;

  constructor(settings: PodSettings, random: Random) {
    if (!Number.isInteger(settings.terminationS) || settings.terminationS < 0) {
      throw new RangeError(`terminationS must be a whole number >= 0, got ${settings.terminationS}`);
    }
    this.#settings = settings;
    this.#random = random;
    this.#nodes = settings.nodes === null ? null : new NodePool(settings.nodes, random);
  }

  /** Pods that are not being deleted: as many as were asked for. */
  get replicas(): number {
    return this.#starting.length + this.#ready.length;
  }

  get ready(): number {
    return this.#ready.length;
  }

  /** Pods that are scheduled, those that are being deleted included: what is paid for. */
  get billed(): number {
    return this.#scheduled + this.#ready.length + this.#goneS.length;
  }

  /** All pods there are. */
  get existing(): number {
    return this.replicas + this.#goneS.length;
  }

  /** Pods created so far. */
  get started(): number {
    return this.#started;
  }

  /** The ready pods, in the order of becoming ready. */
  get readyPods(): readonly Pod[] {
    return this.#ready;
  }

  /** When one of the numbers above will change by itself; Infinity: not before the next {@link resize}. */
  get nextChangeS(): number {
    return this.#nextChangeS;
  }

  /** Begins with pods that have been ready for so long that nothing of their past matters. */
  settle(atS: number, replicas: number): void {
    const pod = { createdS: -Infinity, scheduledS: -Infinity, readyS: -Infinity };
    this.#ready = Array<Pod>(replicas).fill(pod);
    this.#nodes?.settle(atS, replicas);
  }

  /** Lets pods become scheduled, ready and gone up to a moment. */
  advance(atS: number): void {
    if (atS < this.#nextChangeS) return;
    while (this.#goneS.length > 0 && this.#goneS[0]! <= atS) this.#goneS.shift();
    this.#catchUp(atS);
    this.#nodes?.update(atS, this.existing);
  }

  /** Creates or deletes pods until there are so many. */
  resize(atS: number, replicas: number): void {
    this.advance(atS);
    while (this.replicas < replicas) this.#create(atS);
    while (this.replicas > replicas) this.#delete(atS);
    // A pod may be ready at once.
    this.#nextChangeS = atS;
    this.advance(atS);
  }

  #create(atS: number): void {
    const scheduledS = this.#nodes?.schedule(atS, this.existing) ?? atS;
    const readyS = scheduledS + this.#settings.startup(this.#random);
    this.#starting.push({ createdS: atS, scheduledS, readyS });
    this.#started++;
  }

  #delete(atS: number): void {
    const pod = this.#starting.pop() ?? this.#ready.pop()!;
    if (pod.scheduledS <= atS) this.#goneS.push(atS + this.#settings.terminationS);
  }

  /** Moves pods that are ready by now to the others, and looks when the next one will change. */
  #catchUp(atS: number): void {
    const arrived: Pod[] = [];
    let left = 0;
    this.#scheduled = 0;
    this.#nextChangeS = this.#goneS[0] ?? Infinity;
    for (const pod of this.#starting) {
      const { scheduledS, readyS } = pod;
      if (readyS <= atS) {
        arrived.push(pod);
        continue;
      }
      this.#starting[left++] = pod;
      if (scheduledS <= atS) this.#scheduled++;
      const changeS = scheduledS > atS ? scheduledS : readyS;
      if (changeS < this.#nextChangeS) this.#nextChangeS = changeS;
    }
    this.#starting.length = left;
    if (arrived.length > 1) arrived.sort((one, other) => one.readyS - other.readyS);
    for (const pod of arrived) this.#ready.push(pod);
  }
}
