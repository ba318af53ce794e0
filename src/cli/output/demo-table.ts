import type { State } from '../../core/decision.js';
import type { DemoReplicas, DemoRow, DemoScreen } from './demo-data.js';
import { minutesShort, readiness } from './demo-line.js';
import { formatNumber } from './number-format.js';
import type { Colors } from './style.js';
import { renderTable } from './table.js';
import { truncate } from './text.js';

/** From this width on, units and pod-hours are shown. */
export const WIDE_TABLE = 98;

/**
 * What each workload's numbers are, two lines of titles first.
 *
 * @param allReasons whether the reason stands below each workload, or only below the plotted one
 */
export function workloadTable(
  { rows, focus }: DemoScreen,
  width: number,
  allReasons: boolean,
  colors: Colors,
): string[] {
  const wide = width >= WIDE_TABLE;
  const columns = [
    { title: '\nworkload' },
    { title: '\nload', align: 'right' },
    { title: '\nserved', align: 'right' },
    { title: '\nstate' },
    ...compared('pods ready'),
    ...compared('min short'),
    ...(wide ? compared('pod-hours') : []),
  ] as const;
  const cells = rows.map((row, i) => [
    i === focus ? colors.bold(row.name) : row.name,
    formatNumber(row.load, wide ? row.unit : ''),
    servedCell(row, colors),
    stateCell(row.state, colors),
    readiness(row.tidecast),
    readiness(row.hpaAlone),
    shortCell(row.tidecast, row.hpaAlone, colors),
    shortCell(row.hpaAlone, row.tidecast, colors),
    ...(wide ? [row.tidecast.podHours.toFixed(1), row.hpaAlone.podHours.toFixed(1)] : []),
  ]);
  const lines = renderTable(columns, cells, colors).split('\n');
  const withReasons = rows.flatMap((row, i) => {
    const reason = colors.dim(`  ${truncate(row.reason, width - 2)}`);
    return allReasons || i === focus ? [lines[i + 2]!, reason] : [lines[i + 2]!];
  });
  return [...lines.slice(0, 2), ...withReasons];
}

function compared(what: string): readonly { title: string; align: 'right' }[] {
  return [
    { title: `${what}\ntidecast`, align: 'right' },
    { title: '\nHPA', align: 'right' },
  ];
}

function servedCell({ served, origin }: DemoRow, colors: Colors): string {
  if (served === null) return colors.red('error');
  return origin === 'forecast' ? colors.cyan(formatNumber(served)) : formatNumber(served);
}

function stateCell(state: State, colors: Colors): string {
  const paint = { fresh: colors.green, cold: colors.blue, degraded: colors.yellow, stale: colors.red }[state];
  return paint(state);
}

function shortCell(own: DemoReplicas, other: DemoReplicas, colors: Colors): string {
  if (own.minutesShort === other.minutesShort) return minutesShort(own);
  return own.minutesShort < other.minutesShort ? colors.green(minutesShort(own)) : colors.red(minutesShort(own));
}
