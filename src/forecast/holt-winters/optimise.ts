import { initialState } from './initial-state.js';
import { nelderMead } from './nelder-mead.js';
import { Smoothing, type Parameters } from './smoothing.js';

/** Damping outside of this is either no trend or none that is damped; the same reason as for the 0.8 to 0.98 of R. */
const LEAST_PHI = 0.7;
const MOST_PHI = 0.999;
/** Where the search begins: a level that moves, and one that hardly does and leaves the rest to the errors' memory. */
const STARTS: readonly (readonly number[])[] = [
  [-1, -3, -1, 1, 1],
  [-4, -2, -1, 2, 3],
];
/** Where the search begins first: what to go by when there is too little to search on. */
export const STANDARD: Parameters = parametersAt(STARTS[0]!, true);

/** Of the logarithm of the criterion: a thousandth of the mean squared error. */
const TOLERANCE = 1e-3;
const MAX_STEPS = 120;

export interface Task {
  /** From the first known sample on, NaN for gaps. The first season makes the initial state. */
  readonly values: Float64Array;
  /** Steps; 1 when there is no season. */
  readonly season: number;
  /** Half width of the moving mean over the initial season, steps. */
  readonly halfWidth: number;
  /** Steps ahead at which forecasts are judged. */
  readonly leads: readonly number[];
}

/**
 * The parameters that would have forecast these samples best: they minimise the geometric mean over the leads of the
 * mean squared error that many steps ahead. With leads of [1] that is least squares, the textbook's choice; judging at the
 * leads that matter is the AMSE criterion of Hyndman et al. (2008), Forecasting with Exponential Smoothing, 5.1. A geometric
 * mean, so that long leads, whose errors are larger, do not count more.
 */
export function optimise(task: Task): Parameters {
  const seasonal = task.season > 1;
  const objective = (point: readonly number[]): number => logError(task, parametersAt(point, seasonal));
  const minima = STARTS.map((start) => nelderMead(objective, start, { tolerance: TOLERANCE, maxSteps: MAX_STEPS }));
  const best = minima.reduce((left, right) => (right.value < left.value ? right : left));
  return parametersAt(best.at, seasonal);
}

/** Mean squared errors at each lead. A lead that no forecast was judged at has NaN. */
export function meanSquaredErrors({ values, season, halfWidth, leads }: Task, parameters: Parameters): number[] {
  const initial = initialState(values.subarray(0, season), halfWidth);
  const smoothing = new Smoothing(parameters, initial, Math.max(...leads));
  const pending = leads.map((lead) => new Float64Array(lead).fill(NaN));
  const sums = new Float64Array(leads.length);
  const counts = new Float64Array(leads.length);
  for (let i = season; i < values.length; i++) {
    const value = values[i]!;
    for (let j = 0; j < leads.length; j++) {
      const error = value - pending[j]![i % leads[j]!]!;
      if (Number.isNaN(error)) continue;
      sums[j]! += error * error;
      counts[j]!++;
    }
    smoothing.push(value);
    for (let j = 0; j < leads.length; j++) pending[j]![i % leads[j]!] = smoothing.ahead(leads[j]!);
  }
  return leads.map((_, j) => sums[j]! / counts[j]!);
}

function logError(task: Task, parameters: Parameters): number {
  const errors = meanSquaredErrors(task, parameters).filter((error) => !Number.isNaN(error));
  return errors.reduce((sum, error) => sum + Math.log(error), 0) / errors.length;
}

/** Parameters from a point of the unbounded space in which is searched. */
function parametersAt(point: readonly number[], seasonal: boolean): Parameters {
  const [alpha, beta, gamma, phi, rho] = point.map((x) => 1 / (1 + Math.exp(-x))) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    alpha,
    beta,
    gamma: seasonal ? gamma * (1 - alpha) : 0,
    phi: LEAST_PHI + (MOST_PHI - LEAST_PHI) * phi,
    rho,
  };
}
