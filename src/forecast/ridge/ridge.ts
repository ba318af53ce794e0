/**
 * Direct multi-horizon ridge regression.
 *
 *     sqrt(y(t + h)) = b_h . x(t, t + h) + e_h,    b_h = argmin  mean w (sqrt(y) - b . x)^2 + penalty |b|^2
 *
 * One regression per horizon knot h, on recent samples and on the same time in earlier seasons (`features.ts`); closed
 * form, no iterations. What it is wrong by corrects it and calibrates the quantiles (`prequential/`): each error comes from
 * coefficients fitted only to rows whose target was known before, in blocks. The same errors bound the influence of
 * outliers on what is learnt next (Huber 1964).
 *
 * Direct multi-step: Chevillon (2007), J. Economic Surveys 21(4). Ridge: Hoerl & Kennard (1970), Technometrics 12(1).
 *
 * Not for loads that jump between levels at unpredictable times: there the last value is the better forecast. Not with
 * less than a few hours of history.
 */
import { prequential } from '../prequential/prequential.js';
import { RidgeMember, ridgeMinSamples } from './ridge-member.js';

export const ridge = prequential({
  name: 'ridge',
  format: 7,
  minSamples: ridgeMinSamples,
  start: (_, frame, knots) => [new RidgeMember(frame, knots)],
  pooled: null,
  restore: ([state], frame, knots) => [RidgeMember.restore(state, frame, knots)],
});
