import type { Learnt } from './learnt.js';
import { weightCount, type NetworkShape } from './network.js';

/**
 * So many trainings in a row go on from each other, then one begins anew: at one in six hours, after two days. Each goes over
 * the same week, so that the weights come to know its noise by heart: without an end, the pinball loss on a restless generated
 * load rose by a quarter within two weeks. It also bounds how long anything wrong can last.
 */
const MOST_WARM_STARTS = 7;

/**
 * What an earlier training of the same workload has learnt, for the next one to begin from, as that one sees its history.
 *
 * There are two chains of weights: final ones go on from final ones, which have seen everything, and early ones from early ones.
 * Those have never been trained on anything from {@link unseenFrom} on, and the next are judged only by what comes at or after
 * it. So the errors that calibrate the band are still made by weights that had not seen what came, as after a training from
 * nothing; had the early weights gone on from the final ones, the band would be too narrow.
 */
export interface WarmStart extends Pick<Learnt, 'seasons' | 'early' | 'final' | 'warmStarts'> {
  /** Index from which on the early weights have seen nothing; may lie outside the history. */
  readonly unseenFrom: number;
}

/** Whether the weights belong to the same inputs and outputs, can be calculated with, and may be trained on once more. */
export function isOfUse(start: WarmStart, seasons: readonly number[], shape: NetworkShape): boolean {
  return (
    start.warmStarts < MOST_WARM_STARTS &&
    start.seasons.length === seasons.length &&
    start.seasons.every((season, i) => season === seasons[i]) &&
    [start.early, start.final].every(
      (weights) => weights.length === weightCount(shape) && weights.every(Number.isFinite),
    )
  );
}
