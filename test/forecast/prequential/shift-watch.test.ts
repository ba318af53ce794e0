import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/duration.js';
import { ShiftWatch } from '../../../src/forecast/prequential/shift-watch.js';
import { dice } from '../generators.js';

const STEP_MS = 5 * MINUTE_MS;
const HOUR = HOUR_MS / STEP_MS;

/** A watch that has seen some hours of residuals, where 1 is usual. */
function watched(hours: number, residualAt: (index: number) => number): ShiftWatch {
  const watch = new ShiftWatch(STEP_MS);
  for (let i = 0; i < hours * HOUR; i++) watch.push(residualAt(i), 1);
  return watch;
}

describe('ShiftWatch', () => {
  it.each<[string, number, (index: number) => number, boolean]>([
    ['a forecast that is always right', 100, () => 0, false],
    ['one that has been far too low for four hours', 4, () => 2, true],
    ['one that has been far too high for four hours', 4, () => -2, true],
    ['an incident of two hours, however large', 2, () => 1_000, false],
    ['a bias that is not far off', 100, () => 1.4, false],
    ['large errors to both sides', 100, (i) => (i % 2 === 0 ? 10 : -10), false],
    ['one error in five that is not far off', 100, (i) => (i % 5 === 0 ? 0 : 10), false],
    ['a shift of a day ago', 28, (i) => (i < 4 * HOUR ? 3 : 0), true],
    ['a shift of three days ago', 76, (i) => (i < 4 * HOUR ? 3 : 0), false],
  ])('tells whether the level has shifted of late: %s', (_, hours, residualAt, isRecent) => {
    expect(watched(hours, residualAt).isRecent).toBe(isRecent);
  });

  it('takes noise for no shift in a year', () => {
    const random = dice(1);
    // The mean absolute value of a normal number is 0.80 standard deviations (square root of 2 / pi).
    let shifts = 0;
    const watch = new ShiftWatch(STEP_MS);
    for (let i = 0; i < 365 * 24 * HOUR; i++) {
      watch.push(random.normal(), 0.798);
      if (watch.isRecent) shifts++;
    }
    expect(shifts).toBe(0);
  });

  it('takes nothing for a shift where it is not known what is usual', () => {
    const watch = new ShiftWatch(STEP_MS);
    for (let i = 0; i < 100 * HOUR; i++) watch.push(10, NaN);
    expect(watch.isRecent).toBe(false);
  });

  it('goes on after it was saved as if it had not been', () => {
    const watch = watched(4, () => 2);
    const restored = new ShiftWatch(STEP_MS, JSON.parse(JSON.stringify(watch)) as string);
    for (let i = 0; i < 49 * HOUR; i++) {
      watch.push(0, 1);
      restored.push(0, 1);
      expect(restored.isRecent).toBe(watch.isRecent);
    }
    expect(restored.toJSON()).toBe(watch.toJSON());
  });
});
