import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { RefitSchedule, type Cause, type Standing } from '../../src/train/refit-schedule.js';

const WELL: Standing = { hasModel: true, knownSamples: 100, hasDrifted: false, isCorrected: false };

/** Trained at 0 with evidence, and a better model from 200 samples on. */
function aSchedule({ phase = 0, hasEvidence = true } = {}): RefitSchedule {
  const schedule = new RefitSchedule(phase);
  schedule.trained(0, { hasEvidence, nextModelAtSamples: 200 });
  return schedule;
}

describe('RefitSchedule', () => {
  it('wants a first model at once', () => {
    expect(new RefitSchedule(0).causeAt(0, { ...WELL, hasModel: false })).toBe('first');
  });

  it.each<[string, number, Partial<Standing>, Cause | null]>([
    ['nothing, while all is well', 5 * HOUR_MS, {}, null],
    ['a refit after six hours', 6 * HOUR_MS, {}, 'period'],
    ['a refit once there is enough history for a better model', MINUTE_MS, { knownSamples: 200 }, 'history'],
    ['no better model before that', MINUTE_MS, { knownSamples: 199 }, null],
    ['no refit on drift within an hour', HOUR_MS - 1, { hasDrifted: true }, null],
    ['a refit on drift after an hour', HOUR_MS, { hasDrifted: true }, 'drift'],
    ['a fit of corrected samples at once', 1, { isCorrected: true }, 'correction'],
    ['rather a full refit than a fit of corrected samples', HOUR_MS, { isCorrected: true, hasDrifted: true }, 'drift'],
    ['a first model once there is enough history for one', 1, { hasModel: false, knownSamples: 200 }, 'first'],
    ['none for too little history', 1, { hasModel: false, isCorrected: true }, null],
    ['a look at too little history all the same when it is time', 6 * HOUR_MS, { hasModel: false }, 'first'],
  ])('wants %s', (_, nowMs, standing, expected) => {
    expect(aSchedule().causeAt(nowMs, { ...WELL, ...standing })).toBe(expected);
  });

  it('wants a refit every hour while there is no evidence', () => {
    expect(aSchedule({ hasEvidence: false }).causeAt(HOUR_MS, WELL)).toBe('period');
  });

  it('wants a refit earlier for a workload later in the phase', () => {
    expect(aSchedule({ phase: 0.5 }).causeAt(4.5 * HOUR_MS, WELL)).toBe('period');
    expect(aSchedule({ phase: 0.5 }).causeAt(4.5 * HOUR_MS - 1, WELL)).toBeNull();
  });

  it('wants a first model at once when the one before it is lost', () => {
    const schedule = aSchedule();
    schedule.lost();
    expect(schedule.causeAt(1, { ...WELL, hasModel: false })).toBe('first');
  });

  it('waits twice as long after each failure, an hour at most, and not at all after a success', () => {
    const schedule = aSchedule();
    const waits = Array.from({ length: 8 }, () => schedule.failed(0) / MINUTE_MS);
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(schedule.causeAt(HOUR_MS - 1, { ...WELL, isCorrected: true })).toBeNull();
    expect(schedule.causeAt(HOUR_MS, { ...WELL, isCorrected: true })).toBe('correction');
    schedule.succeeded();
    expect(schedule.causeAt(1, { ...WELL, isCorrected: true })).toBe('correction');
    expect(schedule.failed(0) / MINUTE_MS).toBe(1);
  });
});
