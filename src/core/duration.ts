/** Length of each unit in milliseconds. Prometheus and KEDA agree on these: a day is 24 h, a week 7 d. */
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

const TERM = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w)/gy;

export const SECOND_MS = UNIT_MS.s;
export const MINUTE_MS = UNIT_MS.m;
export const HOUR_MS = UNIT_MS.h;
export const DAY_MS = UNIT_MS.d;
export const WEEK_MS = UNIT_MS.w;

/** What {@link parseDuration} accepts, for use in messages. */
export const DURATION_SYNTAX = 'a duration such as 30s, 5m, 2h, 7d, 1w or 1d12h';

/**
 * Reads a duration in the syntax KEDA's `predictkube` trigger and Prometheus share: numbers with units, largest first
 * by custom but in any order, without spaces (`2h`, `1d12h`, `1.5h`). A bare `0` is the zero duration.
 *
 * @returns milliseconds; units below a millisecond contribute their fraction
 * @throws {RangeError} anything else, quoting the text
 */
export function parseDuration(text: string): number {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  let total = 0;
  TERM.lastIndex = 0;
  let end = 0;
  while (end < trimmed.length) {
    const match = TERM.exec(trimmed);
    if (match === null) break;
    total += Number(match[1]) * unitMs(match[2]!);
    end = TERM.lastIndex;
  }
  if (end === 0 || end !== trimmed.length || !Number.isFinite(total)) {
    throw new RangeError(`"${text}" is not a duration; expected ${DURATION_SYNTAX}`);
  }
  return total;
}

/**
 * Writes a duration as a person would: whole units, largest first, at most two of them beyond a minute (`2h`, `1d12h`,
 * `4m30s`, `250ms`). Rounds to the second above one second.
 *
 * @param ms milliseconds; negative values keep their sign, NaN and infinities print as `unknown`
 */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return 'unknown';
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (Math.round(ms) < SECOND_MS) return `${Math.round(ms)}ms`;
  let rest = Math.round(ms / SECOND_MS);
  const parts: string[] = [];
  for (const [unit, seconds] of [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count}${unit}`);
  }
  return parts.slice(0, 2).join('');
}

function unitMs(unit: string): number {
  if (unit === 'ns') return 1e-6;
  if (unit === 'us' || unit === 'µs') return 1e-3;
  return UNIT_MS[unit as keyof typeof UNIT_MS];
}
