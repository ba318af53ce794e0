/**
 * Last value: what is now stays.
 *
 *     forecast(t + h) = y(t)
 *
 * The random-walk or naive forecast (Hyndman & Athanasopoulos, Forecasting: Principles and Practice, 5.2), and the
 * baseline that every other model must beat. Right for loads that move in steps at unpredictable times. Not for loads
 * that follow the clock: it is late by construction.
 */
import { calibrated, type PointModel } from './calibrated.js';
import { lastKnown } from './last-known.js';

const rule: PointModel = {
  name: 'last-value',
  warmupSteps: () => 1,
  from(values, origin) {
    const value = lastKnown(values, origin);
    return () => value;
  },
};

export const lastValue = calibrated(rule);
