import { describe, expect, test } from 'vitest';
import { cronType } from '../../src/triggers/cron.js';
import { ManualClock } from '../support/manual-clock.js';
import { makeTrigger, reactiveTrigger, type WrittenTrigger } from './make-trigger.js';

const never = new AbortController().signal;

const written = (metadata: Record<string, string> = {}): WrittenTrigger => ({
  type: 'cron',
  metadata: { timezone: 'UTC', start: '0 8 * * 1-5', end: '0 18 * * 1-5', desiredReplicas: '10', ...metadata },
});

async function isActiveAt(time: string, metadata: Record<string, string>): Promise<boolean> {
  const types = [cronType({ clock: new ManualClock(Date.parse(time)) })];
  const { open } = reactiveTrigger(types, written(metadata));
  const source = await open(never);
  const { active, metrics } = await source.read(never);
  await source.close();
  expect(metrics).toMatchObject([{ target: 1, value: active ? 10 : 0 }]);
  return active;
}

// 2026-01-06 is a Tuesday, 2026-01-10 a Saturday.
test.each<[sentence: string, time: string, metadata: Record<string, string>, active: boolean]>([
  ['active within the window', '2026-01-06T12:00:00Z', {}, true],
  ['not after it', '2026-01-06T20:00:00Z', {}, false],
  ['not on a day without one', '2026-01-10T12:00:00Z', {}, false],
  ['not just before the start', '2026-01-06T07:59:59.999Z', {}, false],
  ['active from the start on', '2026-01-06T08:00:00Z', {}, true],
  ['active until just before the end', '2026-01-06T17:59:59.999Z', {}, true],
  ['not from the end on', '2026-01-06T18:00:00Z', {}, false],
  ['in the time zone: Tokyo is nine hours ahead', '2026-01-05T23:30:00Z', { timezone: 'Asia/Tokyo' }, true],
  ['in the time zone: it is evening in Tokyo', '2026-01-06T12:00:00Z', { timezone: 'Asia/Tokyo' }, false],
  ['over midnight', '2026-01-06T02:00:00Z', { start: '0 22 * * *', end: '0 6 * * *' }, true],
  ['over midnight, by day', '2026-01-06T12:00:00Z', { start: '0 22 * * *', end: '0 6 * * *' }, false],
  ['several windows an hour', '2026-01-06T12:40:00Z', { start: '0,30 * * * *', end: '15,45 * * * *' }, true],
  ['between two of them', '2026-01-06T12:20:00Z', { start: '0,30 * * * *', end: '15,45 * * * *' }, false],
  ['a step that begins at a number', '2026-01-06T12:21:00Z', { start: '5/15 * * * *', end: '10/15 * * * *' }, true],
  ['names of days', '2026-01-06T12:00:00Z', { start: '0 8 * * mon-FRI', end: '0 18 * * MON-fri' }, true],
  [
    'day of the month or day of the week where both are given: Tuesday the 6th for the 13th or Tuesdays',
    '2026-01-06T12:00:00Z',
    { start: '0 8 13 * 2', end: '0 18 13 * 2' },
    true,
  ],
  ['a question mark is any day', '2026-01-06T12:00:00Z', { start: '0 8 ? * 2', end: '0 18 ? * 2' }, true],
  [
    'a start and an end at the same moment: the end counts',
    '2026-01-05T23:00:00Z',
    { start: '0 0 * * 2', end: '0 0 * * *' },
    true,
  ],
])('%s', async (_sentence, time, metadata, active) => {
  expect(await isActiveAt(time, metadata)).toBe(active);
});

// Berlin, 2026: at 01:00Z on 29 March 02:00 becomes 03:00; at 01:00Z on 25 October 03:00 becomes 02:00.
describe('when the clocks change', () => {
  const berlin = { timezone: 'Europe/Berlin', start: '30 2 * * *', end: '0 4 * * *' };
  test.each([
    ['not before a start that is skipped', '2026-03-29T00:59:59Z', false],
    ['active from the moment after the gap', '2026-03-29T01:00:00Z', true],
    ['not after the end, 04:00 of summer', '2026-03-29T02:00:00Z', false],
    ['active from the first of two starts', '2026-10-25T00:30:00Z', true],
    ['still active between the two', '2026-10-25T01:00:00Z', true],
    ['still active after the second', '2026-10-25T01:45:00Z', true],
    ['not after the end, 04:00 of winter', '2026-10-25T03:00:00Z', false],
  ])('%s', async (_sentence, time, active) => {
    expect(await isActiveAt(time, berlin)).toBe(active);
  });

  test('a list of times that is skipped is not lost either', async () => {
    expect(await isActiveAt('2026-03-29T01:10:00Z', { ...berlin, start: '10,30 2 * * *' })).toBe(true);
  });
});

const types = [cronType({ clock: new ManualClock() })];

test.each<[metadata: Record<string, string>, name: string]>([
  [{ start: '0,30 * * * *', end: '15,45 * * * *' }, 'cron-UTC-0Cm30xxxx-15Cm45xxxx'],
  [{ timezone: 'Europe/Berlin', start: '*/5 ? * * *', end: '0 18 * * 1-5' }, 'cron-Europe-Berlin-xSl5Qmxxx-018xx1-5'],
])('the metric of %j is %s', (metadata, name) => {
  expect(reactiveTrigger(types, written(metadata)).metrics).toEqual([{ name, target: 1 }]);
});

test.each<[sentence: string, metadata: Record<string, string>, ...problems: RegExp[]]>([
  ['no time zone', { timezone: '' }, /error timezone: timezone is required/],
  ['no times', { start: '', end: ' ' }, /error start: start is required/, /error end: end is required/],
  ['no replicas', { desiredReplicas: '' }, /desiredReplicas is required/],
  ['0 replicas', { desiredReplicas: '0' }, /error desiredReplicas: must be greater than 0/],
  ['half a replica', { desiredReplicas: '1.5' }, /error desiredReplicas: not a whole number/],
  [
    'a time zone that is none',
    { timezone: 'Europe/Atlantis' },
    /error timezone: not a time zone \(got Europe\/Atlantis; expected a name/,
  ],
  ['an offset', { timezone: '+02:00' }, /error timezone: not a time zone/],
  ['four fields', { start: '0 8 * *' }, /error start: not a cron expression \(got 0 8 \* \*; expected five fields/],
  ['seconds', { start: '0 0 8 * * *' }, /error start: not a cron expression/],
  ['a descriptor', { end: '@daily' }, /error end: not a cron expression/],
  ['what only other crons know', { start: '0 8 L * *' }, /error start: not a cron expression/],
  ['a nicknamed weekday', { start: '0 8 * * FRI#2' }, /error start: not a cron expression/],
  ['a minute that no hour has', { start: '60 8 * * *' }, /error start: Invalid value for minute: 60/],
  ['a range that runs backwards', { start: '0 8 * * 5-1' }, /error start: .*larger than/],
  ['a name in the wrong field', { start: 'mon 8 * * *' }, /error start: /],
  ['a day that no month has', { start: '0 8 31 2 *' }, /error start: such a time never comes/],
  ['the same text twice', { end: '0 8 * * 1-5' }, /error end: the same as start/],
])('reports %s', (_sentence, metadata, ...expected) => {
  const { problems } = makeTrigger(types, written(metadata));
  expect(problems).toHaveLength(expected.length);
  for (const [index, pattern] of expected.entries()) expect(problems[index]).toMatch(pattern);
});
