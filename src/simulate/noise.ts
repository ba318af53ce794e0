import { Demand } from './demand.js';
import { gaussian, type Random } from '../core/random.js';

/** What happens between two recorded samples, which the record does not show. */
export interface NoiseSettings {
  /** Standard deviation relative to the demand, >= 0; 0.1: two seconds in three lie within about 10 %. */
  readonly relativeDeviation: number;
  /** Seconds after which the noise has forgotten all but 37 % of itself; 0: every second for itself. */
  readonly correlationS: number;
}

/**
 * The demand with fluctuations around it: multiplied by a log-normal process with mean 1, first-order autoregressive in
 * its logarithm. It stays positive, and its expected value is the demand.
 *
 * @throws {RangeError} a negative deviation or correlation time
 */
export function withNoise(demand: Demand, noise: NoiseSettings, random: Random): Demand {
  const { relativeDeviation, correlationS } = noise;
  if (!(relativeDeviation >= 0)) throw new RangeError(`relativeDeviation must be >= 0, got ${relativeDeviation}`);
  if (!(correlationS >= 0)) throw new RangeError(`correlationS must be >= 0, got ${correlationS}`);
  if (relativeDeviation === 0) return demand;
  // The variance of the logarithm of a log-normal number with mean 1 and this standard deviation.
  const variance = Math.log1p(relativeDeviation ** 2);
  const memory = correlationS === 0 ? 0 : Math.exp(-1 / correlationS);
  const innovation = Math.sqrt(variance * (1 - memory ** 2));
  let state = Math.sqrt(variance) * gaussian(random);
  const values = demand.values.map((value) => {
    const noisy = value * Math.exp(state - variance / 2);
    state = memory * state + innovation * gaussian(random);
    return noisy;
  });
  return new Demand(demand.startMs, values);
}
