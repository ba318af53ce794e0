import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/duration.js';
import { gaussian, smoothNoise, stepNoise, uniform } from './noise.js';

/**
 * The shapes of the generated loads. Each is a pure function of a seed and a time in epoch milliseconds; days and hours
 * are UTC. None of them is taken from a real system.
 */

/** A shop's day begins when its load is lowest, so that a change of weekday does not show as a jump at midnight. */
const SHOP_DAY_BEGINS_MS = 4 * HOUR_MS;
/** By weekday, Sunday first. */
const SHOP_WEEK = [0.72, 1, 0.98, 1, 1.04, 1.12, 0.85] as const;
const LUNCH_WEEK = [0.3, 1, 1, 1, 1, 0.9, 0.35] as const;

/**
 * Requests per second of a shop: quiet nights, a morning ramp, a lunch break that doubles the load within twenty minutes
 * (not at the same minute every day), a long evening. Day-to-day level, weather-like drift and a noise whose spread grows with
 * the load.
 */
export function checkoutLoad(seed: number, timeMs: number): number {
  const shopTime = timeMs - SHOP_DAY_BEGINS_MS;
  const day = Math.floor(shopTime / DAY_MS);
  const weekday = weekdayOf(day * DAY_MS);
  const hour = 4 + (shopTime - day * DAY_MS) / HOUR_MS;

  const lunchLateHours = (1.5 / 60) * gaussian(seed, day);
  const lunch = rise(hour, 12 + lunchLateHours, 4 / 60) * (1 - rise(hour, 13.6, 0.15));
  const office = rise(hour, 7.6, 0.45) * (1 - 0.55 * rise(hour, 17, 0.5)) * (1 - rise(hour, 23.2, 0.5));
  const shape = 110 + 330 * office + 470 * LUNCH_WEEK[weekday]! * lunch + 640 * hump(hour, 20.2, 1.5);

  const level = Math.exp(
    0.04 * smoothNoise(seed + 1, timeMs, DAY_MS) + 0.025 * smoothNoise(seed + 2, timeMs, 1_200_000),
  );
  const expected = shape * SHOP_WEEK[weekday]! * level;
  const spread = 0.5 * Math.sqrt(expected) + 0.012 * expected;
  return Math.max(0, expected + spread * smoothNoise(seed + 3, timeMs, MINUTE_MS));
}

/**
 * Report jobs running: nothing, then some sixty of them on the hour for about twenty minutes, from 06:00 to 20:00, half as
 * many at weekends. A known 0 in between is a measurement like any other.
 */
export function reportsLoad(seed: number, timeMs: number): number {
  const hourIndex = Math.floor(timeMs / HOUR_MS);
  const hourOfDay = hourIndex % 24;
  if (hourOfDay < 6 || hourOfDay > 20) return 0;
  const minute = (timeMs - hourIndex * HOUR_MS) / MINUTE_MS;
  const lengthMinutes = 18 + 6 * uniform(seed, hourIndex);
  const weekday = weekdayOf(timeMs);
  const jobs = (weekday === 0 || weekday === 6 ? 30 : 60) * (1 + 0.07 * gaussian(seed + 1, hourIndex));
  // Jobs are queued within the first minute and finish over the last three.
  const running = Math.min(1, minute) * Math.min(1, Math.max(0, (lengthMinutes - minute) / 3));
  return Math.round(jobs * running * (1 + 0.03 * smoothNoise(seed + 2, timeMs, 2 * MINUTE_MS)));
}

/** Uploads arrive in bursts: in each half hour one begins with this probability. */
const BURST_SLOT_MS = 30 * MINUTE_MS;
const BURST_PROBABILITY = 0.15;

/**
 * Videos in transcoding: a daily swing that grows by 2 % of its first level each day, and bursts at random moments, which
 * nothing in the history announces.
 *
 * @param growsSinceMs where the growth starts from
 */
export function transcodeLoad(seed: number, timeMs: number, growsSinceMs: number): number {
  const growth = 1 + (0.02 * Math.max(0, timeMs - growsSinceMs)) / DAY_MS;
  const swing = 1 + 0.55 * Math.cos((2 * Math.PI * (timeMs - 18 * HOUR_MS)) / DAY_MS);
  const expected = 38 * growth * swing * Math.exp(0.06 * smoothNoise(seed, timeMs, 2 * HOUR_MS));
  const noisy = expected * (1 + 0.05 * smoothNoise(seed + 1, timeMs, MINUTE_MS));
  return Math.max(0, noisy + bursts(seed + 2, timeMs));
}

/**
 * Training runs in progress, started and stopped by people: a whole number that holds for a while and then jumps, on
 * several time scales at once, so that neither the clock nor the average tells the next level.
 */
export function trainingLoad(seed: number, timeMs: number): number {
  const level =
    0.25 * stepNoise(seed, timeMs, 70 * MINUTE_MS) +
    0.25 * stepNoise(seed + 10, timeMs, 5 * HOUR_MS) +
    0.35 * stepNoise(seed + 20, timeMs, 19 * HOUR_MS);
  return Math.round(22 * Math.exp(level));
}

function bursts(seed: number, timeMs: number): number {
  const slot = Math.floor(timeMs / BURST_SLOT_MS);
  let sum = 0;
  // Four slots back a burst has decayed to below 1 % of its height.
  for (let s = slot - 4; s <= slot; s++) {
    if (uniform(seed, s) >= BURST_PROBABILITY) continue;
    const sinceMinutes = (timeMs - (s + uniform(seed + 1, s)) * BURST_SLOT_MS) / MINUTE_MS;
    if (sinceMinutes <= 0) continue;
    const height = 30 + 70 * uniform(seed + 2, s);
    sum += height * Math.min(1, sinceMinutes / 3) * Math.exp(-Math.max(0, sinceMinutes - 3) / 14);
  }
  return sum;
}

/** 0 before, 1 after `at`, with most of the change within `width` on both sides. */
function rise(hour: number, at: number, width: number): number {
  return 1 / (1 + Math.exp((at - hour) / width));
}

function hump(hour: number, at: number, width: number): number {
  return Math.exp(-(((hour - at) / width) ** 2) / 2);
}

/** 0 is Sunday; day 0 of the epoch was a Thursday. */
function weekdayOf(timeMs: number): number {
  return (Math.floor(timeMs / DAY_MS) + 4) % 7;
}
