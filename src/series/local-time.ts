import { DAY_MS, MINUTE_MS, SECOND_MS } from '../core/duration.js';
import { isTimeZone } from '../core/time-zone.js';

/** Changes of an offset happen at whole quarters of an hour. */
const QUARTER_MS = 15 * MINUTE_MS;

/** What the clocks on the wall of a time zone show. */
export interface LocalTime {
  /** IANA name. */
  readonly zone: string;
  /** Wall-clock time at `timeMs`, as the epoch milliseconds at which clocks in UTC show the same. */
  localMs(timeMs: number): number;
}

/**
 * The wall clock of a time zone, from the time zone database of the runtime. Remembers what it was asked: asking for
 * each sample of a year costs a few thousand look-ups.
 *
 * @throws {RangeError} not the name of a time zone
 */
export function localTimeOf(zone: string): LocalTime {
  if (!isTimeZone(zone)) throw new RangeError(`"${zone}" is not a time zone; expected a name such as Europe/Berlin`);
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const known = new Map<number, number>();
  const offsetAt = (timeMs: number): number => {
    let offset = known.get(timeMs);
    if (offset === undefined) known.set(timeMs, (offset = readOffset(format, timeMs)));
    return offset;
  };
  const floor = (timeMs: number, unitMs: number): number => Math.floor(timeMs / unitMs) * unitMs;
  return {
    zone,
    localMs(timeMs) {
      const dayMs = floor(timeMs, DAY_MS);
      const offset = offsetAt(dayMs);
      return timeMs + (offset === offsetAt(dayMs + DAY_MS) ? offset : offsetAt(floor(timeMs, QUARTER_MS)));
    },
  };
}

/** Reads `GMT`, `GMT+02:00` or `GMT-00:44:30`. */
function readOffset(format: Intl.DateTimeFormat, timeMs: number): number {
  const text = format.formatToParts(timeMs).find(({ type }) => type === 'timeZoneName')!.value;
  const [hours = 0, minutes = 0, seconds = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return (text.includes('-') ? -1 : 1) * ((hours * 60 + minutes) * MINUTE_MS + seconds * SECOND_MS);
}
