import { MINUTE_MS } from './duration.js';

const MINUTES_A_DAY = 1_440;

/** A number for a sentence: four significant digits, no exponent between 1e-4 and 1e15, `unknown` for NaN. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'unknown';
  const rounded = Number(value.toPrecision(4));
  return rounded === 0 ? '0' : String(rounded);
}

/** A moment that may be days away for a sentence: `2026-03-07 18:40 UTC`. */
export function formatDayTime(timeMs: number): string {
  return `${new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A moment for a sentence: `18:40 UTC`. Every decision has one, so without a `Date`. */
export function formatClockTime(timeMs: number): string {
  const minutes = Math.floor(timeMs / MINUTE_MS) % MINUTES_A_DAY;
  const ofDay = minutes < 0 ? minutes + MINUTES_A_DAY : minutes;
  return `${twoDigits(Math.floor(ofDay / 60))}:${twoDigits(ofDay % 60)} UTC`;
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
