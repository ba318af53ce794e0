import { Hindsight, type Task } from './hindsight.js';
import { nelderMead } from './nelder-mead.js';
import type { Parameters } from './smoothing.js';

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

/**
 * The parameters that would have forecast these samples best: they minimise the geometric mean over the leads of the
 * mean squared error that many steps ahead. With leads of [1] that is least squares, the textbook's choice; judging at the
 * leads that matter is the AMSE criterion of Hyndman et al. (2008), Forecasting with Exponential Smoothing, 5.1. A geometric
 * mean, so that long leads, whose errors are larger, do not count more.
 */
export function optimise(task: Task): Parameters {
  const seasonal = task.season > 1;
  const hindsight = new Hindsight(task);
  const objective = (point: readonly number[]): number => logError(hindsight, parametersAt(point, seasonal));
  const minima = STARTS.map((start) => nelderMead(objective, start, { tolerance: TOLERANCE, maxSteps: MAX_STEPS }));
  const best = minima.reduce((left, right) => (right.value < left.value ? right : left));
  return parametersAt(best.at, seasonal);
}

function logError(hindsight: Hindsight, parameters: Parameters): number {
  const errors = hindsight.meanSquaredErrors(parameters).filter((error) => !Number.isNaN(error));
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
