/**
 * FFT replay: the dominant periods of the history go on.
 *
 *     sqrt(y(t + h)) = mean + sum over the strongest j of a_j cos(2 pi j (t + h) / N + phase_j)
 *
 * with amplitudes and phases from the discrete Fourier transform of the N samples so far. This is how the autoscaler Crane
 * (its "dsp" prediction) and, before it, PRESS forecast: Gong, Gu & Wilkes (2010), "PRESS: PRedictive Elastic ReSource
 * Scaling for cloud systems", CNSM 2010. Here for comparison with those, and for loads with several unrelated periods.
 *
 * N is a whole number of seasons where there is a season, so that its harmonics are frequencies of the transform. Not for a
 * load whose level moves: what was observed today plays no part, and after the end of the window comes its beginning.
 */
import type { FitOptions } from '../../core/forecaster.js';
import { filtered, type Filter } from '../filtered.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { GrowingValues } from '../growing-values.js';
import { dominantWaves } from './dominant-waves.js';

const NAME = 'fft';
/** Frequencies replayed: enough for the shape of a day, too few for its noise. */
const KEEP = 20;
/** Samples of the first transform, or the next whole number of seasons. */
const FEWEST_SAMPLES = 64;
/** Growth of the history after which it is transformed anew. A day more changes a week's transform by a seventh. */
const GROWTH = 1 / 8;

export const fft = filtered({
  name: NAME,
  warmupSteps,
  start: (_, options) => new FftFilter({ season: options.seasonSteps[0] ?? 1, warmupSteps: warmupSteps(options) }),
  restore: (json) => FftFilter.restore(json as FftState),
});

function warmupSteps({ seasonSteps }: FitOptions): number {
  const season = seasonSteps[0] ?? 1;
  return season * Math.ceil(FEWEST_SAMPLES / season);
}

interface Settings {
  /** Steps; 1 when there is no season. */
  readonly season: number;
  readonly warmupSteps: number;
}

interface FftState {
  readonly settings: Settings;
  readonly samples: string;
  readonly windowSteps: number;
}

class FftFilter implements Filter {
  readonly #settings: Settings;
  /** Gaps filled: with the value one season earlier, or the last one. */
  readonly #samples = new GrowingValues([]);
  /** One period of the replay; empty before the first transform. */
  #curve = new Float64Array(0);

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  static restore({ settings, samples, windowSteps }: FftState): FftFilter {
    const filter = new FftFilter(settings);
    for (const sample of decodeFloats(samples)) filter.#samples.push(sample);
    filter.#transform(windowSteps);
    return filter;
  }

  push(value: number): void {
    this.#samples.push(Number.isNaN(value) ? this.#expected() : value);
    const { length } = this.#samples;
    const { season, warmupSteps } = this.#settings;
    const due = Math.max(warmupSteps, this.#curve.length * (1 + GROWTH));
    if (length >= due && length % season === 0) this.#transform(length);
  }

  forecast(path: Float64Array): void {
    const { length } = this.#curve;
    // Before the first transform, an index modulo 0 is NaN, and so is the forecast.
    for (let k = 0; k < path.length; k++) path[k] = this.#curve[(this.#samples.length + k) % length] ?? NaN;
  }

  toJSON(): FftState {
    return {
      settings: this.#settings,
      samples: encodeFloats(this.#samples.view),
      windowSteps: this.#curve.length,
    };
  }

  #expected(): number {
    const { length } = this.#samples;
    const { season } = this.#settings;
    return this.#samples.at(length >= season ? length - season : length - 1);
  }

  /** Relative to the first sample, so that a constant load is replayed exactly. */
  #transform(windowSteps: number): void {
    if (windowSteps === 0) return;
    const reference = this.#samples.at(0);
    const window = this.#samples.view.slice(0, windowSteps).map((sample) => sample - reference);
    this.#curve = dominantWaves(window, KEEP).map((value) => value + reference);
  }
}
