import { HOUR_MS } from '../../core/duration.js';
import type { FitOptions } from '../../core/forecaster.js';
import { atHorizon, type HorizonKnots } from '../horizon-knots.js';
import type { Member } from '../prequential/member.js';
import type { Frame, SavedFrame } from '../prequential/prequential.js';
import { chooseFeatures, LONGEST_WINDOW, type Features } from './features.js';
import { ImputedValues } from './imputed-values.js';
import { KnotRegression, type KnotState } from './knot-regression.js';

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

/** The regressions of all knots, upon one memory of the samples; see `ridge.ts`. */
export class RidgeMember implements Member {
  readonly #features: Features;
  readonly #knots: HorizonKnots;
  readonly #regressions: readonly KnotRegression[];
  readonly #values: ImputedValues;
  readonly #row: Float64Array;
  readonly #blockSteps: number;

  constructor({ stepMs, options, fittedSamples }: Frame, knots: HorizonKnots, states?: readonly KnotState[]) {
    const { horizonSteps, seasonSteps } = options;
    this.#features = chooseFeatures(stepMs, horizonSteps, seasonSteps, fittedSamples, FEWEST_ROWS);
    this.#knots = knots;
    this.#regressions = knots.steps.map((_, knot) => new KnotRegression(this.#features.count, 1, states?.[knot]));
    this.#values = new ImputedValues(seasonSteps[0] ?? Infinity);
    this.#row = new Float64Array(this.#features.count);
    this.#blockSteps = Math.max(1, Math.round(BLOCK_MS / stepMs));
  }

  static restore(state: unknown, frame: SavedFrame, knots: HorizonKnots): RidgeMember {
    const member = new RidgeMember(frame, knots, (state as RidgeMemberState).knots);
    for (const sample of frame.samples) member.#values.push(sample);
    return member;
  }

  push(sample: number, expected: Float64Array): void {
    this.#values.push(sample);
    expected.fill(NaN);
    const target = this.#values.length - 1;
    if (target % this.#blockSteps === 0) for (const regression of this.#regressions) regression.startBlock();
    if (Number.isNaN(sample) || target <= this.#features.firstOrigin) return;
    this.#features.writeTarget(this.#values, target, this.#row);
    for (let knot = 0; knot < this.#regressions.length; knot++) {
      const origin = target - this.#knots.steps[knot]!;
      if (origin < this.#features.firstOrigin) break;
      this.#features.writeOrigin(this.#values, origin, this.#row);
      const relative = this.#regressions[knot]!.add(this.#row, this.#values.at(target));
      expected[knot] = relative + this.#values.reference;
    }
  }

  forecast(path: Float64Array): void {
    const origin = this.#values.length - 1;
    this.#features.writeOrigin(this.#values, origin, this.#row);
    for (let h = 1; h <= path.length; h++) {
      this.#features.writeTarget(this.#values, origin + h, this.#row);
      const relative = atHorizon(this.#knots, h, (knot) => this.#regressions[knot]!.expected(this.#row));
      path[h - 1] = relative + this.#values.reference;
    }
  }

  toJSON(): RidgeMemberState {
    return { knots: this.#regressions.map((regression) => regression.toJSON()) };
  }
}
