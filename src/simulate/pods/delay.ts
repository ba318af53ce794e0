import { gaussian, type Random } from '../../core/random.js';

/** Draws a duration in whole seconds, >= 0. */
export type Delay = (random: Random) => number;

/** Standard normal quantile of 0.95. */
const Z95 = 1.6448536269514722;

/** Always the same. */
export function fixedDelay(seconds: number): Delay {
  if (!(seconds >= 0)) throw new RangeError(`a delay must be >= 0 s, got ${seconds}`);
  return () => Math.round(seconds);
}

/**
 * Log-normally distributed: what start-up times look like, with a few that take much longer than most.
 *
 * @param p50S median, > 0
 * @param p95S 95th percentile, >= the median
 */
export function logNormalDelay({ p50S, p95S }: { readonly p50S: number; readonly p95S: number }): Delay {
  if (!(p50S > 0)) throw new RangeError(`p50S must be > 0, got ${p50S}`);
  if (!(p95S >= p50S)) throw new RangeError(`p95S must be >= p50S ${p50S}, got ${p95S}`);
  const deviation = Math.log(p95S / p50S) / Z95;
  return (random) => Math.round(p50S * Math.exp(deviation * gaussian(random)));
}

/** One of the measured durations, each equally likely. */
export function measuredDelay(samplesS: readonly number[]): Delay {
  if (samplesS.length === 0) throw new RangeError('a measured delay needs at least one sample');
  const wrong = samplesS.find((sample) => !(sample >= 0 && Number.isFinite(sample)));
  if (wrong !== undefined) throw new RangeError(`a measured delay must be >= 0 s and finite, got ${wrong}`);
  return (random) => Math.round(samplesS[Math.floor(random() * samplesS.length)]!);
}
