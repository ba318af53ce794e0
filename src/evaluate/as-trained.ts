import type { Forecaster } from '../core/forecaster.js';
import type { Workload } from '../core/workload.js';
import { inTimeZone } from '../forecast/local-time.js';
import { cleanHistory } from '../series/hygiene/clean-history.js';
import type { Contestant } from './contestant.js';

/**
 * A forecaster as training treats it: at each origin it is shown the history before it cleaned by what was known then,
 * on the time of the workload's zone. What it is scored against stays as it was.
 */
export function asTrained(
  forecaster: Forecaster,
  { ignoreWindows, saturation, timeZone }: Pick<Workload, 'ignoreWindows' | 'saturation' | 'timeZone'>,
): Contestant {
  const inZone = inTimeZone(forecaster, timeZone);
  return {
    name: forecaster.name,
    minSamples: (options) => forecaster.minSamples(options),
    fit(series, options) {
      const { seasonSteps } = options;
      const hygiene = { ignoreWindows, seasonSteps, ...(saturation !== undefined && { saturation }) };
      return inZone.fit(cleanHistory(series, hygiene).series, options);
    },
  };
}
