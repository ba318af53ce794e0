import type { Outcome } from '../simulate/outcome.js';
import { seededRandom } from '../core/random.js';
import { simulate, type ReplayStep } from '../simulate/simulate.js';
import type { Contender } from './contender.js';
import { simulationOf, type Period, type ReplayCase } from './prepare.js';

/**
 * Replays one contender over a period. The same arguments give the same outcome, and every contender meets the same
 * start-up times.
 *
 * @param onSync is told of every sync of the HPA, those of the run-up included
 */
export function play(
  replay: ReplayCase,
  { policy, settings }: Pick<Contender, 'policy' | 'settings'>,
  period: Period,
  onSync?: (step: ReplayStep) => void,
): Outcome {
  const simulation = { ...simulationOf(replay, period), ...settings };
  return simulate(policy(), replay.demand, simulation, seededRandom(replay.settings.seed), onSync);
}
