import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learningFromSent } from '../../src/run/sent-prediction.js';
import { train } from '../../src/train/train.js';

/** As over the way to another thread: what cannot be copied would fail. */
const learnFromSent = learningFromSent((request) =>
  Promise.resolve(structuredClone(train(structuredClone(request), () => undefined))),
);

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const STEP_MS = 120_000;

function sent(count: number, value: (timeMs: number) => number, endMs = NOW_MS) {
  const timesMs = Float64Array.from({ length: count }, (_, i) => endMs - (count - 1 - i) * STEP_MS);
  return { timesMs, values: timesMs.map(value) };
}

/** 100 to 300 over six hours; at noon it is 200 and rises. */
const wave = (timeMs: number): number => 200 + 100 * Math.sin((2 * Math.PI * timeMs) / 21_600_000);

const load = (value: number) => (): number => value;

describe('learnFromSent', () => {
  it('serves a forecast that the history proves', async () => {
    const decision = (await learnFromSent(sent(2_000, wave), 60))!(NOW_MS);
    expect(decision).toMatchObject({ state: 'fresh', origin: 'forecast' });
    // In 6 minutes, the first point at or after the lead time: 200 + 100 sin(2 pi / 60) = 210.45.
    expect(decision.value).toBeGreaterThan(209);
    expect(decision.value).toBeLessThan(216);
  });

  it('looks no further ahead than the horizon', async () => {
    const observations = sent(2_000, wave);
    const { settings, forecast } = (await learnFromSent(observations, 1))!(NOW_MS).input;
    expect(settings.leadTimeMs).toBe(STEP_MS);
    expect(forecast!.points.map(({ timeMs }) => timeMs)).toEqual([NOW_MS + STEP_MS]);
    // KEDA sends 0 for a horizon shorter than a step.
    const [zero, one] = await Promise.all([0, 1].map((steps) => learnFromSent(observations, steps)));
    expect(zero!(NOW_MS)).toEqual(one!(NOW_MS));
  });

  it.each([1, 2, 30])('serves what is observed while there are only %i samples', async (count) => {
    const prediction = await learnFromSent(sent(count, load(7)), 60);
    expect(prediction!(NOW_MS)).toMatchObject({ state: 'cold', origin: 'observed', value: 7 });
  });

  it('takes an observation a few steps old for present, and none that is older', async () => {
    const prediction = (await learnFromSent(sent(50, load(7)), 60))!;
    // Three steps and one poll: 6 min 30 s.
    expect(prediction(NOW_MS + 390_000).value).toBe(7);
    expect(prediction(NOW_MS + 391_000)).toMatchObject({ value: null, state: 'stale' });
    expect(prediction(NOW_MS + 391_000).reason).toContain('the newest observation sent is 6m31s old');
  });

  it('takes a history from a clock that is ahead', async () => {
    const prediction = await learnFromSent(sent(50, load(7)), 60);
    expect(prediction!(NOW_MS - 3_600_000).value).toBe(7);
  });

  it('is undefined when nothing is known', async () => {
    expect(await learnFromSent(sent(50, load(NaN)), 60)).toBeUndefined();
  });

  it('never serves less than a present observation, whatever is sent', async () => {
    const sample = fc.tuple(
      fc.oneof(
        fc.integer({ min: 0, max: 400 }).map((step) => step * STEP_MS),
        fc.integer({ min: -1e9, max: 1e12 }),
      ),
      fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double()),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 400 }), fc.nat(10_080), async (samples, horizon) => {
        const observations = {
          timesMs: Float64Array.from(samples, ([timeMs]) => timeMs),
          values: Float64Array.from(samples, ([, value]) => value),
        };
        const newest = Math.max(...observations.timesMs);
        const decision = (await learnFromSent(observations, horizon))?.(newest);
        const observation = decision?.input.observation?.value ?? -Infinity;
        if (decision !== undefined && decision.value !== null) {
          expect(decision.value).toBeGreaterThanOrEqual(observation);
        }
      }),
      { numRuns: 60 },
    );
  });
});
