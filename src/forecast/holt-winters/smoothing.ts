/** Smoothing parameters, in the form of the textbooks. */
export interface Parameters {
  /** Level, in (0, 1). */
  readonly alpha: number;
  /** Trend, in (0, 1): the share of a change of the level that goes into the trend. */
  readonly beta: number;
  /** Season, in (0, 1 - alpha). */
  readonly gamma: number;
  /** Damping of the trend per step, in (0, 1). */
  readonly phi: number;
  /** Autocorrelation of the one-step errors, in (0, 1). */
  readonly rho: number;
}

export interface SmoothingState {
  level: number;
  trend: number;
  /** Last one-step error before it is corrected by its autocorrelation. */
  error: number;
  /** Seasonal terms; that of the next grid point is at `phase`. */
  readonly season: Float64Array;
  phase: number;
}

/**
 * The recursion of Holt and Winters, additive in all its parts, for a horizon of at most `horizonSteps`. With e(t) what
 * the level, trend and season before t were off at t:
 *
 *     e(t) = y(t) - (l(t-1) + phi b(t-1) + s(t-m))
 *     l(t) = l(t-1) + phi b(t-1) + alpha e(t)
 *     b(t) = phi b(t-1) + alpha beta e(t)
 *     s(t) = s(t-m) + gamma e(t)
 *
 * This error-correction form is algebraically that of the textbooks. A gap has the error that was to be expected, and
 * teaches nothing.
 */
export class Smoothing {
  readonly #parameters: Parameters;
  readonly #state: SmoothingState;
  /** Per step ahead h: phi + ... + phi^h, and rho^h. */
  readonly #damping: Float64Array;
  readonly #decay: Float64Array;

  /** @param initial taken over, not copied */
  constructor(parameters: Parameters, initial: SmoothingState, horizonSteps: number) {
    this.#parameters = parameters;
    this.#state = initial;
    this.#damping = new Float64Array(horizonSteps + 1);
    this.#decay = new Float64Array(horizonSteps + 1).fill(1);
    for (let h = 1; h <= horizonSteps; h++) {
      this.#damping[h] = parameters.phi * (1 + this.#damping[h - 1]!);
      this.#decay[h] = parameters.rho * this.#decay[h - 1]!;
    }
  }

  get state(): Readonly<SmoothingState> {
    return this.#state;
  }

  push(value: number): void {
    const { alpha, beta, gamma, phi, rho } = this.#parameters;
    const state = this.#state;
    const level = state.level + phi * state.trend;
    const trend = phi * state.trend;
    const season = state.season[state.phase]!;
    if (Number.isNaN(value)) {
      state.level = level;
      state.trend = trend;
      state.error *= rho;
    } else {
      const error = value - (level + season);
      state.level = level + alpha * error;
      state.trend = trend + alpha * beta * error;
      state.season[state.phase] = season + gamma * error;
      state.error = error;
    }
    state.phase = state.phase + 1 === state.season.length ? 0 : state.phase + 1;
  }

  /** `l(t) + (phi + ... + phi^h) b(t) + s(t + h - m ceil(h / m)) + rho^h e(t)` */
  ahead(h: number): number {
    const { level, trend, error, season, phase } = this.#state;
    const ahead = phase + h - 1;
    // A remainder takes longer than all the rest.
    const seasonal = season[ahead < season.length ? ahead : ahead % season.length]!;
    return level + this.#damping[h]! * trend + seasonal + this.#decay[h]! * error;
  }
}
