import fc from 'fast-check';
import { mean, median, standardDeviation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { DEMO_HISTORY_MS, demoStartMs, demoWorkloads, type DemoWorkload } from '../../src/demo/workloads.js';

/** A Monday, 11:35 UTC. */
const START = Date.UTC(2026, 10, 23, 11, 35);
const FIRST_DAY = Date.UTC(2026, 10, 9);
const workloads = demoWorkloads({ seed: 42, startMs: START });
const [checkout, reports, transcode, training] = workloads as [DemoWorkload, DemoWorkload, DemoWorkload, DemoWorkload];

/** One value a minute, `fromMs` included. */
function minutely(workload: DemoWorkload, fromMs: number, minutes: number): number[] {
  return Array.from({ length: minutes }, (_, i) => workload.valueAt(fromMs + i * MINUTE_MS));
}

function weekdays(): number[] {
  const days = Array.from({ length: 14 }, (_, day) => FIRST_DAY + day * DAY_MS);
  return days.filter((dayMs) => ![0, 6].includes(new Date(dayMs).getUTCDay()));
}

describe('all generated workloads', () => {
  it('have values that depend on the seed and the time alone, are finite and not negative', () => {
    const again = demoWorkloads({ seed: 42, startMs: START });
    const minute = fc.integer({ min: -14 * 24 * 60, max: 7 * 24 * 60 });
    fc.assert(
      fc.property(fc.nat(workloads.length - 1), minute, (index, offset) => {
        const value = workloads[index]!.valueAt(START + offset * MINUTE_MS);
        expect(value).toBe(again[index]!.valueAt(START + offset * MINUTE_MS));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThan(Infinity);
      }),
    );
  });

  it('have other values with another seed', () => {
    const others = demoWorkloads({ seed: 43, startMs: START });
    others.forEach((other, i) => {
      expect(minutely(other, START, 60)).not.toEqual(minutely(workloads[i]!, START, 60));
    });
  });

  it('say that they are generated, and have queries, names and limits of their own', () => {
    for (const { description } of workloads) expect(description).toMatch(/^generated: /);
    expect(new Set(workloads.map(({ query }) => query)).size).toBe(workloads.length);
    expect(new Set(workloads.map(({ namespace, name }) => `${namespace}/${name}`)).size).toBe(workloads.length);
  });

  it('stay within what their replicas can carry at most', () => {
    for (const workload of workloads) {
      const highest = Math.max(...minutely(workload, START - DEMO_HISTORY_MS, 21 * 24 * 60));
      expect(highest).toBeLessThan(workload.maxReplicas * workload.targetPerReplica);
    }
  });
});

describe('shop/checkout', () => {
  it('rises by half and more around noon, on every weekday', () => {
    for (const dayMs of weekdays()) {
      const before = mean(minutely(checkout, dayMs + 11.4 * HOUR_MS, 20));
      const after = mean(minutely(checkout, dayMs + 12.2 * HOUR_MS, 20));
      expect(after / before).toBeGreaterThan(1.5);
    }
  });

  it('does not rise at the same minute every day', () => {
    const halfway = weekdays().map((dayMs) => {
      const values = minutely(checkout, dayMs + 11.8 * HOUR_MS, 30);
      const level = (values[0]! + values.at(-1)!) / 2;
      return values.findIndex((value) => value > level);
    });
    expect(new Set(halfway).size).toBeGreaterThan(2);
  });

  it('is quiet at night and busy in the evening, less so on Sundays', () => {
    const night = mean(minutely(checkout, FIRST_DAY + 3 * HOUR_MS, 60));
    const monday = mean(minutely(checkout, FIRST_DAY + 20 * HOUR_MS, 60));
    const sunday = mean(minutely(checkout, FIRST_DAY + 6 * DAY_MS + 20 * HOUR_MS, 60));
    expect(monday).toBeGreaterThan(5 * night);
    expect(sunday).toBeLessThan(0.85 * monday);
  });

  it('is noisier when it is busier', () => {
    const spread = (hour: number): number => {
      const jumps = weekdays().flatMap((dayMs) => {
        const values = minutely(checkout, dayMs + hour * HOUR_MS, 60);
        return values.slice(1).map((value, i) => value - values[i]!);
      });
      return standardDeviation(jumps);
    };
    expect(spread(20)).toBeGreaterThan(2 * spread(2));
  });
});

describe('batch/reports', () => {
  it('is on just after the full hour and off at its end, by day', () => {
    for (let hour = 6; hour <= 20; hour++) {
      expect(reports.valueAt(FIRST_DAY + hour * HOUR_MS + 5 * MINUTE_MS)).toBeGreaterThan(40);
      expect(reports.valueAt(FIRST_DAY + hour * HOUR_MS + 50 * MINUTE_MS)).toBe(0);
    }
  });

  it('is a known 0 at night', () => {
    expect(minutely(reports, FIRST_DAY, 6 * 60)).toEqual(Array(360).fill(0));
  });
});

describe('video/transcode', () => {
  it('grows by about 2 % of its first level per day', () => {
    const dayMedian = (day: number): number => median(minutely(transcode, FIRST_DAY + day * DAY_MS, 24 * 60));
    // From the first to the last of 14 days: 1 + 13 * 0.02 = 1.26; the median is not moved much by bursts.
    expect(dayMedian(13) / dayMedian(0)).toBeGreaterThan(1.12);
    expect(dayMedian(13) / dayMedian(0)).toBeLessThan(1.4);
  });

  it('has bursts that stand out from the half hour before', () => {
    const values = minutely(transcode, FIRST_DAY, 14 * 24 * 60);
    const bursts = values.filter((value, i) => i >= 30 && value > 1.5 * Math.max(...values.slice(i - 30, i - 5)));
    expect(bursts.length).toBeGreaterThan(50);
  });
});

describe('ml/training', () => {
  const history = minutely(training, FIRST_DAY, 14 * 24 * 60);

  it('is a whole number that holds and then jumps', () => {
    expect(history.every(Number.isInteger)).toBe(true);
    const jumps = history.filter((value, i) => i > 0 && value !== history[i - 1]!).length;
    // Three levels of steps, every 70 min, 5 h and 19 h: 288 + 67 + 18 in 14 days, less those that round to nothing.
    expect(jumps).toBeGreaterThan(200);
    expect(jumps).toBeLessThanOrEqual(400);
  });
});

describe('what a forecast can do', () => {
  /** Mean absolute error an hour ahead: of the last value, and of the value a day before. */
  function errors(workload: DemoWorkload): { last: number; dayBefore: number } {
    const origins = Array.from({ length: 6 * 24 * 6 }, (_, i) => FIRST_DAY + 2 * DAY_MS + i * 10 * MINUTE_MS);
    const error = (lagMs: number): number =>
      mean(origins.map((at) => Math.abs(workload.valueAt(at + HOUR_MS) - workload.valueAt(at + HOUR_MS - lagMs))));
    return { last: error(HOUR_MS), dayBefore: error(DAY_MS) };
  }

  it('is much on shop/checkout: yesterday tells the next hour better than the present does', () => {
    const { last, dayBefore } = errors(checkout);
    expect(dayBefore).toBeLessThan(0.8 * last);
  });

  it('is nothing on ml/training: yesterday is worse than the present', () => {
    const { last, dayBefore } = errors(training);
    expect(dayBefore).toBeGreaterThan(1.1 * last);
  });
});

describe('demoStartMs', () => {
  it.each([
    ['later on a Tuesday: the same day', '2026-11-24T18:12:00Z', '2026-11-24T11:35:00Z'],
    ['at that very moment: now', '2026-11-27T11:35:00Z', '2026-11-27T11:35:00Z'],
    ['a moment too early on a Wednesday: the day before', '2026-11-25T11:34:59Z', '2026-11-24T11:35:00Z'],
    ['on a Sunday: Friday', '2026-11-22T18:00:00Z', '2026-11-20T11:35:00Z'],
    ['on a Monday: Friday', '2026-11-23T18:00:00Z', '2026-11-20T11:35:00Z'],
    ['early on a Tuesday: Friday', '2026-11-24T03:00:00Z', '2026-11-20T11:35:00Z'],
  ])('%s', (_sentence, now, start) => {
    expect(new Date(demoStartMs(Date.parse(now))).toISOString()).toBe(new Date(start).toISOString());
  });
});
