const RFC3339 = /^(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2}:\d{2})(\.\d+)?(z|([-+])([01]\d|2[0-3]):([0-5]\d))$/i;

/**
 * Reads a time such as `2026-03-01T08:00:00Z` or `2026-03-01T09:00:00.5+01:00` (RFC 3339, leap seconds excluded).
 * Unlike `Date.parse`, it needs the offset and refuses days that do not exist.
 *
 * @returns epoch milliseconds, or undefined for any other text
 */
export function parseRfc3339(text: string): number | undefined {
  const match = RFC3339.exec(text.trim());
  if (match === null) return undefined;
  const [, date, time, fraction = '', , sign, hours = '0', minutes = '0'] = match;
  const localMs = Date.parse(`${date!}T${time!}Z`);
  // A day or time that does not exist either fails to parse or comes back as another one.
  if (Number.isNaN(localMs) || new Date(localMs).toISOString() !== `${date!}T${time!}.000Z`) return undefined;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return localMs + Math.floor(Number(`0${fraction}`) * 1000) - offsetMs;
}
