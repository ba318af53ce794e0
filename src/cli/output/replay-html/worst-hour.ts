import type { WorstHour, WorstHourStep } from '../../../replay/result.js';
import { formatNumber, UNKNOWN } from '../number-format.js';
import { formatDateTime, formatTime } from '../time-format.js';
import { bottomAxis, linearScale, roundTicks, stepArea, stepPath, svg, valueAxis, type Frame } from './chart.js';
import { escapeHtml, htmlTable } from './html.js';
import { legend, lineKey, NEEDED_KEY } from './legend.js';
import { ticksOfTime } from './replicas-chart.js';

const FRAME: Frame = { width: 960, height: 240, left: 48, right: 16, top: 28, bottom: 28 };
/** Rows of the table: one in so many minutes. */
const EVERY = 5;
const MOST_REASONS = 12;

/** The hour in which tidecast was short for longest: what was needed, ready and asked for, and why. */
export function worstHourSection(hour: WorstHour, zone: string): string {
  const { fromMs, toMs, minutesShort, steps } = hour;
  return `<section><h2>The worst hour of tidecast</h2>
<p>${formatDateTime(fromMs, zone)} to ${formatTime(toMs, zone)}: short for ${minutesShort.toFixed(1)} min.</p>
<figure>
${legend([NEEDED_KEY, 'needed by the load'], [lineKey('tidecast'), 'ready'], [lineKey('asked'), 'asked for'])}
${chart(hour, zone)}</figure>
${table(
  steps.filter((_, i) => i % EVERY === 0),
  zone,
)}
<h3>Decisions</h3>
<ol>${reasons(steps, zone)}</ol></section>`;
}

function chart({ fromMs, toMs, steps }: WorstHour, zone: string): string {
  const x = linearScale(fromMs, toMs, FRAME.left, FRAME.width - FRAME.right);
  const highest = steps.flatMap(({ needed, ready, desired }) => [needed, ready, desired]).filter(Number.isFinite);
  const ticks = roundTicks(Math.max(1, ...highest), 4);
  const y = linearScale(0, ticks.at(-1)!, FRAME.height - FRAME.bottom, FRAME.top);
  const xs = steps.map(({ timeMs }) => x.at(timeMs));
  const ys = (of: (step: WorstHourStep) => number): number[] => steps.map((step) => y.at(of(step)));
  const end = x.at(toMs);
  const parts = [
    valueAxis(FRAME, y, ticks, 'pods'),
    bottomAxis(FRAME, ticksOfTime(fromMs, toMs, x, zone)),
    `<path class="needed" d="${stepArea(
      xs,
      ys(({ needed }) => needed),
      end,
      y.at(0),
    )}"/>`,
    `<path class="line asked" d="${stepPath(
      xs,
      ys(({ desired }) => desired),
      end,
    )}"/>`,
    `<path class="line tidecast" d="${stepPath(
      xs,
      ys(({ ready }) => ready),
      end,
    )}"/>`,
  ];
  return svg(FRAME, 'Replicas needed, ready and asked for in the worst hour', parts.join(''));
}

function table(steps: readonly WorstHourStep[], zone: string): string {
  return htmlTable(
    ['time', 'load', 'served', 'from', 'needed', 'ready', 'asked for'],
    steps.map(({ timeMs, demand, served, origin, needed, ready, desired }) => ({
      cells: [
        formatTime(timeMs, zone),
        formatNumber(demand),
        formatNumber(served),
        origin,
        Number.isNaN(needed) ? UNKNOWN : String(needed),
        needed > ready ? `<span class="late">${ready}</span>` : String(ready),
        String(desired),
      ],
    })),
  );
}

/** Where the origin or the state of what is served changes. */
function reasons(steps: readonly WorstHourStep[], zone: string): string {
  return steps
    .filter(({ origin, state }, i) => origin !== steps[i - 1]?.origin || state !== steps[i - 1]?.state)
    .slice(0, MOST_REASONS)
    .map(({ timeMs, reason }) => `<li>${formatTime(timeMs, zone)} ${escapeHtml(reason)}</li>`)
    .join('\n');
}
