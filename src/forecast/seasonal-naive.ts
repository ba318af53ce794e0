/**
 * Seasonal naive: what was one season ago comes again.
 *
 *     forecast(t + h) = y(t + h - k m),   m the season length, k the fewest seasons that reach a known sample
 *
 * Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 5.2. Right for loads that run by the clock, such as
 * batch windows. Not where the level moves between seasons: it ignores what has been observed today. Does not apply
 * when the data show no season.
 */
import { calibrated, type PointModel } from './calibrated.js';
import { lastKnown } from './last-known.js';

export const seasonalNaiveRule: PointModel = {
  name: 'seasonal-naive',
  warmupSteps: ({ seasonSteps }) => seasonSteps[0] ?? Infinity,
  from(values, origin, { seasonSteps }) {
    const season = seasonSteps[0] ?? Infinity;
    return (stepsAhead) => {
      for (let i = origin + stepsAhead - season * Math.ceil(stepsAhead / season); i >= 0; i -= season) {
        if (!Number.isNaN(values[i]!)) return values[i]!;
      }
      return lastKnown(values, origin);
    };
  },
};

export const seasonalNaive = calibrated(seasonalNaiveRule);
