/**
 * A small neural network, trained for each workload.
 *
 *     Q(t + h) = y(t) + s_h q_h(x(t)),    q = median +- cumulated softplus widths of  max(A x + a, 0) B + b + C x
 *
 * One network says the quantiles of the load, square-rooted and relative to what it is now, at some ten steps ahead at once
 * (`network.ts`), from recent lags and from how it went on at this time in earlier seasons (`inputs.ts`). It minimises the pinball
 * loss (`train-network.ts`, TensorFlow.js). Later samples do not change its weights; what it was wrong by corrects it and
 * calibrates its quantiles (`prequential/knot-errors.ts`, on the scores of `quantile-score.ts`).
 * A training after an earlier one goes on from its weights (`warm-start.ts`).
 *
 * Direct quantiles of several horizons: Wen et al. (2017), "A multi-horizon quantile recurrent forecaster", arXiv 1711.11053. Dense
 * layers beside a linear path: Das et al. (2023), "Long-term forecasting with TiDE", arXiv 2304.08424.
 *
 * Not where training time matters: a fit takes some twenty times as long as that of the ridge regression. Not with less than
 * two days of history.
 */
import { InsufficientHistoryError } from '../../core/errors.js';
import type { FitOptions, Forecaster } from '../../core/forecaster.js';
import type { Series } from '../../core/series.js';
import { COLD_EFFORT, learnWith, neuralMinSamples, WARM_EFFORT, type Learner } from './learn.js';
import { NAME, NeuralModel } from './neural-model.js';

export const neural = neuralWith(learnWith({ cold: COLD_EFFORT, warm: WARM_EFFORT }));

/** The same with a learner of one's own. */
export function neuralWith(learn: Learner): Forecaster {
  const fit = (series: Series, options: FitOptions, previous?: unknown): NeuralModel => {
    const needed = neuralMinSamples(options);
    const known = series.countKnown();
    if (known < needed) throw new InsufficientHistoryError(known, needed, NAME);
    return NeuralModel.fit(series, options, learn, previous);
  };
  return {
    name: NAME,
    minSamples: neuralMinSamples,
    fit: (series, options) => fit(series, options),
    refit: fit,
    restore: (state) => NeuralModel.restore(state),
  };
}
