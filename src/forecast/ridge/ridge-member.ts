import { HOUR_MS } from '../../core/duration.js';
import type { FitOptions } from '../../core/forecaster.js';
import { interpolated, type HorizonKnots } from '../horizon-knots.js';
import type { Member } from '../prequential/member.js';
import type { Frame, SavedFrame } from '../prequential/prequential.js';
import { chooseFeatures, LONGEST_WINDOW, type Features } from './features.js';
import { ImputedValues } from './imputed-values.js';
import { KnotRegression, type KnotState } from './knot-regression.js';
import { RowMemory } from './row-memory.js';

/** How often the coefficients are renewed. */
const BLOCK_MS = HOUR_MS;
/** Rows a regression needs at least: enough for first coefficients and for some hundred residuals. */
const FEWEST_ROWS = 150;

/** Known samples that the regressions need. */
export function ridgeMinSamples({ horizonSteps }: Pick<FitOptions, 'horizonSteps'>): number {
  return FEWEST_ROWS + horizonSteps + LONGEST_WINDOW;
}

interface RidgeMemberState {
  readonly knots: readonly KnotState[];
}

interface SavedRidge {
  readonly states: readonly KnotState[];
  /** What the regressions have read. */
  readonly samples: Float64Array;
}

/** The regressions of all knots, upon one memory of the samples; see `ridge.ts`. */
export class RidgeMember implements Member {
  readonly #features: Features;
  readonly #knots: HorizonKnots;
  readonly #regressions: readonly KnotRegression[];
  readonly #values: ImputedValues;
  readonly #rows: RowMemory;
  readonly #row: Float64Array;
  /** Per knot, what the regressors of the present origin make of it. */
  readonly #ofOrigin: Float64Array;
  readonly #atKnots: Float64Array;
  readonly #blockSteps: number;

  constructor({ stepMs, options, fittedSamples }: Frame, knots: HorizonKnots, saved?: SavedRidge) {
    const { horizonSteps, seasonSteps } = options;
    this.#features = chooseFeatures(stepMs, horizonSteps, seasonSteps, fittedSamples, FEWEST_ROWS);
    this.#knots = knots;
    this.#regressions = knots.steps.map((_, knot) => new KnotRegression(this.#features.count, 1, saved?.states[knot]));
    this.#values = new ImputedValues(seasonSteps[0] ?? Infinity);
    saved?.samples.forEach((sample) => {
      this.#values.push(sample);
    });
    this.#rows = new RowMemory(this.#features, this.#values, horizonSteps);
    this.#row = new Float64Array(this.#features.count);
    this.#ofOrigin = new Float64Array(knots.steps.length);
    this.#atKnots = new Float64Array(knots.steps.length);
    this.#blockSteps = Math.max(1, Math.round(BLOCK_MS / stepMs));
  }

  static restore(state: unknown, frame: SavedFrame, knots: HorizonKnots): RidgeMember {
    return new RidgeMember(frame, knots, { states: (state as RidgeMemberState).knots, samples: frame.samples });
  }

  push(sample: number, expected: Float64Array): void {
    this.#values.push(sample);
    this.#learn(sample, expected);
    this.#rows.advance();
  }

  forecast(path: Float64Array): void {
    const { originCount, count } = this.#features;
    const origin = this.#values.length - 1;
    this.#rows.writeOrigin(origin, this.#row);
    this.#regressions.forEach((regression, knot) => {
      this.#ofOrigin[knot] = regression.expectedOf(this.#row, 0, originCount, 0);
    });
    for (let h = 1; h <= path.length; h++) {
      this.#rows.writeTarget(origin + h, this.#row);
      const upper = this.#knots.upper[h - 1]!;
      for (let knot = Math.max(0, upper - 1); knot <= upper; knot++) {
        this.#atKnots[knot] = this.#regressions[knot]!.expectedOf(this.#row, originCount, count, this.#ofOrigin[knot]!);
      }
      path[h - 1] = interpolated(this.#knots, h, this.#atKnots) + this.#values.reference;
    }
  }

  toJSON(): RidgeMemberState {
    return { knots: this.#regressions.map((regression) => regression.toJSON()) };
  }

  #learn(sample: number, expected: Float64Array): void {
    expected.fill(NaN);
    const target = this.#values.length - 1;
    if (target % this.#blockSteps === 0) for (const regression of this.#regressions) regression.startBlock();
    if (Number.isNaN(sample) || target <= this.#features.firstOrigin) return;
    this.#rows.writeTarget(target, this.#row);
    for (let knot = 0; knot < this.#regressions.length; knot++) {
      const origin = target - this.#knots.steps[knot]!;
      if (origin < this.#features.firstOrigin) break;
      this.#rows.writeOrigin(origin, this.#row);
      const relative = this.#regressions[knot]!.add(this.#row, this.#values.at(target));
      expected[knot] = relative + this.#values.reference;
    }
  }
}
