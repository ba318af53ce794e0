import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { untilAborted, untilEither } from '../../src/triggers/until-aborted.js';

const forever = new Promise<never>(() => undefined);

describe('untilAborted', () => {
  test('gives what the promise gives, and leaves nothing on the signal', async () => {
    const { signal } = new AbortController();
    expect(await untilAborted(Promise.resolve(7), signal)).toBe(7);
    await expect(untilAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('ends with the reason of the signal, before or while it waits', async () => {
    const controller = new AbortController();
    const waiting = untilAborted(forever, controller.signal);
    controller.abort(new Error('too late'));
    await expect(waiting).rejects.toThrow('too late');
    await expect(untilAborted(Promise.resolve(7), controller.signal)).rejects.toThrow('too late');
  });
});

describe('untilEither', () => {
  test.each([0, 1])('ends with signal %i', async (which) => {
    const controllers = [new AbortController(), new AbortController()] as const;
    const [one, other] = controllers;
    const waiting = untilEither(one.signal, other.signal, (signal) => untilAborted(forever, signal));
    controllers[which]!.abort(new Error('too late'));
    await expect(waiting).rejects.toThrow('too late');
    await expect(untilEither(one.signal, other.signal, () => Promise.resolve(7))).rejects.toThrow('too late');
  });

  test('leaves nothing on either signal', async () => {
    const [one, other] = [new AbortController().signal, new AbortController().signal];
    expect(await untilEither(one, other, () => Promise.resolve(7))).toBe(7);
    expect([one, other].flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
  });
});
