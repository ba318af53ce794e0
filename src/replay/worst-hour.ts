import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../core/duration.js';
import type { Outcome, ShortEpisode } from '../simulate/outcome.js';
import type { ReplayStep } from '../simulate/simulate.js';
import type { Ledger } from './ledger.js';
import type { ReplayCase } from './prepare.js';
import type { WorstHour, WorstHourStep } from './result.js';

/**
 * The hour with the most time short, beginning a quarter of an hour before it gets short, so that the decisions that
 * should have prevented it are there.
 *
 * @param steps of the same replay, in time order
 * @returns null when capacity never was short
 */
export function worstHour(
  replay: ReplayCase,
  ledger: Ledger,
  outcome: Outcome,
  steps: readonly ReplayStep[],
): WorstHour | null {
  const starts = outcome.episodes.map(({ startMs }) => Math.max(replay.report.fromMs, startMs - 15 * MINUTE_MS));
  let worst: { fromMs: number; shortMs: number } | null = null;
  for (const fromMs of starts) {
    const shortMs = timeShort(outcome.episodes, fromMs, fromMs + HOUR_MS);
    if (worst === null || shortMs > worst.shortMs) worst = { fromMs, shortMs };
  }
  if (worst === null) return null;
  const toMs = Math.min(replay.report.toMs, worst.fromMs + HOUR_MS);
  return {
    fromMs: worst.fromMs,
    toMs,
    minutesShort: worst.shortMs / MINUTE_MS,
    steps: explain(replay, ledger, steps, worst.fromMs, toMs),
  };
}

function timeShort(episodes: readonly ShortEpisode[], fromMs: number, toMs: number): number {
  return episodes.reduce(
    (sum, { startMs, endMs }) => sum + Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs)),
    0,
  );
}

function explain(
  { demand, capacityPerReplica }: ReplayCase,
  ledger: Ledger,
  steps: readonly ReplayStep[],
  fromMs: number,
  toMs: number,
): WorstHourStep[] {
  let nextMs = fromMs;
  return steps.flatMap(({ timeMs, ready, desired }): WorstHourStep[] => {
    if (timeMs < nextMs || timeMs >= toMs) return [];
    nextMs = timeMs + MINUTE_MS;
    const load = demand.at(Math.round((timeMs - demand.startMs) / SECOND_MS));
    const { value, state, origin, reason, input } = ledger.decisionAt(timeMs);
    const needed = Math.ceil(load / capacityPerReplica);
    const observed = input.observation?.value ?? null;
    return [{ timeMs, demand: load, observed, served: value, state, origin, reason, needed, ready, desired }];
  });
}
