import type { DemoReplicas, DemoRow, DemoScreen } from './demo-data.js';
import { formatNumber } from './number-format.js';
import { formatDateTime } from './time-format.js';

/** What a demo without a terminal says first: what it is, and where to look. */
export function renderDemoIntro(screen: Pick<DemoScreen, 'speed' | 'links'>): string {
  return [demoClaim(screen), ...screen.links].join('\n');
}

/** One workload at one moment as one line, for a demo without a terminal. */
export function renderDemoLine({ nowMs, zone }: Pick<DemoScreen, 'nowMs' | 'zone'>, row: DemoRow): string {
  const { name, load, unit, served, origin, state, tidecast, hpaAlone } = row;
  const value = served === null ? 'serves an error' : `serves ${formatNumber(served)} (${origin})`;
  return [
    `${formatDateTime(nowMs, zone)} ${zone} ${name}: load ${formatNumber(load, unit)}`,
    `${value}, ${state}`,
    `pods ${readiness(tidecast)} (HPA alone ${readiness(hpaAlone)})`,
    `short ${minutesShort(tidecast)} min (HPA alone ${minutesShort(hpaAlone)} min)`,
  ].join(', ');
}

/** What the demo is, in the words that every form of it begins with. */
export function demoClaim({ speed }: Pick<DemoScreen, 'speed'>): string {
  return `tidecast demo: generated data, ${pace(speed)}`;
}

/** Ready and wanted pods, as `kubectl get deployments` writes them. */
export function readiness({ ready, desired }: DemoReplicas): string {
  return `${ready}/${desired}`;
}

/** Minutes short, to a tenth. */
export function minutesShort(tally: DemoReplicas): string {
  return tally.minutesShort.toFixed(1);
}

/** How fast the demo's time passes, in whole units where possible. */
function pace(speed: number): string {
  if (speed === 1) return 'in real time';
  if (speed < 60) return `1 minute here = ${count(60 / speed, 'second')}`;
  return `${count(speed / 60, 'minute')} here = 1 second`;
}

function count(amount: number, noun: string): string {
  return `${formatNumber(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}
