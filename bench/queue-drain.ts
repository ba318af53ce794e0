/**
 * What forecasting the arrivals of a queue is worth: `npm run bench:queue-drain -- [--traces DIR]`.
 *
 * A queue whose consumers an HPA scales, by (a) the lag as KEDA's queue triggers serve it, (b) what `scaling/compose` serves of a
 * queue with a `drainTime` whose arrivals are observed, (c) the same with the arrivals forecast for the lead time. Each over a range of its
 * setting, so that they can be compared at equal pod-hours: the age of messages when they are worked off, for pods that
 * start quickly and slowly. Loads are generated; with --traces, all recorded series of DIR with a step of at most 120 s
 * and 9 days.
 */
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../src/core/duration.js';
import { Series } from '../src/core/series.js';
import { fixedDelay, type Delay } from '../src/simulate/pods/delay.js';
import { DEFAULT_PODS } from '../src/simulate/pods/pod-fleet.js';
import { composedPolicy } from './queue/composed-policy.js';
import { forecastPeaks } from './queue/forecast-peaks.js';
import { PARTITIONS, TICK_S, runQueue, type Policy, type QueueOutcome } from './queue/run-queue.js';
import { generatedLoad } from './support/generated-load.js';
import { atQueryStep, listTraces, readTrace } from './support/traces.js';

const STEP_MS = 2 * MINUTE_MS;
const HISTORY_DAYS = 7;
const RUN_DAYS = 2;
const MEAN_PODS = 20;
const DRAIN_TIME_MS = 2 * MINUTE_MS;
/** Lag per replica, in seconds of its work. */
const LAG_SECONDS = [2, 5, 10, 15, 20, 30, 40, 60, 80, 120, 160, 320];
/** Share of a replica's rate that is asked of it. */
const UTILISATIONS = [1.3, 1.2, 1.1, 1.05, 1, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3];

const AGES = ['p95AgeS', 'p99AgeS'] as const;

interface Start {
  readonly name: string;
  readonly startup: Delay;
  /** Of the forecast: the start of a pod, the step of the series and a sync. */
  readonly leadTimeMs: number;
}

const STARTS: readonly Start[] = [
  { name: '45 s (p50) to 120 s (p95)', startup: DEFAULT_PODS.startup, leadTimeMs: 5 * MINUTE_MS },
  { name: '300 s', startup: fixedDelay(300), leadTimeMs: 8 * MINUTE_MS },
];

const { values: flags } = parseArgs({ options: { traces: { type: 'string' } } });
const isRecorded = flags.traces !== undefined;
const loads = isRecorded ? recorded(flags.traces!) : generated();
for (const start of STARTS) {
  const table = new Table({
    head: ['load', 'pod-hours', 'lag', 'observed arrivals', 'forecast arrivals'],
    style: { head: [], border: [] },
  });
  const held = { lag: 0, observed: 0, forecast: 0 };
  const ratios = { observed: AGES.map((): number[] => []), forecast: AGES.map((): number[] => []) };
  for (const [name, series] of loads) {
    const { lag, observed, forecast } = curves(series, start);
    for (const point of lag) {
      const others = [observed, forecast].map((curve) => AGES.map((age) => ageAt(curve, point.podHours, age)));
      if (others.flat().some(Number.isNaN)) continue;
      const isHeld = (p95AgeS: number): number => (p95AgeS * SECOND_MS <= DRAIN_TIME_MS ? 1 : 0);
      held.lag += isHeld(point.p95AgeS);
      held.observed += isHeld(others[0]![0]!);
      held.forecast += isHeld(others[1]![0]!);
      table.push([name, point.podHours.toFixed(0), ages([point.p95AgeS, point.p99AgeS]), ...others.map(ages)]);
      AGES.forEach((age, i) => {
        ratios.observed[i]!.push(atLeastATick(others[0]![i]!) / atLeastATick(point[age]));
        ratios.forecast[i]!.push(atLeastATick(others[1]![i]!) / atLeastATick(point[age]));
      });
    }
  }
  if (!isRecorded) process.stdout.write(`${table.toString()}\n`);
  process.stdout.write(
    `Pods start in ${start.name}. Age of messages, p95 and p99, at equal pod-hours, relative to the lag trigger; ` +
      `geometric mean of ${ratios.forecast[0]!.length} points of ${loads.length} loads:\n` +
      `  observed arrivals ${ratios.observed.map(mean).join(' ')}\n` +
      `  forecast arrivals ${ratios.forecast.map(mean).join(' ')}\n` +
      `p95 within the drain time of ${DRAIN_TIME_MS / SECOND_MS} s at as many of these points: lag ${held.lag}, ` +
      `observed arrivals ${held.observed}, forecast arrivals ${held.forecast}\n`,
  );
}

function curves(
  series: Series,
  { startup, leadTimeMs }: Start,
): Record<'lag' | 'observed' | 'forecast', QueueOutcome[]> {
  const fromIndex = (HISTORY_DAYS * DAY_MS) / STEP_MS;
  const length = ((HISTORY_DAYS + RUN_DAYS) * DAY_MS) / STEP_MS;
  const known = Float64Array.from(series.values.subarray(0, length), (value) => (Number.isNaN(value) ? 0 : value));
  const load = new Series(series.startMs, STEP_MS, known);
  const perReplica = known.reduce((sum, value) => sum + value, 0) / length / MEAN_PODS;
  const peaks = forecastPeaks(load, fromIndex, leadTimeMs);
  const [startS, endS] = [fromIndex, length - 1].map((index) => load.timeAt(index) / SECOND_MS) as [number, number];
  const indexAt = (atS: number): number => Math.floor((atS * SECOND_MS - load.startMs) / STEP_MS);
  const arrivals = (atS: number): number => known[indexAt(atS)]!;
  // The newest sample is of the step that is over.
  const byArrivals =
    (rate: (index: number) => number) =>
    (utilisation: number): Policy =>
      composedPolicy((atS) => rate(Math.max(fromIndex, indexAt(atS) - 1)), {
        perReplica: perReplica * utilisation,
        drainTimeMs: DRAIN_TIME_MS,
        mostConsumers: PARTITIONS,
      });
  const byLag =
    (lagSeconds: number): Policy =>
    ({ backlog }) => [{ value: backlog, target: perReplica * lagSeconds }];
  const along = (settings: readonly number[], policy: (setting: number) => Policy): QueueOutcome[] =>
    settings.map((setting) => runQueue(arrivals, { startS, endS, perReplica, startup }, policy(setting)));
  return {
    lag: along(LAG_SECONDS, byLag),
    observed: along(
      UTILISATIONS,
      byArrivals((index) => known[index]!),
    ),
    forecast: along(
      UTILISATIONS,
      byArrivals((index) => peaks[index]!),
    ),
  };
}

/** Between the points of a curve, by pod-hours; NaN outside of it. */
function ageAt(curve: readonly QueueOutcome[], podHours: number, age: (typeof AGES)[number]): number {
  const sorted = [...curve].sort((a, b) => a.podHours - b.podHours);
  const right = sorted.findIndex((point) => point.podHours >= podHours);
  if (right <= 0) return NaN;
  const [low, high] = [sorted[right - 1]!, sorted[right]!];
  const share = (podHours - low.podHours) / (high.podHours - low.podHours || 1);
  return low[age] + share * (high[age] - low[age]);
}

function generated(): [string, Series][] {
  const length = ((HISTORY_DAYS + RUN_DAYS) * DAY_MS) / STEP_MS;
  const daily = generatedLoad(length, STEP_MS);
  const perDay = DAY_MS / STEP_MS;
  /** A batch of twenty minutes, six times a day at the same times. */
  const batches = daily.map((value, i) => (i % (perDay / 6) < 10 ? value * 2.5 : value));
  /** Office hours: from a tenth to the full load within half an hour. */
  const office = daily.map((value, i) => value * officeShare((i % perDay) / perDay));
  return [
    ['daily curve', daily],
    ['with batches', batches],
    ['office hours', office],
  ].map(([name, values]) => [name as string, new Series(0, STEP_MS, values as Float64Array)]);
}

function officeShare(timeOfDay: number): number {
  const ramp = (from: number): number => Math.min(1, Math.max(0, (timeOfDay - from) * 48));
  return 0.1 + 0.9 * (ramp(8 / 24) - ramp(18 / 24));
}

function recorded(folder: string): [string, Series][] {
  const enough = ((HISTORY_DAYS + RUN_DAYS) * DAY_MS) / STEP_MS;
  return listTraces(folder, 120 * SECOND_MS)
    .map((trace): [string, Series] => [trace.file, atQueryStep(readTrace(folder, trace))])
    .filter(([, series]) => series.stepMs === STEP_MS && series.length >= enough);
}

/** An age below a step of the simulation is none. */
function atLeastATick(ageS: number): number {
  return Math.max(TICK_S, ageS);
}

function ages(values: readonly number[]): string {
  return values.map((value) => `${value.toFixed(0)} s`).join(', ');
}

function mean(values: readonly number[]): string {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length).toFixed(2);
}
