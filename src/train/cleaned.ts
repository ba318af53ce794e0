import { cleanHistory, type CleanHistory } from '../series/hygiene/clean-history.js';
import type { TrainRequest } from './request.js';
import { seriesOf, usableHistory } from './usable-history.js';

/** The history of a request as a model is to see it, and what it is not shown. */
export function cleaned(
  { history, ignoreWindows, saturation }: Pick<TrainRequest, 'history' | 'ignoreWindows' | 'saturation'>,
  seasonSteps: readonly number[],
): CleanHistory {
  const options = { ignoreWindows, seasonSteps, ...(saturation !== undefined && { saturation }) };
  return cleanHistory(usableHistory(seriesOf(history), []), options);
}
