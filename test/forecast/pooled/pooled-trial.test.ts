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
  it('gives no credit for a day, then goes by the loss', () => {
    // Too wide costs 0.1 a unit at 0.9, and at 0.1: 0.4 against 0.2.
    expect(tried(new PooledTrial(), NARROW, WIDE, 23).isOfUse).toBe(false);
    expect(tried(new PooledTrial(), WIDE, NARROW, 24).isOfUse).toBe(false);
    expect(tried(new PooledTrial(), NARROW, WIDE, 24).isOfUse).toBe(true);
    expect(tried(new PooledTrial(), WIDE, WIDE, 24).isOfUse).toBe(true);
  });

  it('bears a loss that chance explains, half a standard error of the sum', () => {
    // 40 times more by 0.2 and then 24 times less: with the weights of the next test, x = 0.7071 and y = w^64 = 0.3969, the sum
    // is (x - y) - (1 - x) = 0.017 against 0.5 sqrt((1 - y) * 0.01434) = 0.046; 48 times more: (x - x / 2) - (1 - x) = 0.061 against 0.5 sqrt((1 - x / 2) * 0.01434) = 0.048.
    const turns = (more: number, less: number): PooledTrial =>
      tried(tried(new PooledTrial(), WIDE, NARROW, more), NARROW, WIDE, less, more);
    expect(turns(0, 24).isOfUse).toBe(true);
    expect(turns(40, 24).isOfUse).toBe(true);
    expect(turns(48, 24).isOfUse).toBe(false);
  });

  it('forgets by half in two days', () => {
    // 48 times worse by 0.2, then n times better by 0.2, with weights w^i, w^48 = 1/2, and x = w^n: in units of 0.2 / (1 - w),
    // the sum is x / 2 - (1 - x), that of the squares 1 - x / 2 (times 1 - w, 0.01434). At n = 26, x = 0.687: 0.030 against
    // 0.5 sqrt(0.657 * 0.01434) = 0.0485; at n = 24, x = 0.7071: 0.061 against 0.0481.
    const trial = tried(new PooledTrial(), WIDE, NARROW, 48);
    expect(tried(trial, NARROW, WIDE, 24, 48).isOfUse).toBe(false);
    expect(tried(trial, NARROW, WIDE, 2, 72).isOfUse).toBe(true);
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
    const trial = tried(new PooledTrial(), NARROW, WIDE, 23);
    trial.expect(50, NARROW, WIDE);
    const restored = new PooledTrial(JSON.parse(JSON.stringify(trial)) as string);
    expect(restored.isOfUse).toBe(false);
    restored.judge(50, 0);
    expect(restored.isOfUse).toBe(true);
  });
});
