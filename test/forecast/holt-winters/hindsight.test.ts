import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Hindsight, type Task } from '../../../src/forecast/holt-winters/hindsight.js';
import { initialState } from '../../../src/forecast/holt-winters/initial-state.js';
import { Smoothing, type Parameters } from '../../../src/forecast/holt-winters/smoothing.js';

/** The errors of forecasts made one after the other, as the model makes them. */
function stepByStep({ values, season, halfWidth, leads }: Task, parameters: Parameters): number[] {
  return leads.map((lead) => {
    const smoothing = new Smoothing(parameters, initialState(values.slice(0, season), halfWidth), lead);
    const squares: number[] = [];
    for (let i = season; i + lead < values.length; i++) {
      smoothing.push(values[i]!);
      const error = values[i + lead]! - smoothing.ahead(lead);
      if (!Number.isNaN(error)) squares.push(error * error);
    }
    return squares.reduce((sum, square) => sum + square, 0) / squares.length;
  });
}

const share = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const sample = fc.oneof({ weight: 9, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) }, fc.constant(NaN));

describe('Hindsight', () => {
  it('has the errors of a model that went through the series, gaps and leads of several seasons included', () => {
    fc.assert(
      fc.property(
        fc.array(sample, { minLength: 30, maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 4 }),
        fc.record({ alpha: share, beta: share, gamma: share, phi: share, rho: share }),
        (samples, season, leads, parameters) => {
          const values = Float64Array.from([1, ...samples]);
          const task = { values, season, halfWidth: 1, leads };
          const expected = stepByStep(task, parameters);
          new Hindsight(task).meanSquaredErrors(parameters).forEach((error, j) => {
            if (Number.isNaN(expected[j])) expect(error).toBeNaN();
            else expect(error / expected[j]!).toBeCloseTo(1, 9);
          });
        },
      ),
    );
  });

  it('forgets the parameters it was asked for before', () => {
    const task = { values: Float64Array.of(1, 5, 2, 6, 1, 4, 3), season: 2, halfWidth: 0, leads: [1, 3] };
    const one = { alpha: 0.5, beta: 0.1, gamma: 0.3, phi: 0.9, rho: 0.2 };
    const other = { alpha: 0.9, beta: 0.4, gamma: 0.05, phi: 0.8, rho: 0.7 };
    const hindsight = new Hindsight(task);
    hindsight.meanSquaredErrors(other);
    expect(hindsight.meanSquaredErrors(one)).toEqual(new Hindsight(task).meanSquaredErrors(one));
  });
});
