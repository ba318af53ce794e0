import { describe, expect, it } from 'vitest';
import { KnotErrors, type KnotErrorsState } from '../../../src/forecast/prequential/knot-errors.js';
import { MINUTE_MS } from '../../../src/core/duration.js';
import { dice } from '../generators.js';

const SEASON = 96;
const STEP_MS = 15 * MINUTE_MS;

/** Pushes errors from grid point 0 on. */
function errorsOf(errorAt: (index: number) => number, length: number, steps = 1, season = SEASON): KnotErrors {
  const errors = new KnotErrors(steps, season, STEP_MS);
  for (let i = 0; i < length; i++) errors.push(i, errorAt(i));
  return errors;
}

function noise(seed: number): () => number {
  const random = dice(seed);
  return () => random.normal();
}

/** Autoregressive of order 1, so that what is off now stays off for a while. */
function lasting(seed: number, rho: number): () => number {
  const next = noise(seed);
  let error = 0;
  return () => (error = rho * error + next());
}

describe('the correction of a forecast by its errors', () => {
  it('is nothing while fewer errors than it takes the mean of are known', () => {
    expect(errorsOf(() => 1, 14).correction).toBe(0);
  });

  it('is nothing to speak of for errors that tell nothing of the next', () => {
    // The mean of 15 independent errors of size 1 is off by 0.26 itself; hardly any of it may be passed on.
    const corrections = [1, 2, 3, 4, 5].map((seed) => Math.abs(errorsOf(noise(seed), 3_000).correction));
    expect(Math.max(...corrections)).toBeLessThan(0.1);
  });

  it('takes over part of what lasts, as far as it can be told from chance', () => {
    // Always too low by half the noise.
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const next = noise(seed);
      const { correction } = errorsOf(() => 0.5 + next(), 3_000);
      expect(correction).toBeGreaterThan(0);
      expect(correction).toBeLessThan(1);
    }
  });

  it('takes over less of what is further ahead', () => {
    const near = errorsOf(lasting(1, 0.98), 3_000, 1);
    const far = errorsOf(lasting(1, 0.98), 3_000, 60);
    expect(Math.abs(near.correction)).toBeGreaterThan(0.2);
    expect(Math.abs(far.correction)).toBeLessThan(0.7 * Math.abs(near.correction));
  });

  it('never turns against the errors of late', () => {
    // Up and down by turns of 15: what was off will be off the other way, which a correction must not bet on.
    expect(errorsOf((i) => (Math.floor(i / 15) % 2 === 0 ? 1 : -1), 3_000, 15).correction).toBeCloseTo(0, 12);
  });

  it('does not carry an incident on', () => {
    const quiet = lasting(2, 0.95);
    const usual = 2;
    const errors = errorsOf((i) => (i < 2_985 ? quiet() : 1_000), 3_000);
    expect(errors.correction).toBeLessThan(3 * usual);
  });

  it('is made of errors that were known at the origin alone', () => {
    // Twenty steps ahead, an error that begins now can be known of only twenty steps later: until then the residuals are it.
    const errors = errorsOf((i) => (i < 1_000 ? 0.001 * Math.sin(i) : 1), 1_020, 20);
    // Their whole size, but for what the spread at this time of day, which grows with them, takes from it.
    expect(errors.quantile(0.99)).toBeGreaterThan(0.8);
  });
});

describe('the band', () => {
  it('has the quantiles of the errors, where none tells of the next and all hours are alike', () => {
    const errors = errorsOf(noise(1), 5_000);
    const spread = errors.relativeSpread(5_000);
    expect(spread).toBeGreaterThan(0.8);
    expect(spread).toBeLessThan(1.25);
    // Of the normal distribution (R: qnorm).
    expect(errors.quantile(0.9)).toBeCloseTo(1.281552, 0);
    expect(errors.quantile(0.05)).toBeCloseTo(-1.644854, 0);
  });

  it('is wider at the time of day at which the load is restless', () => {
    const next = noise(1);
    const isDay = (i: number): boolean => i % SEASON >= SEASON / 2;
    const errors = errorsOf((i) => (isDay(i) ? 5 : 1) * next(), 20 * SEASON);
    // Five times as restless; followed with exponent 0.5, and that of the last hours, which is the same for both.
    const ratio = errors.relativeSpread(20 * SEASON + 72) / errors.relativeSpread(20 * SEASON + 24);
    expect(ratio).toBeGreaterThan(1.8);
    expect(ratio).toBeLessThan(2.8);
  });

  it('is wider after restless hours', () => {
    const next = noise(1);
    const calm = errorsOf(() => next(), 2_000, 1, 1);
    const restless = errorsOf((i) => (i < 1_900 ? 1 : 4) * next(), 2_000, 1, 1);
    expect(restless.relativeSpread(2_000)).toBeGreaterThan(1.4 * calm.relativeSpread(2_000));
  });

  it('is learnt in the same way by a load that was zero at first', () => {
    const next = noise(1);
    const errors = errorsOf((i) => (i < 500 ? 0 : (i % SEASON < SEASON / 2 ? 1 : 5) * next()), 100 * SEASON);
    const [calm, restless] = [24, 72].map((time) => errors.relativeSpread(100 * SEASON + time));
    expect(restless! / calm!).toBeGreaterThan(1.8);
  });

  it('keeps its width where there is nothing to be seen of the load', () => {
    const next = noise(1);
    const errors = errorsOf((i) => (i < 2_000 ? next() : NaN), 3_000);
    expect(errors.quantile(0.9)).toBe(errorsOf(noise(1), 2_000).quantile(0.9));
  });

  it('is nothing for a load that is never off', () => {
    const errors = errorsOf(() => 0, 500);
    expect(errors.quantile(0.99)).toBe(0);
    expect(errors.relativeSpread(500)).toBe(1);
    expect(errors.correction).toBe(0);
  });
});

describe('after a shift of the level', () => {
  it('carries on more of the bias than of an incident', () => {
    const [shifted, incident] = [48, 9].map((length) => {
      const next = noise(1);
      return errorsOf((i) => (i < 20 * SEASON ? 0 : 5) + next(), 20 * SEASON + length);
    });
    // Usual are errors of 0.8; the bias of an incident is bounded by that.
    expect(shifted!.correction).toBeGreaterThan(1);
    expect(incident!.correction).toBeLessThan(1);
  });
});

describe('KnotErrors', () => {
  it.each([0, 1, 14, 15, 59, 500])('is restored bit for bit after %i errors, and goes on in the same way', (length) => {
    const next = lasting(3, 0.9);
    const errors = errorsOf(next, length, 7);
    const restored = new KnotErrors(7, SEASON, STEP_MS, JSON.parse(JSON.stringify(errors)) as KnotErrorsState);
    for (let i = length; i < length + 100; i++) {
      const error = i % 13 === 0 ? NaN : next();
      errors.push(i, error);
      restored.push(i, error);
      expect(restored.correction).toBe(errors.correction);
      expect(restored.relativeSpread(i + 7)).toBe(errors.relativeSpread(i + 7));
    }
    expect(restored.quantile(0.9)).toBe(errors.quantile(0.9));
  });
});
