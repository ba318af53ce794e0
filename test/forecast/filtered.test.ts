import { describe, expect, it } from 'vitest';
import { filtered, type Filter } from '../../src/forecast/filtered.js';
import { destabilise } from '../../src/forecast/transform.js';
import { seriesOf } from './generators.js';

/** Says that what was last pushed comes again, once it has been pushed two samples; remembers all that it was given. */
class Echo implements Filter {
  readonly seen: number[] = [];

  push(value: number): void {
    this.seen.push(value);
  }

  forecast(path: Float64Array): void {
    path.fill(this.seen.length < 2 ? NaN : this.seen.findLast((value) => !Number.isNaN(value))!);
  }

  toJSON(): unknown {
    return this.seen;
  }
}

function echo(): { readonly filter: Echo; readonly forecaster: ReturnType<typeof filtered> } {
  const filter = new Echo();
  const restore = (): never => {
    throw new Error('not restored here');
  };
  return { filter, forecaster: filtered({ name: 'echo', warmupSteps: () => 2, start: () => filter, restore }) };
}

const OPTIONS = { horizonSteps: 3, levels: [0.1, 0.5, 0.9], seasonSteps: [] };
/** Grows by one per step on the scale of the filter. */
const steady = Array.from({ length: 100 }, (_, i) => destabilise(i));

describe('filtered', () => {
  it('says at every level what the filter has always been wrong by', () => {
    const { forecaster } = echo();
    // The last index is 99: h steps ahead the echo of it is wrong by h, as it has always been.
    for (const row of forecaster.fit(seriesOf(steady), OPTIONS).forecast().values) {
      row.forEach((value, k) => {
        expect(value).toBeCloseTo(destabilise(100 + k), 9);
      });
    }
  });

  it('judges forecasts by what came, not by when it was asked', () => {
    // Wrong by 1 up to the last sample, by 11 there: of 97 one-step residuals only the largest is not 1.
    const { forecaster } = echo();
    const jump = [...steady.slice(0, 99), destabilise(109)];
    const { values } = forecaster.fit(seriesOf(jump), OPTIONS).forecast();
    expect(values[1]![0]!).toBeCloseTo(destabilise(110), 9);
  });

  it('gives the filter the transformed samples, from the first known one on', () => {
    const { filter, forecaster } = echo();
    forecaster.fit(seriesOf([NaN, NaN, 4, NaN, -9, ...steady]), OPTIONS);
    expect(filter.seen.slice(0, 3)).toEqual([2, NaN, -3]);
    expect(filter.seen.length).toBe(103);
  });

  it('never says more than three times what was ever seen', () => {
    // 0 and 1 by turns, then 100 once: the last residuals alone would not bound the sum of centre and offset.
    const { forecaster } = echo();
    const values = [...Array.from({ length: 99 }, (_, i) => (i % 2 === 0 ? 0 : 100)), 100];
    const forecast = forecaster.fit(seriesOf(values), { ...OPTIONS, levels: [0.99] }).forecast();
    expect(Math.max(...forecast.values[0]!)).toBe(300);
  });

  it('needs its warm-up, a horizon, and twenty origins', () => {
    expect(echo().forecaster.minSamples(OPTIONS)).toBe(2 + 3 + 19);
  });
});
