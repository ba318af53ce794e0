import type { Random } from '../../core/random.js';
import type { Delay } from './delay.js';

/** The nodes on which the pods of one workload run. */
export interface NodeSettings {
  readonly podsPerNode: number;
  /** From the request for one more node until it takes pods. */
  readonly startup: Delay;
  /** A node that has not been needed for so long goes. Cluster Autoscaler: `--scale-down-unneeded-time`, 10 min. */
  readonly removeAfterS: number;
}

/**
 * A pool of nodes, packed from the first to the last. A pod that finds no room waits for a new node; pods that are bound
 * for the same new node wait together.
 */
export class NodePool {
  readonly #settings: NodeSettings;
  readonly #random: Random;
  /** When each node takes pods. */
  readonly #readyS: number[] = [];
  /** Since when the last node has not been needed. */
  #spareSinceS: number | null = null;

  constructor(settings: NodeSettings, random: Random) {
    if (!(settings.podsPerNode >= 1)) throw new RangeError(`podsPerNode must be >= 1, got ${settings.podsPerNode}`);
    this.#settings = settings;
    this.#random = random;
  }

  get nodes(): number {
    return this.#readyS.length;
  }

  /**
   * Finds room for one more pod.
   *
   * @param pods how many there are already
   * @returns when it is scheduled
   */
  schedule(atS: number, pods: number): number {
    this.update(atS, pods);
    const node = Math.floor(pods / this.#settings.podsPerNode);
    while (this.#readyS.length <= node) this.#readyS.push(atS + this.#settings.startup(this.#random));
    this.update(atS, pods + 1);
    return Math.max(atS, this.#readyS[node]!);
  }

  /** Takes note of how many pods there are, and removes nodes that have not been needed for long enough. */
  update(atS: number, pods: number): void {
    const needed = Math.ceil(pods / this.#settings.podsPerNode);
    if (this.#readyS.length <= needed) {
      this.#spareSinceS = null;
      return;
    }
    this.#spareSinceS ??= atS;
    if (atS - this.#spareSinceS < this.#settings.removeAfterS) return;
    this.#readyS.length = needed;
    this.#spareSinceS = null;
  }

  /** Makes room for pods that have been there all along. */
  settle(atS: number, pods: number): void {
    const needed = Math.ceil(pods / this.#settings.podsPerNode);
    while (this.#readyS.length < needed) this.#readyS.push(atS);
  }
}
