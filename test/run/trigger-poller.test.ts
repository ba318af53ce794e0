import { describe, expect, it } from 'vitest';
import { SECOND_MS } from '../../src/core/duration.js';
import { TriggerError } from '../../src/core/errors.js';
import { TriggerPoller } from '../../src/run/trigger-poller.js';
import { ManualClock } from '../support/manual-clock.js';
import { answers, hangs, isDeaf, isDown, ScriptedTrigger, type Gate } from '../support/scripted-trigger.js';

const ATTEMPT_MS = 5 * SECOND_MS;

function aPoller(trigger = new ScriptedTrigger(55)) {
  const clock = new ManualClock();
  const abort = new AbortController();
  const poller = new TriggerPoller({ trigger, clock, attemptMs: ATTEMPT_MS });
  return { trigger, clock, abort, poller, poll: () => poller.poll(abort.signal) };
}

/** Fails so many times, then answers. */
function failsFirst(times: number): Gate {
  let left = times;
  return (signal) => (left-- > 0 ? isDown(signal) : answers(signal));
}

describe('a poll', () => {
  it('opens the source once and keeps it', async () => {
    const { trigger, poll } = aPoller();
    expect(await poll()).toEqual({
      reading: { active: true, metrics: [{ name: 'rabbitmq-orders', target: 20, value: 55 }] },
      problem: null,
    });
    await poll();
    expect(trigger).toMatchObject({ opened: 1, reads: 2, closed: 0 });
  });

  it.each([
    ['reading', (trigger: ScriptedTrigger, gate: Gate) => (trigger.beforeRead = gate), 2],
    ['opening', (trigger: ScriptedTrigger, gate: Gate) => (trigger.beforeOpen = gate), 1],
  ])('that fails in %s is made once more with a new source', async (_what, set, opened) => {
    const { trigger, poll } = aPoller();
    set(trigger, failsFirst(1));
    expect((await poll()).problem).toBeNull();
    expect(trigger.opened).toBe(opened);
    expect(trigger.left).toBe(1);
  });

  it('has failed when the second attempt fails too, and leaves no source behind', async () => {
    const { trigger, poll } = aPoller();
    trigger.beforeRead = isDown;
    expect(await poll()).toEqual({ reading: null, problem: 'connection refused' });
    expect(trigger).toMatchObject({ opened: 2, left: 0 });
    trigger.beforeRead = answers;
    expect((await poll()).problem).toBeNull();
  });

  it.each([
    ['opening, and ends with its signal', 'beforeOpen' as const, hangs],
    ['opening, and does not', 'beforeOpen' as const, isDeaf],
    ['reading, and ends with its signal', 'beforeRead' as const, hangs],
    ['reading, and does not', 'beforeRead' as const, isDeaf],
  ])('is over after two deadlines when the source hangs in %s', async (_what, place, gate) => {
    const { trigger, clock, poll } = aPoller();
    trigger[place] = gate;
    const result = poll();
    await clock.advance(2 * ATTEMPT_MS);
    expect((await result).problem).toBe('no answer from the source within 5s');
    expect(trigger.left).toBe(0);
    expect(clock.sleeping).toBe(0);
  });

  it('replaces a connection that hangs within the same poll', async () => {
    const { trigger, clock, poll } = aPoller();
    await poll();
    let isFirst = true;
    trigger.beforeRead = (signal) => {
      const gate = isFirst ? isDeaf : answers;
      isFirst = false;
      return gate(signal);
    };
    const result = poll();
    await clock.advance(ATTEMPT_MS);
    expect((await result).problem).toBeNull();
    expect(trigger.left).toBe(1);
  });

  it('closes a source that comes after its deadline', async () => {
    const { trigger, clock, poll } = aPoller();
    const late: (() => void)[] = [];
    trigger.beforeOpen = () => new Promise((resolve) => late.push(resolve));
    const result = poll();
    await clock.advance(2 * ATTEMPT_MS);
    expect((await result).problem).not.toBeNull();
    for (const open of late) open();
    await clock.advance(1);
    expect(trigger).toMatchObject({ opened: 2, left: 0 });
  });

  it.each<[string, ScriptedTrigger['metrics'], string]>([
    ['no metric', [], 'the source answered without a metric; expected at least one'],
    ['NaN', [{ name: 'lag', target: 5, value: NaN }], 'lag is unknown; expected a finite number'],
    ['an infinity', [{ name: 'lag', target: 5, value: Infinity }], 'lag is Infinity; expected a finite number'],
    ['a target of 0', [{ name: 'lag', target: 0, value: 1 }], 'the target of lag is 0: must be greater than 0'],
    [
      'a target that is 0 to an HPA',
      [{ name: 'lag', target: 0.0001, value: 0 }],
      'the target of lag is 0.0001: too small for an HPA, which computes in thousandths',
    ],
  ])('fails for an answer with %s', async (_what, metrics, problem) => {
    const { trigger, poll } = aPoller();
    trigger.metrics = metrics;
    expect(await poll()).toEqual({ reading: null, problem });
  });

  it('shows of errors that are not ours the kind alone: their text may hold a credential', async () => {
    const { trigger, poll } = aPoller();
    trigger.beforeRead = () => Promise.reject(new TypeError('bad URL amqp://user:hunter2@host'));
    expect(await poll()).toEqual({ reading: null, problem: 'unexpected TypeError while asking the source' });
    trigger.beforeOpen = () => {
      throw new TriggerError('thrown, not rejected');
    };
    expect((await poll()).problem).toBe('thrown, not rejected');
  });

  it('is not affected by a source that cannot be closed', async () => {
    const { trigger, poll } = aPoller();
    trigger.beforeClose = () => Promise.reject(new Error('already closed'));
    trigger.beforeRead = failsFirst(1);
    expect((await poll()).problem).toBeNull();
    trigger.beforeClose = () => new Promise(() => undefined);
    trigger.beforeRead = failsFirst(1);
    expect((await poll()).problem).toBeNull();
  });

  it('rejects when it is aborted, and nothing is left open', async () => {
    const { trigger, abort, poller, poll } = aPoller();
    trigger.beforeRead = hangs;
    const result = poll();
    const rejected = expect(result).rejects.toThrow('stopping');
    abort.abort(new Error('stopping'));
    await rejected;
    await poller.close();
    expect(trigger.left).toBe(0);
  });
});
