import { DAY_MS, HOUR_MS, SECOND_MS } from '../../src/core/duration.js';
import { gaussian, uniform } from '../../src/demo/noise.js';

/** Step of the run: messages are published, worked off and counted once in it, and it is the HPA's sync period. */
export const TICK_S = 15;
const TICK_MS = TICK_S * SECOND_MS;

/** Messages that somebody puts into the queue beside the publishers that are measured. */
export interface Burst {
  readonly atMs: number;
  readonly messages: number;
  /** Evenly over so many steps. */
  readonly ticks: number;
}

/**
 * Messages per second of people at work: two at night; from eight to half past eight UTC up to twelve, at lunch a little less,
 * from five in the afternoon down again.
 */
export function dailyRate(timeMs: number): number {
  const hour = (timeMs % DAY_MS) / HOUR_MS;
  const ramp = (from: number, hours: number): number => Math.min(1, Math.max(0, (hour - from) / hours));
  const lunch = 1 - 0.2 * Math.exp(-(((hour - 12.5) / 0.6) ** 2));
  return 2 + 10 * (ramp(8, 0.5) - ramp(17, 2)) * lunch;
}

/** Messages that the measured publishers send in the step that begins at a time: the daily rate, with the noise of counting. */
export function publishedIn(timeMs: number, seed: number): number {
  const mean = dailyRate(timeMs) * TICK_S;
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(seed, Math.floor(timeMs / TICK_MS))));
}

/** A burst at a random time of a stretch. */
export function burstWithin(fromMs: number, toMs: number, seed: number, messages: number): Burst {
  const atMs = fromMs + Math.floor((uniform(seed, 1) * (toMs - fromMs)) / TICK_MS) * TICK_MS;
  return { atMs, messages, ticks: 4 };
}

/** Of a burst, in the step that begins at a time. */
export function burstIn(timeMs: number, { atMs, messages, ticks }: Burst): number {
  return timeMs >= atMs && timeMs < atMs + ticks * TICK_MS ? messages / ticks : 0;
}

/** The counter of the measured publishers as a Prometheus has scraped it, and will have by the end, in OpenMetrics text. */
export function publishedCounter(fromMs: number, toMs: number, seed: number): string {
  const lines = ['# TYPE orders_published counter'];
  let count = 0;
  for (let timeMs = fromMs; timeMs <= toMs; timeMs += TICK_MS) {
    lines.push(`orders_published_total ${count} ${timeMs / SECOND_MS}`);
    count += publishedIn(timeMs, seed);
  }
  return lines.join('\n');
}
