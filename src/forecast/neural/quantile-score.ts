import { probit } from 'simple-statistics';
import { MEDIAN, NETWORK_LEVELS } from './network.js';

/** Where the levels of the network lie on the scale of scores: the standard normal quantiles. */
const SCORES = NETWORK_LEVELS.map((level, l) => (l === MEDIAN ? 0 : probit(level)));

/**
 * How high a value is among what the network expected, as a standard normal score: 0 is the median, 1.28 the 0.9 quantile, and
 * linear between the levels of the network; beyond the outermost, the last piece goes on.
 *
 * If the network were right, scores would be standard normal. What they really are corrects it: Chernozhukov, Wuthrich & Zhu
 * (2021), "Distributional conformal prediction", PNAS 118(48).
 *
 * @param quantiles of the levels of the network, strictly ascending, beginning at index `from`
 */
export function scoreOf(value: number, quantiles: ArrayLike<number>, from = 0): number {
  const upper = pieceOf((l) => quantiles[from + l]! >= value);
  const low = quantiles[from + upper - 1]!;
  const share = (value - low) / (quantiles[from + upper]! - low);
  return SCORES[upper - 1]! + share * (SCORES[upper]! - SCORES[upper - 1]!);
}

/** The value that has a score: the inverse of {@link scoreOf}. */
export function valueOf(score: number, quantiles: ArrayLike<number>, from = 0): number {
  const upper = pieceOf((l) => SCORES[l]! >= score);
  const low = quantiles[from + upper - 1]!;
  const share = (score - SCORES[upper - 1]!) / (SCORES[upper]! - SCORES[upper - 1]!);
  return low + share * (quantiles[from + upper]! - low);
}

/** The level at the upper end of a piece: the first one that is high enough, but neither below the first piece nor above the last. */
function pieceOf(isHighEnough: (level: number) => boolean): number {
  let upper = 1;
  while (upper < SCORES.length - 1 && !isHighEnough(upper)) upper++;
  return upper;
}
