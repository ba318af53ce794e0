/**
 * Draws `docs/forecasting.svg`: a week of four generated loads, and what `model: auto` would have said of each moment an hour
 * before. `npx tsx bench/forecasting-plot.ts`; the same data always give the same file.
 */
import { writeFileSync } from 'node:fs';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../src/core/duration.js';
import { DEFAULT_LEVELS } from '../src/core/forecast.js';
import type { Series } from '../src/core/series.js';
import { forecasterByName } from '../src/forecast/registry.js';
import { train } from '../src/train/train.js';
import { dailyLoad, dice, generate, staircase, wave } from '../test/forecast/generators.js';

const STEP_MS = 5 * MINUTE_MS;
const AHEAD_STEPS = HOUR_MS / STEP_MS;
const LEARNT_DAYS = 7;
const SHOWN_DAYS = 7;
/** A point of the drawing every half hour. */
const EVERY = 6;
const DAY_STEPS = DAY_MS / STEP_MS;
const SAMPLES = (LEARNT_DAYS + SHOWN_DAYS) * DAY_STEPS;

const LOADS: readonly (readonly [string, Series])[] = [
  ['people, quieter at weekends', dailyLoad(1, LEARNT_DAYS + SHOWN_DAYS, { stepMs: STEP_MS, weekend: 0.6 })],
  ['batch jobs every six hours, on a daily curve', batches(2)],
  ['people, and twice as many from the third day on', doubled(3)],
  ['steps at unpredictable times', staircase(4, SAMPLES, STEP_MS, 60)],
];

interface Point {
  readonly actual: number;
  readonly low: number;
  readonly median: number;
  readonly high: number;
}

interface Panel {
  readonly title: string;
  readonly model: string;
  readonly points: readonly Point[];
}

function batches(seed: number): Series {
  const random = dice(seed);
  return generate(SAMPLES, STEP_MS, (i) => {
    const mean = 60 + 60 * wave(i * STEP_MS) + ((i * STEP_MS) % (6 * HOUR_MS) < HOUR_MS ? 180 : 0);
    return Math.max(0, mean + Math.sqrt(mean) * random.normal());
  });
}

function doubled(seed: number): Series {
  const load = dailyLoad(seed, LEARNT_DAYS + SHOWN_DAYS, { stepMs: STEP_MS });
  const from = (LEARNT_DAYS + 2) * DAY_STEPS;
  return generate(SAMPLES, STEP_MS, (i) => load.values[i]! * (i < from ? 1 : 2));
}

/** Trains on the first days, then follows the rest; no new training, so that the plot takes a second. */
function followed(title: string, load: Series): Panel {
  const learnt = LEARNT_DAYS * DAY_STEPS;
  const { model } = train(
    {
      history: { startMs: load.startMs, stepMs: STEP_MS, values: load.values.slice(0, learnt) },
      ignoreWindows: [],
      model: 'auto',
      seasonalityMs: 'auto',
      horizonSteps: 2 * AHEAD_STEPS,
      levels: DEFAULT_LEVELS,
      settings: { quantile: 0.9, leadTimeMs: STEP_MS, targetPerReplica: 1, maxReplicaCount: Infinity },
    },
    () => undefined,
  );
  const fitted = forecasterByName(model!.name).restore(model!.state);
  const points: Point[] = [];
  for (let i = learnt; i + AHEAD_STEPS < load.length; i++) {
    fitted.update(load.values[i]!);
    if (i % EVERY !== 0) continue;
    const forecast = fitted.forecast();
    const [low, median, high] = [0.1, 0.5, 0.9].map((level) => forecast.quantile(level)[AHEAD_STEPS - 1]!);
    points.push({ actual: load.values[i + AHEAD_STEPS]!, low: low!, median: median!, high: high! });
  }
  return { title, model: model!.name, points };
}

const WIDTH = 960;
const HEIGHT = 150;
const TITLE = 22;

function draw({ title, model, points }: Panel, index: number): string {
  const top = index * (HEIGHT + TITLE) + TITLE;
  const highest = Math.max(...points.map(({ actual, high }) => Math.max(actual, high)));
  const x = (i: number): string => ((i / (points.length - 1)) * WIDTH).toFixed(1);
  const y = (value: number): string => (top + HEIGHT - (value / highest) * (HEIGHT - 4)).toFixed(1);
  const line = (valueOf: (point: Point) => number): string[] =>
    points.map((point, i) => `${x(i)},${y(valueOf(point))}`);
  const band = [...line(({ high }) => high), ...line(({ low }) => low).reverse()].join(' ');
  const covered = points.filter(({ actual, low, high }) => actual >= low && actual <= high).length / points.length;
  return [
    `<text x="0" y="${top - 6}">${title}: ${model}, ${Math.round(100 * covered)} % within the band</text>`,
    `<polygon points="${band}" fill="#9ecae1"/>`,
    `<polyline points="${line(({ median }) => median).join(' ')}" fill="none" stroke="#08519c"/>`,
    `<polyline points="${line(({ actual }) => actual).join(' ')}" fill="none" stroke="#d94801" stroke-width="0.8"/>`,
    `<path d="M0 ${top + HEIGHT}H${WIDTH}" stroke="#888"/>`,
  ].join('\n');
}

const panels = LOADS.map(([title, load]) => followed(title, load)).map(draw);
writeFileSync(
  new URL('../docs/forecasting.svg', import.meta.url),
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${panels.length * (HEIGHT + TITLE) + 6}" ` +
      'font-family="sans-serif" font-size="13">',
    '<rect width="100%" height="100%" fill="#fff"/>',
    ...panels,
    '</svg>\n',
  ].join('\n'),
);
