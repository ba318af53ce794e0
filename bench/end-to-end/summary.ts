import { MINUTE_MS, SECOND_MS } from '../../src/core/duration.js';
import { TICK_S, type Burst } from './load.js';
import { needed, type Tick } from './run.js';

/** What a run is judged by. Ages are to a step of {@link TICK_S}. */
export interface Summary {
  readonly messages: number;
  readonly p50AgeS: number;
  readonly p95AgeS: number;
  readonly p99AgeS: number;
  readonly longestAgeS: number;
  readonly podHours: number;
  /** Of consumers that are always exactly enough for what arrives. */
  readonly leastPodHours: number;
  readonly rise: Rise;
  readonly burst: Absorbed;
}

/** The daily rise. */
export interface Rise {
  /** When more was needed than at night, in minutes from the start of the rise to the step in which the first more were asked for; negative: before. */
  readonly firstAskedMin: number;
  /** How much earlier each number of replicas was asked for than it was needed, in minutes: the median over the numbers.
   *  The margin of the threshold is part of it. */
  readonly medianLeadMin: number;
  /** Share of the steps of the rise in which as many were ready as needed. */
  readonly readyShare: number;
  readonly p95AgeS: number;
}

/** The burst that nobody could forecast. */
export interface Absorbed {
  readonly atMs: number;
  readonly messages: number;
  readonly mostWaiting: number;
  /** Most replicas that each trigger asked for while messages of the burst waited. */
  readonly mostAskedByForecast: number;
  readonly mostAskedByQueue: number;
  /** Until no more waited than one step brings, in minutes from the beginning. */
  readonly drainedAfterMin: number;
}

/** @throws {RangeError} the run has no rise, or the burst is not drained in it */
export function summarise(ticks: readonly Tick[], burst: Burst): Summary {
  return {
    messages: total(ticks.map(({ arriving }) => arriving * TICK_S)),
    p50AgeS: ageQuantile(ticks, 0.5),
    p95AgeS: ageQuantile(ticks, 0.95),
    p99AgeS: ageQuantile(ticks, 0.99),
    longestAgeS: Math.max(...ticks.map(({ longestAgeS }) => longestAgeS ?? 0)),
    podHours: (total(ticks.map(({ billed }) => billed)) * TICK_S) / 3_600,
    leastPodHours: (total(ticks.map(needed)) * TICK_S) / 3_600,
    rise: riseOf(ticks),
    burst: absorbed(ticks, burst),
  };
}

function riseOf(ticks: readonly Tick[]): Rise {
  const lowest = Math.min(...ticks.map(needed));
  const first = ticks.findIndex((tick) => needed(tick) > lowest);
  const last = ticks.findIndex((tick, i) => i > first && needed(tick) <= needed(ticks[i - 1]!));
  if (first <= 0 || last < 0) throw new RangeError('the run has no daily rise');
  const rising = ticks.slice(first, last);
  const before = ticks[0]!.replicas;
  const highest = Math.floor(needed(ticks[last - 1]!));
  const leads: number[] = [];
  for (let replicas = before + 1; replicas <= highest; replicas++) {
    const asked = ticks.findIndex((tick) => tick.replicas >= replicas);
    const due = ticks.findIndex((tick) => needed(tick) >= replicas);
    if (asked >= 0) leads.push(minutesBetween(ticks[asked]!, ticks[due]!));
  }
  const firstAsked = ticks.find(({ replicas }) => replicas > before + 1) ?? ticks.at(-1)!;
  return {
    firstAskedMin: minutesBetween(ticks[first]!, firstAsked),
    medianLeadMin: leads.sort((a, b) => a - b)[Math.floor(leads.length / 2)] ?? NaN,
    readyShare: rising.filter((tick) => tick.ready >= needed(tick)).length / rising.length,
    p95AgeS: ageQuantile(rising, 0.95),
  };
}

function absorbed(ticks: readonly Tick[], { atMs, messages, ticks: steps }: Burst): Absorbed {
  const from = ticks.findIndex((tick) => tick.atMs > atMs);
  const drained = ticks.findIndex(
    (tick, i) => i >= from + steps && tick.waiting <= Math.max(tick.arriving, tick.expected) * TICK_S,
  );
  if (from < 0 || drained < 0) throw new RangeError('the burst is not drained within the run');
  const during = ticks.slice(from, drained + 1);
  return {
    atMs,
    messages,
    mostWaiting: Math.max(...during.map(({ waiting }) => waiting)),
    mostAskedByForecast: Math.max(...during.map(({ askedByForecast }) => askedByForecast ?? 0)),
    mostAskedByQueue: Math.max(...during.map(({ askedByQueue }) => askedByQueue ?? 0)),
    drainedAfterMin: (ticks[drained]!.atMs - atMs) / MINUTE_MS,
  };
}

function ageQuantile(ticks: readonly Tick[], level: number): number {
  const counts = new Map<number, number>();
  for (const { ages } of ticks) for (const [ageS, n] of ages) counts.set(ageS, (counts.get(ageS) ?? 0) + n);
  const limit = level * total([...counts.values()]);
  let passed = 0;
  for (const [ageS, n] of [...counts].sort(([a], [b]) => a - b)) {
    passed += n;
    if (passed >= limit) return ageS;
  }
  return NaN;
}

function minutesBetween(from: Tick, to: Tick): number {
  return (to.atMs - from.atMs) / SECOND_MS / 60;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
