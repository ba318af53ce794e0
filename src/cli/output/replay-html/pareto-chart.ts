import { HPA } from '../../../replay/contenders.js';
import type { ParetoCurve, ParetoPoint, PolicyResult } from '../../../replay/result.js';
import { formatNumber } from '../number-format.js';
import { bottomAxis, linearScale, roundTicks, svg, valueAxis, type Frame, type Scale } from './chart.js';
import { escapeHtml } from './html.js';
import { placeLabels } from './place-labels.js';

const FRAME: Frame = { width: 960, height: 360, left: 64, right: 24, top: 28, bottom: 44 };
/** Beyond these multiples of what the HPA comes to, points are left out: nobody would choose them, and they squeeze the rest. */
const MOST_SHORT = 3;
const MOST_HOURS = 1.6;
/** Shown at least, in minutes, where the HPA is hardly ever short. */
const LEAST_MINUTES = 10;
/** Free room at the sides, as a share of what is shown. */
const ROOM = 0.04;

/** Minutes short over pod-hours: each curve, and the policies as they were compared. Further left and lower is better. */
export function paretoChart(curves: readonly ParetoCurve[], policies: readonly PolicyResult[]): string {
  const reference = policies.find(({ name }) => name === HPA)!.outcome;
  const mostShort = Math.max(LEAST_MINUTES, MOST_SHORT * reference.minutesShort);
  const isShown = ({ podHours, minutesShort }: Pick<ParetoPoint, 'podHours' | 'minutesShort'>): boolean =>
    minutesShort <= mostShort && podHours <= MOST_HOURS * reference.podHours;
  const shownCurves = curves.map((curve) => ({ ...curve, points: curve.points.filter(isShown) }));
  const shownPolicies = policies.filter(({ outcome }) => isShown(outcome));
  const shown = [...shownCurves.flatMap(({ points }) => points), ...shownPolicies.map(({ outcome }) => outcome)];
  const hours = shown.map(({ podHours }) => podHours);
  const [least, most] = [Math.min(...hours) * (1 - ROOM), Math.max(...hours) * (1 + ROOM)];
  const yTicks = roundTicks(Math.max(...shown.map(({ minutesShort }) => minutesShort)), 5);
  const x = linearScale(least, most, FRAME.left, FRAME.width - FRAME.right);
  const y = linearScale(0, yTicks.at(-1)!, FRAME.height - FRAME.bottom, FRAME.top);
  const parts = [
    valueAxis(FRAME, y, yTicks, 'min short'),
    bottomAxis(FRAME, ticksWithin(least, most, x), 'pod-hours'),
    ...shownCurves.map((curve) => curveMarks(curve, x, y)),
    policyMarks(shownPolicies, x, y),
  ];
  return svg(FRAME, 'Minutes short over pod-hours', parts.join(''));
}

function ticksWithin(least: number, most: number, x: Scale): { at: number; label: string }[] {
  return roundTicks(most, 12)
    .filter((tick) => tick >= least && tick <= most)
    .map((tick) => ({ at: x.at(tick), label: formatNumber(tick) }));
}

function curveMarks({ policy, varied, points }: ParetoCurve, x: Scale, y: Scale): string {
  if (points.length === 0) return '';
  const className = `${policy === HPA ? 'hpa' : 'tidecast'}${varied === 'quantile' ? ' by-quantile' : ''}`;
  const path = points.map(({ podHours, minutesShort }) => `${x.at(podHours)} ${y.at(minutesShort)}`).join('L');
  const dots = points.map((point) => {
    const { targetUtilization, quantile, podHours, minutesShort } = point;
    const setting =
      varied === 'quantile' ? `quantile ${quantile ?? ''}` : `target ${formatNumber(100 * targetUtilization)} %`;
    const mark = `class="dot ${className}" cx="${x.at(podHours)}" cy="${y.at(minutesShort)}" r="3"`;
    return `<circle ${mark}>${title(`${policy}, ${setting}`, point)}</circle>`;
  });
  return `<path class="line ${className}" d="M${path}"/>${dots.join('')}`;
}

function policyMarks(policies: readonly PolicyResult[], x: Scale, y: Scale): string {
  const points = policies.map(({ name, outcome }) => ({
    text: name,
    x: x.at(outcome.podHours),
    y: y.at(outcome.minutesShort),
  }));
  const labels = placeLabels(points, FRAME.width);
  const marks = policies.map(({ name, outcome }, i) => {
    const { x: cx, y: cy } = points[i]!;
    return `<circle class="policy" cx="${cx}" cy="${cy}" r="4">${title(name, outcome)}</circle>`;
  });
  const names = labels.map(
    ({ text, x: left, y: baseline }) => `<text class="name" x="${left}" y="${baseline}">${escapeHtml(text)}</text>`,
  );
  return [...marks, ...names].join('');
}

function title(name: string, { podHours, minutesShort }: Pick<ParetoPoint, 'podHours' | 'minutesShort'>): string {
  const figures = `${formatNumber(podHours)} pod-hours, ${minutesShort.toFixed(1)} min short`;
  return `<title>${escapeHtml(`${name}: ${figures}`)}</title>`;
}
