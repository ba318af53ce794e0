import type { Outcome } from '../simulate/outcome.js';
import { HPA, hpa, TIDECAST, tidecast } from './contenders.js';
import { Ledger } from './ledger.js';
import { play } from './play.js';
import type { ReplayCase } from './prepare.js';
import type { ParetoCurve, ParetoPoint } from './result.js';
import { SETTING_GRID } from './search.js';
import type { Setting } from './settings.js';
import type { ForecastWalk } from './walk.js';

/**
 * What each minute short less costs in pod-hours, over the period that is reported: for the HPA by its utilisation, for
 * tidecast by the same and by the quantile, each with the rest of its setting unchanged.
 */
export function paretoCurves(replay: ReplayCase, walk: ForecastWalk, setting: Setting): ParetoCurve[] {
  const { report } = replay;
  const targets = SETTING_GRID.targetUtilization;
  const ledger = new Ledger(replay, walk, setting, report);
  const ours = (tried: Setting, decisions: Ledger): ParetoPoint =>
    point(tried.targetUtilization, tried.quantile, play(replay, tidecast(replay, decisions, tried), report));
  return [
    curve(
      HPA,
      'target utilisation',
      targets.map((target) => point(target, null, play(replay, hpa(replay, target), report))),
    ),
    curve(
      TIDECAST,
      'target utilisation',
      targets.map((targetUtilization) => ours({ ...setting, targetUtilization }, ledger)),
    ),
    curve(
      TIDECAST,
      'quantile',
      SETTING_GRID.quantile.map((quantile) => {
        const tried = { ...setting, quantile };
        return ours(tried, new Ledger(replay, walk, tried, report));
      }),
    ),
  ];
}

function curve(policy: string, varied: string, points: readonly ParetoPoint[]): ParetoCurve {
  return { policy, varied, points: points.toSorted((a, b) => a.podHours - b.podHours) };
}

function point(targetUtilization: number, quantile: number | null, outcome: Outcome): ParetoPoint {
  const { minutes, minutesShort, podHours, scaleUps } = outcome;
  return {
    targetUtilization,
    quantile,
    short: minutes === 0 ? 0 : minutesShort / minutes,
    minutesShort,
    podHours,
    scaleUps,
  };
}
