import { HOUR_MS, MINUTE_MS } from '../core/duration.js';

/** Seasons and evidence change slowly; a refit in between only follows drift and corrected samples. */
const REFIT_MS = 6 * HOUR_MS;
/** While the history is too short for evidence, or for a model, it is looked for more often. */
const REFIT_WITHOUT_EVIDENCE_MS = HOUR_MS;
/** A load that goes on surprising must not keep the trainer busy. */
const REFIT_ON_DRIFT_MS = HOUR_MS;
const FIRST_RETRY_MS = MINUTE_MS;
const LONGEST_RETRY_MS = HOUR_MS;

/**
 * Why a model is trained now.
 *
 * - `first`: there is none
 * - `period`: it is time
 * - `history`: more samples are known than before, enough for a better model
 * - `drift`: the errors have become larger than they were, or the level of the load has shifted
 * - `correction`: samples that the model has seen are different now
 */
export type Cause = 'first' | 'period' | 'history' | 'drift' | 'correction';

/** What the schedule looks at. */
export interface Standing {
  readonly hasModel: boolean;
  readonly knownSamples: number;
  readonly hasDrifted: boolean;
  readonly isCorrected: boolean;
}

/** When one workload's model is to be trained. Times are epoch milliseconds. */
export class RefitSchedule {
  readonly #phase: number;
  #trainedAtMs = -Infinity;
  #refitAtMs = -Infinity;
  #nextModelAtSamples = Infinity;
  #failures = 0;
  #retryAtMs = -Infinity;

  /** @param phase in [0, 1): spreads the refits of many workloads over time */
  constructor(phase: number) {
    this.#phase = phase;
  }

  /** null: nothing is due. */
  causeAt(nowMs: number, { hasModel, knownSamples, hasDrifted, isCorrected }: Standing): Cause | null {
    if (nowMs < this.#retryAtMs) return null;
    const isDue = nowMs >= this.#refitAtMs;
    const isEnough = knownSamples >= this.#nextModelAtSamples;
    if (!hasModel) return isDue || isEnough ? 'first' : null;
    if (isDue) return 'period';
    if (isEnough) return 'history';
    if (hasDrifted && nowMs >= this.#trainedAtMs + REFIT_ON_DRIFT_MS) return 'drift';
    return isCorrected ? 'correction' : null;
  }

  /** A training has led to what is known from now on. @param nextModelAtSamples as in `TrainResult` */
  trained(
    atMs: number,
    { hasEvidence, nextModelAtSamples }: { hasEvidence: boolean; nextModelAtSamples: number },
  ): void {
    this.succeeded();
    this.#trainedAtMs = atMs;
    this.#nextModelAtSamples = nextModelAtSamples;
    const period = hasEvidence ? REFIT_MS : REFIT_WITHOUT_EVIDENCE_MS;
    this.#refitAtMs = atMs + period * (1 - this.#phase / 2);
  }

  /** The model cannot be used any more, whatever was planned. */
  lost(): void {
    this.#refitAtMs = -Infinity;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#retryAtMs = -Infinity;
  }

  /** @returns when it will be tried again: after a minute, then twice as long each time, up to an hour */
  failed(atMs: number): number {
    this.#retryAtMs = atMs + Math.min(FIRST_RETRY_MS * 2 ** this.#failures, LONGEST_RETRY_MS);
    this.#failures++;
    return this.#retryAtMs;
  }
}
