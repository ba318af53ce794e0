import { MINUTE_MS } from '../../core/duration.js';
import type { WorstHour } from '../../replay/result.js';
import { formatNumber, UNKNOWN } from './number-format.js';
import { right, type ReportLayout } from './report-layout.js';
import { renderTable } from './table.js';
import { formatDateTime, formatTime } from './time-format.js';

/** Lines of the worst hour; the decisions in between say the same as their neighbours. */
const EXPLAINED_EVERY_MS = 5 * MINUTE_MS;
/** Reasons shown: those where the origin or the state of what is served changes. */
const MOST_TURNS = 8;

/** What was served, and what it led to, every five minutes; with the reasons. */
export function worstHourTable(
  { fromMs, toMs, minutesShort, steps }: WorstHour,
  { zone, colors }: ReportLayout,
): string {
  const shown = steps.filter(({ timeMs }, i) => i === 0 || (timeMs - fromMs) % EXPLAINED_EVERY_MS < MINUTE_MS);
  const turns = steps.filter(
    ({ origin, state }, i) => origin !== steps[i - 1]?.origin || state !== steps[i - 1]?.state,
  );
  return [
    `Worst hour of tidecast, ${formatDateTime(fromMs, zone)} to ${formatTime(toMs, zone)}: short for ${minutesShort.toFixed(1)} min.`,
    renderTable(
      [{ title: 'TIME' }, ...['LOAD', 'SERVED', 'FROM', 'NEEDED', 'READY', 'ASKED FOR'].map(right)],
      shown.map(({ timeMs, demand, served, origin, needed, ready, desired }) => [
        formatTime(timeMs, zone),
        formatNumber(demand),
        formatNumber(served),
        origin,
        Number.isNaN(needed) ? UNKNOWN : String(needed),
        needed > ready ? colors.red(String(ready)) : String(ready),
        String(desired),
      ]),
      colors,
    ),
    '',
    ...turns.slice(0, MOST_TURNS).map(({ timeMs, reason }) => `${formatTime(timeMs, zone)} ${reason}`),
  ].join('\n');
}
