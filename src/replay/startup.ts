import { quantileSorted } from 'simple-statistics';
import { fixedDelay, logNormalDelay, measuredDelay, type Delay } from '../simulate/pods/delay.js';

/**
 * Time of a pod from being scheduled to being ready: as it was measured, else log-normal, or always the same where both
 * quantiles are equal.
 */
export interface Startup {
  readonly p50S: number;
  readonly p95S: number;
  /** Measured times, each equally likely; the quantiles above are theirs. Left out: there are none. */
  readonly samplesS?: readonly number[];
}

/** Fewer say nothing about a 95th percentile. */
export const LEAST_STARTUP_SAMPLES = 5;

/**
 * Start-up times as they were measured. Quantiles lie between samples where they have to (R's type 7).
 *
 * @param samplesS seconds, >= 0 and finite, at least {@link LEAST_STARTUP_SAMPLES}
 */
export function measuredStartup(samplesS: readonly number[]): Startup {
  const sorted = samplesS.toSorted((a, b) => a - b);
  return { p50S: quantileSorted(sorted, 0.5), p95S: quantileSorted(sorted, 0.95), samplesS };
}

/** How the pods of a replay start. */
export function startupDelay({ p50S, p95S, samplesS }: Startup): Delay {
  if (samplesS !== undefined) return measuredDelay(samplesS);
  return p50S === p95S ? fixedDelay(p50S) : logNormalDelay({ p50S, p95S });
}
