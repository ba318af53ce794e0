import { MINUTE_MS } from '../../core/duration.js';

const formats = new Map<string, Intl.DateTimeFormat>();

/** The IANA name of the time zone this process runs in, such as `Europe/Lisbon`. */
export function localTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * Time of day, 24 hours: `18:05`.
 *
 * @param zone IANA name, such as `UTC` or `Europe/Lisbon`
 * @throws {RangeError} an unknown zone, or a time that is not finite
 */
export function formatTime(timeMs: number, zone: string): string {
  const { hour, minute } = partsOf(timeMs, zone);
  return `${hour}:${minute}`;
}

/** Date and time of day: `2026-03-01 18:05`. Parameters as {@link formatTime}. */
export function formatDateTime(timeMs: number, zone: string): string {
  const { year, month, day } = partsOf(timeMs, zone);
  return `${year}-${month}-${day} ${formatTime(timeMs, zone)}`;
}

/** Weekday and day of the month: `Sun 1`. Parameters as {@link formatTime}. */
export function formatWeekday(timeMs: number, zone: string): string {
  const { weekday, day } = partsOf(timeMs, zone);
  return `${weekday} ${Number(day)}`;
}

/** How far the zone's clocks are ahead of UTC at that moment, in milliseconds. Parameters as {@link formatTime}. */
export function zoneOffsetMs(timeMs: number, zone: string): number {
  const { year, month, day, hour, minute } = partsOf(timeMs, zone);
  const shown = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  return shown - Math.floor(timeMs / MINUTE_MS) * MINUTE_MS;
}

type Part = 'weekday' | 'year' | 'month' | 'day' | 'hour' | 'minute';

function partsOf(timeMs: number, zone: string): Record<Part, string> {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    // Building a format takes far longer than using it.
    formats.set(zone, format);
  }
  return Object.fromEntries(format.formatToParts(timeMs).map(({ type, value }) => [type, value])) as Record<
    Part,
    string
  >;
}
