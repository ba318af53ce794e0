import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import type { FitOptions, Forecaster } from '../../src/core/forecaster.js';
import type { Series } from '../../src/core/series.js';
import { asTrained } from '../../src/evaluate/as-trained.js';
import { forecasterByName } from '../../src/forecast/registry.js';
import { dailyLoad } from '../forecast/generators.js';
import { at, loadTest, outage, withEvents } from '../series/hygiene/planted.js';

const STEP = 5 * MINUTE_MS;
const OPTIONS: FitOptions = { horizonSteps: 12, levels: [0.5], seasonSteps: [288] };

/** Keeps what it is shown. */
class Witness implements Forecaster {
  readonly name = 'witness';
  shown!: Series;
  minSamples = (): number => 7;
  restore = (): never => expect.unreachable();
  fit(series: Series, options: FitOptions): ReturnType<Forecaster['fit']> {
    this.shown = series;
    return forecasterByName('last-value').fit(series, options);
  }
}

describe('asTrained', () => {
  const load = dailyLoad(1, 7, { stepMs: STEP });

  it('has the name and the needs of the forecaster', () => {
    const contestant = asTrained(new Witness(), { ignoreWindows: [] });
    expect([contestant.name, contestant.minSamples(OPTIONS)]).toEqual(['witness', 7]);
  });

  it('shows it the history without what training masks', () => {
    const witness = new Witness();
    const spoilt = withEvents(load, outage(at(2, 14)), loadTest(at(4, 10), HOUR_MS, 2));
    const ignored = { fromMs: load.startMs + at(4, 10), toMs: load.startMs + at(4, 11) - 1 };
    asTrained(witness, { ignoreWindows: [ignored] }).fit(spoilt, OPTIONS);
    const gaps = (day: number, hour: number): boolean => Number.isNaN(witness.shown.at(load.startMs + at(day, hour)));
    expect([gaps(2, 13), gaps(2, 14), gaps(2, 15.5), gaps(2, 17)]).toEqual([false, true, true, false]);
    expect([gaps(4, 9), gaps(4, 10), gaps(4, 10.5), gaps(4, 11)]).toEqual([false, true, true, false]);
  });

  it('shows it the history on the clock of the zone', () => {
    const witness = new Witness();
    // January: an hour ahead of UTC.
    asTrained(witness, { ignoreWindows: [], timeZone: 'Europe/Berlin' }).fit(load, OPTIONS);
    expect(witness.shown.startMs).toBe(load.startMs + HOUR_MS);
    expect(witness.shown.values).toEqual(load.values);
  });
});
