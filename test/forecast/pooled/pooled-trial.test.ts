import { describe, expect, it } from 'vitest';
import { PooledTrial } from '../../../src/forecast/pooled/pooled-trial.js';

/** Bands of 0.1, 0.5 and 0.9; what comes is always 0. */
const NARROW = [-1, 0, 1];
const WIDE = [-2, 0, 2];

function tried(trial: PooledTrial, withThem: number[], without: number[], count: number, from = 0): PooledTrial {
  for (let i = from; i < from + count; i++) {
    trial.expect(i, withThem, without);
    trial.judge(i, 0);
  }
  return trial;
}

describe('a trial of pooled errors', () => {
  it('gives credit for a day, then goes by the loss', () => {
    // Too wide costs 0.1 a unit at 0.9, and at 0.1: 0.4 against 0.2.
    expect(tried(new PooledTrial(), WIDE, NARROW, 23).isOfUse).toBe(true);
    expect(tried(new PooledTrial(), WIDE, NARROW, 24).isOfUse).toBe(false);
    expect(tried(new PooledTrial(), NARROW, WIDE, 24).isOfUse).toBe(true);
    expect(tried(new PooledTrial(), WIDE, WIDE, 24).isOfUse).toBe(true);
  });

  it('forgets by half in two days', () => {
    // 48 times worse by 0.2, then n times better by 0.2: with weights w^i, w^48 = 1/2, the sums
    // w^n (1 - w^48) and (1 - w^n) are equal where w^n = 2/3, at n = 48 log2(1.5) = 28.1.
    const trial = tried(new PooledTrial(), WIDE, NARROW, 48);
    expect(tried(trial, NARROW, WIDE, 28, 48).isOfUse).toBe(false);
    expect(tried(trial, NARROW, WIDE, 1, 76).isOfUse).toBe(true);
  });

  it('passes over what did not come, and what was never judged', () => {
    const trial = tried(new PooledTrial(), NARROW, WIDE, 24);
    for (let i = 100; i < 200; i++) {
      trial.expect(i, WIDE, NARROW);
      trial.judge(i, NaN);
    }
    // Two that wait; the first is passed by.
    trial.expect(300, WIDE, NARROW);
    trial.expect(400, NARROW, WIDE);
    trial.judge(400, 0);
    expect(trial.isOfUse).toBe(true);
  });

  it('goes on from what it saves, bands that wait included', () => {
    const trial = tried(new PooledTrial(), WIDE, NARROW, 23);
    trial.expect(50, WIDE, NARROW);
    const restored = new PooledTrial(JSON.parse(JSON.stringify(trial)) as string);
    expect(restored.isOfUse).toBe(true);
    restored.judge(50, 0);
    expect(restored.isOfUse).toBe(false);
  });
});
