import { afterEach, describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/core/duration.js';
import { TrainingError } from '../../src/core/errors.js';
import { WorkerExecutor } from '../../src/train/worker-executor.js';
import type { Stage } from '../../src/train/request.js';
import { trainRequest } from '../contract/trainer.js';
import { ManualClock } from '../support/manual-clock.js';

const FAULTY = new URL('./faulty-worker.ts', import.meta.url);
const opened: WorkerExecutor[] = [];
afterEach(() => Promise.all(opened.splice(0).map((executor) => executor.close())));

function aFaultyExecutor(clock = new ManualClock()) {
  const executor = new WorkerExecutor({ size: 2, clock, module: FAULTY });
  opened.push(executor);
  const { signal } = new AbortController();
  const ask = (model: string, onStage: (stage: Stage) => void = () => undefined): Promise<unknown> =>
    executor.execute({ task: 'train', request: trainRequest(1, { model }) }, { signal, onStage });
  return { executor, clock, ask };
}

describe('WorkerExecutor', () => {
  it.each([
    ['exits', 'the worker thread ended with code 3'],
    ['throws', 'the worker thread ended with code 1: Error: a bug'],
    ['runs out of memory', 'reaching memory limit'],
  ])(
    'a worker that %s fails its own job alone, and is replaced',
    async (fault, message) => {
      const { ask } = aFaultyExecutor();
      const [thread, other] = await Promise.all([ask('works'), ask('works')]);
      const [failed, works] = await Promise.allSettled([ask(fault), ask('works')]);
      expect(failed).toMatchObject({ reason: expect.any(TrainingError) as unknown });
      expect(String((failed as PromiseRejectedResult).reason)).toContain(message);
      expect(works).toMatchObject({ value: expect.any(Number) as unknown });
      const after = await Promise.all([ask('works'), ask('works')]);
      // One thread is left of the two, and a new one.
      expect(after.filter((id) => id === thread || id === other)).toHaveLength(1);
    },
    60_000,
  );

  it('a worker that hangs is stopped after a minute without a sign of life, and replaced', async () => {
    const { ask, clock } = aFaultyExecutor();
    const hanging = expect(ask('hangs')).rejects.toThrow('gave no sign of life for 1m and was stopped');
    await clock.advance(MINUTE_MS);
    await hanging;
    expect(await ask('works')).toEqual(expect.any(Number));
  });

  it('a worker that works on for longer than that is left alone', async () => {
    const { ask, clock } = aFaultyExecutor();
    let told: () => void = () => undefined;
    const stage = new Promise<void>((resolve) => (told = resolve));
    const working = ask('works on', told);
    await clock.advance(MINUTE_MS - 1);
    await stage;
    await clock.advance(MINUTE_MS - 1);
    const outcome = Promise.race([working, Promise.resolve('still at work')]);
    expect(await outcome).toBe('still at work');
    const ended = expect(working).rejects.toThrow('no sign of life');
    await clock.advance(1);
    await ended;
  });

  it('starts a thread when none is idle, and uses it again', async () => {
    const { ask } = aFaultyExecutor();
    const first = await ask('works');
    expect(await ask('works')).toBe(first);
    const both = await Promise.all([ask('works'), ask('works')]);
    expect(both).toContain(first);
    expect(new Set(both).size).toBe(2);
  });

  it('takes over the samples instead of copying them', async () => {
    const { executor } = aFaultyExecutor();
    const request = trainRequest();
    const { signal } = new AbortController();
    await executor.execute({ task: 'train', request }, { signal, onStage: () => undefined });
    expect(request.history.values).toHaveLength(0);
  });

  it('closes while a thread is at work, which ends its job', async () => {
    const { executor, ask } = aFaultyExecutor();
    const hanging = expect(ask('is silent')).rejects.toThrow('the worker thread ended');
    await executor.close();
    await hanging;
  });
});
