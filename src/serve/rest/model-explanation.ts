import type { Coverage } from '../../core/coverage.js';
import { formatDayTime, formatNumber } from '../../core/format.js';
import { marginOf, type ModelSelection } from '../../core/model-selection.js';
import type { WorkloadStatus } from '../view.js';

/** Why the model in use is in use, how long its forecasts are provisional, and how often they have been right. */
export function explainModel({ model, coverage }: Pick<WorkloadStatus, 'model' | 'coverage'>): string[] {
  if (model === null) return [];
  const { name, selection, provisionalUntilMs } = model;
  return [
    ...(selection === null ? [] : [`Model ${name} is in use: ${reasonsFor(selection)}.`]),
    ...(provisionalUntilMs === null
      ? []
      : [
          `Until ${formatDayTime(provisionalUntilMs)} forecasts are provisional: a daily curve takes two days to show.`,
        ]),
    ...(coverage === null
      ? []
      : [
          `For the end of the lead time: ${coverageOver('day', coverage.day)}; ${coverageOver('week', coverage.week)}.`,
        ]),
  ];
}

function reasonsFor(selection: ModelSelection): string {
  const { origins, loss, runnerUp } = selection;
  const own = `over ${origins} moments of the history it lost ${formatNumber(loss)} on average`;
  const margin = marginOf(selection);
  if (runnerUp === null || margin === null) return `${own}, and no other could be tried`;
  const other = `${runnerUp.model} ${formatNumber(runnerUp.loss)}`;
  if (margin >= 0) return `${own}, and the next best, ${other}`;
  return `${own}; ${other} is less, but not by enough, long enough, to change the model`;
}

function coverageOver(window: string, { samples, levels }: Coverage): string {
  const shares = levels
    .filter(({ level }) => level >= 0.5)
    .map(({ level, share }) => `${formatNumber(100 * share)} % at or below level ${level}`);
  return `over the last ${window} (${samples} samples) the load was ${shares.join(', ')}`;
}
