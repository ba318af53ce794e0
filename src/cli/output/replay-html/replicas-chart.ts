import { DAY_MS, formatDuration } from '../../../core/duration.js';
import type { PolicyResult, ReplayResult, Timeline } from '../../../replay/result.js';
import { timeTicks } from '../axis.js';
import { formatTime, formatWeekday } from '../time-format.js';
import {
  bottomAxis,
  linearScale,
  roundTicks,
  stepArea,
  stepPath,
  svg,
  valueAxis,
  type Frame,
  type Scale,
} from './chart.js';

const TICKS = 8;
/** Shortages that are closer together than this, in units of the drawing, are one band. */
const BAND_GAP = 0.5;
const MARK_HEIGHT = 5;

/** What is drawn over the load. */
export interface Drawn {
  readonly policy: PolicyResult;
  /** Of its line. */
  readonly className: string;
}

/**
 * The replicas that were needed as an area, the ready ones of some policies as lines, and a red band for each shortage of
 * the first policy.
 */
export function replicasChart(
  { timeline, report }: Pick<ReplayResult, 'timeline' | 'report'>,
  drawn: readonly Drawn[],
  frame: Frame,
  zone: string,
): string {
  const x = linearScale(report.fromMs, report.toMs, frame.left, frame.width - frame.right);
  const known = [...timeline.needed, ...drawn.flatMap(({ policy }) => policy.ready)].filter(Number.isFinite);
  const ticks = roundTicks(
    known.reduce((highest, value) => Math.max(highest, value), 1),
    frame.height > 200 ? 5 : 2,
  );
  const y = linearScale(0, ticks.at(-1)!, frame.height - frame.bottom, frame.top);
  const [first] = drawn;
  const parts = [
    first === undefined ? '' : shortageBands(first.policy, x, frame),
    valueAxis(frame, y, ticks, 'pods'),
    bottomAxis(frame, ticksOfTime(report.fromMs, report.toMs, x, zone)),
    `<path class="needed" d="${area(timeline, x, y)}"/>`,
    ...drawn
      .toReversed()
      .map(({ policy, className }) => `<path class="line ${className}" d="${line(timeline, policy.ready, x, y)}"/>`),
  ];
  const names = drawn.map(({ policy }) => policy.name).join(' and ');
  return svg(frame, `Replicas needed, and ready under ${names}`, parts.join(''));
}

export function ticksOfTime(fromMs: number, toMs: number, x: Scale, zone: string): { at: number; label: string }[] {
  const { stepMs, times } = timeTicks(fromMs, toMs, TICKS, zone);
  return times.map((timeMs) => ({
    at: x.at(timeMs),
    label: stepMs >= DAY_MS ? formatWeekday(timeMs, zone) : formatTime(timeMs, zone),
  }));
}

function area({ startMs, stepMs, needed }: Timeline, x: Scale, y: Scale): string {
  const xs = needed.map((_, i) => x.at(startMs + i * stepMs));
  return stepArea(xs, needed.map(y.at), x.at(Math.min(x.to, startMs + needed.length * stepMs)), y.at(0));
}

function line({ startMs, stepMs }: Timeline, ready: readonly number[], x: Scale, y: Scale): string {
  const xs = ready.map((_, i) => x.at(startMs + i * stepMs));
  const ys = ready.map((replicas) => (Number.isFinite(replicas) ? y.at(replicas) : NaN));
  return stepPath(xs, ys, x.at(Math.min(x.to, startMs + ready.length * stepMs)));
}

/** At least a unit wide each, so that none is overlooked, and dark at the top, so that paper without colour shows them. */
function shortageBands({ outcome }: PolicyResult, x: Scale, frame: Frame): string {
  const bands: { from: number; to: number; ms: number }[] = [];
  for (const { startMs, endMs } of outcome.episodes) {
    const from = x.at(startMs);
    const to = Math.max(from + 1, x.at(endMs));
    const last = bands.at(-1);
    if (last !== undefined && from <= last.to + BAND_GAP) {
      last.to = Math.max(last.to, to);
      last.ms += endMs - startMs;
    } else bands.push({ from, to, ms: endMs - startMs });
  }
  const height = frame.height - frame.bottom - frame.top;
  return bands
    .map(({ from, to, ms }) => {
      const at = `x="${from}" y="${frame.top}" width="${Number((to - from).toFixed(1))}"`;
      const title = `<title>short for ${formatDuration(Math.round(ms / 1_000) * 1_000)}</title>`;
      return `<rect class="short" ${at} height="${height}">${title}</rect><rect class="short-mark" ${at} height="${MARK_HEIGHT}"/>`;
    })
    .join('');
}
