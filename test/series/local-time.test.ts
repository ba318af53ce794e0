import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS, MINUTE_MS } from '../../src/core/duration.js';
import { localTimeOf } from '../../src/series/local-time.js';

const shown = (zone: string, utc: string): string => new Date(localTimeOf(zone).localMs(Date.parse(utc))).toISOString();

describe('localTimeOf', () => {
  // Transitions of the IANA time zone database.
  it.each([
    ['UTC', '2026-03-29T01:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['Europe/Berlin', '2026-01-15T12:00:00Z', '2026-01-15T13:00:00.000Z'],
    ['Europe/Berlin', '2026-07-15T12:00:00Z', '2026-07-15T14:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', '2026-03-29T01:59:59.000Z'],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-29T03:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25T00:59:00Z', '2026-10-25T02:59:00.000Z'],
    ['Europe/Berlin', '2026-10-25T01:00:00Z', '2026-10-25T02:00:00.000Z'],
    ['America/New_York', '2026-03-08T06:59:00Z', '2026-03-08T01:59:00.000Z'],
    ['America/New_York', '2026-03-08T07:00:00Z', '2026-03-08T03:00:00.000Z'],
    ['America/New_York', '2026-11-01T05:59:00Z', '2026-11-01T01:59:00.000Z'],
    ['America/New_York', '2026-11-01T06:00:00Z', '2026-11-01T01:00:00.000Z'],
    // Half an hour, at 2:00 local: from +11:00 to +10:30 and back.
    ['Australia/Lord_Howe', '2026-04-04T14:59:00Z', '2026-04-05T01:59:00.000Z'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', '2026-04-05T01:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:29:00Z', '2026-10-04T01:59:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', '2026-10-04T02:30:00.000Z'],
    ['Asia/Kathmandu', '2026-06-01T00:00:00Z', '2026-06-01T05:45:00.000Z'],
    ['America/St_Johns', '2026-01-01T00:00:00Z', '2025-12-31T20:30:00.000Z'],
  ])('%s at %s shows %s', (zone, utc, local) => {
    expect(shown(zone, utc)).toBe(local);
  });

  it('agrees with the calendar fields of the runtime at any moment: property', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Tehran'];
    const minutes = fc.integer({ min: Date.UTC(2010, 0) / MINUTE_MS, max: Date.UTC(2035, 0) / MINUTE_MS });
    fc.assert(
      fc.property(fc.constantFrom(...zones), minutes, (zone, minute) => {
        const timeMs = minute * MINUTE_MS;
        const text = new Date(timeMs).toLocaleString('sv-SE', { timeZone: zone });
        expect(new Date(localTimeOf(zone).localMs(timeMs)).toISOString().slice(0, 19).replace('T', ' ')).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  it('answers the same whatever it was asked before', () => {
    const clock = localTimeOf('Europe/Berlin');
    const around = Date.parse('2026-10-25T00:00:00Z');
    for (let hour = -48; hour <= 48; hour++) {
      const timeMs = around + hour * HOUR_MS;
      expect(clock.localMs(timeMs)).toBe(localTimeOf('Europe/Berlin').localMs(timeMs));
    }
  });

  it('refuses what is not a time zone', () => {
    expect(() => localTimeOf('Berlin')).toThrow('"Berlin" is not a time zone; expected a name such as Europe/Berlin');
  });
});
