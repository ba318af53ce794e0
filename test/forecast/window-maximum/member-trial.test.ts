import { expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../../src/core/duration.js';
import { MemberTrial } from '../../../src/forecast/window-maximum/member-trial.js';

function judged(count: number, withIt: number, without: number, trial = new MemberTrial(5 * MINUTE_MS)): MemberTrial {
  for (let i = 0; i < count; i++) trial.judge(withIt, without);
  return trial;
}

it('gives credit at first, then goes by the squared errors', () => {
  expect(judged(299, 2, 1).isOfUse).toBe(true);
  expect(judged(300, 2, 1).isOfUse).toBe(false);
  expect(judged(300, -1, 2).isOfUse).toBe(true);
  expect(judged(300, 1, -1).isOfUse).toBe(true);
});

it('forgets by half in two days', () => {
  // Half of what 576 errors of 2 against 1 add up to, against a two-day sum of the reverse: the newer ones win.
  const trial = judged(576, 2, 1);
  expect(judged(576, 1, 2, trial).isOfUse).toBe(true);
  expect(judged(400, 1, 2, judged(2_000, 2, 1)).isOfUse).toBe(false);
});

it('passes over what cannot be judged, and goes on after a restart', () => {
  const trial = judged(1_000, NaN, 1, judged(1_000, 1, NaN, judged(299, 2, 1)));
  expect(trial.isOfUse).toBe(true);
  const restored = new MemberTrial(5 * MINUTE_MS, trial.toJSON());
  restored.judge(2, 1);
  expect(restored.isOfUse).toBe(false);
  expect(new MemberTrial(HOUR_MS).isOfUse).toBe(true);
});
