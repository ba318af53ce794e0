import { formatNumber } from '../core/format.js';
import { marginOf, type ModelSelection } from '../core/model-selection.js';

/** A change of the model in use and its reason, for the log. @param selection why the new one; null: none could be tried */
export function describeChange(before: string, now: string, selection: ModelSelection | null): string {
  const change = `the model is ${now} now instead of ${before}`;
  const margin = selection && marginOf(selection);
  if (selection?.runnerUp == null || margin === null) return change;
  const { origins, loss, runnerUp } = selection;
  return (
    `${change}: over ${origins} moments of the history it lost ${formatNumber(loss)} on average, ` +
    `${runnerUp.model} ${formatNumber(runnerUp.loss)} (${formatNumber(100 * margin)} % more)`
  );
}
