import { afterAll, beforeAll, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/core/duration.js';
import { Series } from '../../src/core/series.js';
import { linearRegression, predictLinear } from '../../src/forecast/predict-linear.js';
import { describeWithPrograms } from '../support/programs.js';
import { gaugeHistory, PROMETHEUS_PROGRAMS, type RunningPrometheus, startPrometheus } from '../support/prometheus.js';
import { dice, generate, seriesOf, wave, withGaps } from './generators.js';

const STEP = 2 * MINUTE_MS;
const HORIZON = 30;

const random = dice(1);
const noisy = generate(300, STEP, (i) => 100 + 50 * wave(i * STEP) + 5 * random.normal());
/** Flat, so that most residuals are exactly 0 and the median is the line itself; then a ramp, and gaps in its window. */
const ramp = seriesOf(
  Array.from({ length: 300 }, (_, i) => {
    if (i < 280) return 100;
    return i % 4 === 1 || i > 290 ? NaN : 100 + (i - 280) ** 1.5;
  }),
  STEP,
);
const LOADS = {
  noisy,
  gappy: withGaps(noisy, (i) => i % 7 < 2 || (i > 150 && i < 170)),
  large: generate(300, STEP, (i) => 1e9 + 1e5 * wave(i * STEP, 60 * STEP)),
  constant: generate(300, STEP, () => 0.1),
  ramp,
} as const;

describeWithPrograms(PROMETHEUS_PROGRAMS, "predict-linear is Prometheus' predict_linear", () => {
  let prometheus: RunningPrometheus;
  beforeAll(async () => {
    const histories = Object.entries(LOADS).map(([name, load]) => gaugeHistory(name, { '': samplesOf(load) }));
    prometheus = await startPrometheus({ openMetrics: histories.join('') });
  });
  afterAll(() => prometheus.stop());

  /** What the server predicts, `stepsAhead` after the grid point `origin`; null when it predicts nothing. */
  async function predicted(name: keyof typeof LOADS, origin: number, stepsAhead: number): Promise<number | null> {
    // A millisecond less than the horizon: with it the range holds `HORIZON` samples, whichever of its ends are closed.
    const range = `${HORIZON * STEP - 1}ms`;
    const url = new URL('/api/v1/query', prometheus.url);
    url.searchParams.set('query', `predict_linear(${name}[${range}], ${(stepsAhead * STEP) / 1_000})`);
    url.searchParams.set('time', String(LOADS[name].timeAt(origin) / 1_000));
    const answer = (await (await fetch(url)).json()) as { data: { result: { value: [number, string] }[] } };
    const sample = answer.data.result[0];
    return sample === undefined ? null : Number(sample.value[1]);
  }

  it.each(Object.keys(LOADS) as (keyof typeof LOADS)[])('draws the same line through %s', async (name) => {
    for (const origin of [40, 123, 155, 170, 299]) {
      const { intercept, slope } = linearRegression(LOADS[name].values, origin - HORIZON + 1, origin);
      for (const stepsAhead of [0, 1, HORIZON]) {
        const theirs = await predicted(name, origin, stepsAhead);
        expect(theirs).not.toBeNull();
        expect(Math.abs(intercept + stepsAhead * slope - theirs!)).toBeLessThanOrEqual(1e-9 * Math.abs(theirs!));
      }
    }
  });

  it('forecasts that line, also where the newest samples are missing', async () => {
    const options = { horizonSteps: HORIZON, levels: [0.5], seasonSteps: [] };
    const median = predictLinear.fit(ramp, options).forecast().quantile(0.5);
    for (const stepsAhead of [1, 10, HORIZON]) {
      const theirs = await predicted('ramp', 299, stepsAhead);
      expect(median[stepsAhead - 1]! / theirs!).toBeCloseTo(1, 9);
    }
  });

  it('predicts nothing from one sample, where we keep the newest one', async () => {
    const lonely = new Series(noisy.startMs, STEP, noisy.values.slice(0, 1));
    expect(await predicted('noisy', 0, 1)).toBeNull();
    expect(linearRegression(lonely.values, 0, 0).slope).toBeNaN();
  });
});

function samplesOf(load: Series): { timeMs: number; value: number }[] {
  return [...load.values].flatMap((value, i) => (Number.isNaN(value) ? [] : [{ timeMs: load.timeAt(i), value }]));
}
