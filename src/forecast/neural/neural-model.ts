import { Forecast } from '../../core/forecast.js';
import type { FitOptions, FittedForecaster } from '../../core/forecaster.js';
import type { Series } from '../../core/series.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { atHorizon, horizonKnots, type HorizonKnots } from '../horizon-knots.js';
import { KnotErrors, type KnotErrorsState } from '../prequential/knot-errors.js';
import { ShiftWatch } from '../prequential/shift-watch.js';
import { checkState, isStateOf } from '../state.js';
import { destabilise, stabilise } from '../transform.js';
import type { Learner } from './learn.js';
import type { Learnt } from './learnt.js';
import { NETWORK_LEVELS } from './network.js';
import { NeuralPaths } from './neural-paths.js';
import { decodeLearnt, encodeLearnt, type LearntState } from './learnt-state.js';
import { scoreOf, valueOf } from './quantile-score.js';
import { Samples } from './samples.js';
import type { WarmStart } from './warm-start.js';

export const NAME = 'neural';
const FORMAT = 3;
/** Steps ahead for which the network speaks; between them, what it says is interpolated. */
const KNOTS = 9;
/** A forecast above this multiple of all that was ever seen is an extrapolation gone wrong, not a load. */
const CEILING = 3;
const LEVELS = NETWORK_LEVELS.length;

/** What defines a model beside its samples and what it has learnt. */
interface Frame {
  readonly startMs: number;
  readonly stepMs: number;
  readonly options: FitOptions;
}

interface NeuralState extends Frame {
  /** Grid points before the first known sample. */
  readonly leading: number;
  readonly samples: string;
  /** Smallest and largest sample. */
  readonly range: string;
  readonly learnt: LearntState;
  /** Per knot, the quantiles said for each of the next steps. */
  readonly pending: readonly string[];
  readonly errors: readonly KnotErrorsState[];
}

/**
 * A network with its data: says after each sample what comes next, and keeps it until it can be judged. What the judgement
 * teaches (`prequential/knot-errors.ts`, on scores instead of loads) corrects what is said now.
 */
export class NeuralModel implements FittedForecaster {
  readonly name = NAME;
  readonly #frame: Frame;
  readonly #knots: HorizonKnots;
  readonly #learnt: Learnt;
  readonly #samples: Samples;
  readonly #paths: NeuralPaths;
  readonly #errors: readonly KnotErrors[];
  /** Per knot: the quantiles for sample `i` are those at `i % steps`; NaN where nothing was said. */
  readonly #pending: readonly Float64Array[];
  /** What is said from the present origin: for each knot its quantiles. */
  readonly #present: Float64Array;
  #leading: number;
  #smallest: number;
  #largest: number;

  private constructor(frame: Frame, learnt: Learnt, state?: NeuralState) {
    const { horizonSteps, seasonSteps } = frame.options;
    const [smallest = Infinity, largest = -Infinity] = state === undefined ? [] : decodeFloats(state.range);
    this.#frame = frame;
    this.#knots = horizonKnots(horizonSteps, KNOTS);
    this.#learnt = learnt;
    this.#samples = new Samples(seasonSteps[0] ?? Infinity, state === undefined ? [] : decodeFloats(state.samples));
    this.#paths = new NeuralPaths(frame.stepMs, this.#knots.steps, learnt);
    this.#errors = this.#knots.steps.map(
      (steps, knot) => new KnotErrors(steps, seasonSteps[0] ?? 1, frame.stepMs, state?.errors[knot]),
    );
    this.#pending = this.#knots.steps.map((steps, knot) =>
      state === undefined ? new Float64Array(steps * LEVELS).fill(NaN) : decodeFloats(state.pending[knot]!),
    );
    this.#present = new Float64Array(this.#knots.steps.length * LEVELS);
    this.#leading = state?.leading ?? 0;
    this.#smallest = smallest;
    this.#largest = largest;
  }

  /** @param previous what `toJSON` of an earlier model returned; of no use: it is as if there were none */
  static fit(series: Series, options: FitOptions, learn: Learner, previous?: unknown): NeuralModel {
    const { startMs, stepMs, values } = series;
    const { horizonSteps, seasonSteps } = options;
    const leading = values.findIndex((value) => !Number.isNaN(value));
    const learnt = learn(
      new Samples(seasonSteps[0] ?? Infinity, values.subarray(leading)),
      { stepMs, seasonSteps, knots: horizonKnots(horizonSteps, KNOTS).steps },
      warmStart(previous, { stepMs, horizonSteps, firstMs: series.timeAt(leading) }),
    );
    const model = new NeuralModel({ startMs, stepMs, options }, learnt);
    for (const value of values) model.update(value);
    return model;
  }

  /** @throws {RangeError} state of another model or format version */
  static restore(json: unknown): NeuralModel {
    checkState(json, NAME, FORMAT);
    const state = json as NeuralState;
    const { startMs, stepMs, options } = state;
    return new NeuralModel({ startMs, stepMs, options }, decodeLearnt(state.learnt), state);
  }

  /** What the networks have learnt: with it, another fit comes to the same. */
  get learnt(): Learnt {
    return this.#learnt;
  }

  get originMs(): number {
    const { startMs, stepMs } = this.#frame;
    return startMs + (this.#leading + this.#samples.length - 1) * stepMs;
  }

  update(value: number): void {
    if (Number.isNaN(value) && this.#samples.length === 0) {
      this.#leading++;
      return;
    }
    this.#smallest = Math.min(this.#smallest, Number.isNaN(value) ? Infinity : value);
    this.#largest = Math.max(this.#largest, Number.isNaN(value) ? -Infinity : value);
    this.#judge(this.#samples.length, stabilise(value));
    this.#samples.push(value);
    const origin = this.#samples.length - 1;
    if (origin >= this.#learnt.judgedFrom) this.#expect(origin);
  }

  forecast(): Forecast {
    const { stepMs, options } = this.#frame;
    const { levels, horizonSteps } = options;
    const steps = Array.from({ length: horizonSteps }, (_, k) => k + 1);
    this.#paths.write(this.#samples.values, this.#samples.length - 1, this.#present);
    const expected = steps.map((h) =>
      Float64Array.from(NETWORK_LEVELS, (_, l) =>
        atHorizon(this.#knots, h, (knot) => this.#present[knot * LEVELS + l]!),
      ),
    );
    const correction = this.#atSteps(steps, (errors) => errors.correction);
    const spread = this.#atSteps(steps, (errors, h) => errors.relativeSpread(this.#samples.length + h - 1));
    const floor = Math.min(0, this.#smallest);
    const ceiling = Math.min(CEILING * Math.max(Math.abs(this.#largest), Math.abs(this.#smallest)), Number.MAX_VALUE);
    const values = levels.map((level) => {
      const quantile = this.#errors.map((errors) => errors.quantile(level));
      return Float64Array.from(steps, (h, k) => {
        const score = correction[k]! + spread[k]! * atHorizon(this.#knots, h, (knot) => quantile[knot]!);
        return Math.min(Math.max(destabilise(valueOf(score, expected[k]!)), floor), ceiling);
      });
    });
    return new Forecast({ model: NAME, originMs: this.originMs, stepMs, levels, values });
  }

  toJSON(): unknown {
    const state: NeuralState = {
      ...this.#frame,
      leading: this.#leading,
      samples: encodeFloats(this.#samples.toArray()),
      range: encodeFloats([this.#smallest, this.#largest]),
      learnt: encodeLearnt(this.#learnt),
      pending: this.#pending.map(encodeFloats),
      errors: this.#errors.map((errors) => errors.toJSON()),
    };
    return { format: FORMAT, model: NAME, ...state };
  }

  /** What the errors at the knots say of each step. */
  #atSteps(steps: readonly number[], valueOf: (errors: KnotErrors, h: number) => number): number[] {
    return steps.map((h) => atHorizon(this.#knots, h, (knot) => valueOf(this.#errors[knot]!, h)));
  }

  /** Learns from what was expected of a sample that has come; NaN: it has not. */
  #judge(index: number, sample: number): void {
    this.#knots.steps.forEach((steps, knot) => {
      const pending = this.#pending[knot]!;
      const from = (index % steps) * LEVELS;
      const error = Number.isNaN(sample) || Number.isNaN(pending[from]) ? NaN : scoreOf(sample, pending, from);
      this.#errors[knot]!.push(index, error);
    });
  }

  #expect(origin: number): void {
    this.#paths.write(this.#samples.values, origin, this.#present);
    this.#knots.steps.forEach((steps, knot) => {
      const quantiles = this.#present.subarray(knot * LEVELS, (knot + 1) * LEVELS);
      this.#pending[knot]!.set(quantiles, (origin % steps) * LEVELS);
    });
  }
}

/**
 * What a fit to a history that begins at `firstMs` can start from; undefined where the state is of another model or format, or
 * of another step or horizon. Levels do not matter: the network has its own.
 *
 * Also undefined for two days after the load has shifted. Weights that have been trained longer on what was before are surer of
 * it; the errors since make a band of them that is several times wider than that of weights which begin anew.
 */
function warmStart(
  json: unknown,
  { stepMs, horizonSteps, firstMs }: { stepMs: number; horizonSteps: number; firstMs: number },
): WarmStart | undefined {
  if (!isStateOf(json, NAME, FORMAT)) return undefined;
  const state = json as NeuralState;
  if (state.stepMs !== stepMs || state.options.horizonSteps !== horizonSteps) return undefined;
  if (state.errors.some(({ shift }) => new ShiftWatch(stepMs, shift).isRecent)) return undefined;
  const learnt = decodeLearnt(state.learnt);
  const unseenFromMs = state.startMs + (state.leading + learnt.judgedFrom) * stepMs;
  return { ...learnt, unseenFrom: Math.ceil((unseenFromMs - firstMs) / stepMs) };
}
