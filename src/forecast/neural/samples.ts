import { ImputedValues } from '../ridge/imputed-values.js';

/** The samples of a model from the first known one on, and what stands for them in a regression. */
export class Samples {
  readonly values: ImputedValues;
  readonly #samples: number[] = [];

  /**
   * @param season steps to look back for a gap; Infinity for none
   * @param samples the first of them, if any, is known
   */
  constructor(season: number, samples: Iterable<number>) {
    this.values = new ImputedValues(season);
    for (const sample of samples) this.push(sample);
  }

  get length(): number {
    return this.#samples.length;
  }

  /** @param sample NaN for a gap, but never at first */
  push(sample: number): void {
    this.#samples.push(sample);
    this.values.push(sample);
  }

  isKnown(index: number): boolean {
    return !Number.isNaN(this.#samples[index]);
  }

  /** The index before which a share of the known samples lies. @param share in (0, 1) */
  indexOfShare(share: number): number {
    const known = this.#samples.flatMap((sample, i) => (Number.isNaN(sample) ? [] : [i]));
    return known[Math.ceil(share * known.length)]!;
  }

  countKnownFrom(index: number): number {
    return this.#samples.slice(index).filter((sample) => !Number.isNaN(sample)).length;
  }

  toArray(): readonly number[] {
    return this.#samples;
  }
}
