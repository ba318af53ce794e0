/** A sine and a cosine: `harmonic` periods in `season` steps. */
interface Wave {
  readonly season: number;
  readonly harmonic: number;
}

/** The regressors of a harmonic regression: a constant, and cosine and sine of the first harmonics of each season. */
export class Fourier {
  readonly #waves: readonly Wave[];

  /**
   * @param seasons       season lengths in steps
   * @param mostHarmonics per season; fewer where a season has too few steps for them. A frequency that two seasons share
   *   (a day is the seventh harmonic of a week) is there once
   */
  constructor(seasons: readonly number[], mostHarmonics: number) {
    const byFrequency = new Map<number, Wave>();
    for (const season of seasons) {
      for (let harmonic = 1; harmonic <= Math.min(mostHarmonics, (season - 1) / 2); harmonic++) {
        const frequency = Math.round((harmonic / season) * 1e9);
        if (!byFrequency.has(frequency)) byFrequency.set(frequency, { season, harmonic });
      }
    }
    this.#waves = [...byFrequency.values()];
  }

  get count(): number {
    return 1 + 2 * this.#waves.length;
  }

  /** Writes the regressors of a time in steps, >= 0. */
  write(time: number, row: Float64Array): void {
    let i = 0;
    row[i++] = 1;
    for (const { season, harmonic } of this.#waves) {
      const angle = (2 * Math.PI * ((harmonic * time) % season)) / season;
      row[i++] = Math.cos(angle);
      row[i++] = Math.sin(angle);
    }
  }

  /** The curve with these coefficients at the times from `start` on. */
  curve(coefficients: Float64Array, start: number, length: number): Float64Array {
    const row = new Float64Array(this.count);
    return Float64Array.from({ length }, (_, i) => {
      this.write(start + i, row);
      return row.reduce((sum, regressor, j) => sum + regressor * coefficients[j]!, 0);
    });
  }
}
