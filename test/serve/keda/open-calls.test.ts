import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OpenCalls } from '../../../src/serve/keda/open-calls.js';

/** Opens calls until no more are allowed. @returns how many are open then */
function takeAll(calls: OpenCalls): { openCalls: number } {
  const connection = { openCalls: 0 };
  expect(() => {
    for (;;) calls.enter(connection);
  }).toThrow(expect.objectContaining({ code: status.RESOURCE_EXHAUSTED }) as Error);
  return connection;
}

describe('open calls', () => {
  it('are shared so that each greedy connection gets half of what is left', () => {
    const calls = new OpenCalls(1_000);
    // 500 of 1,000, then 250 of the 500 that are left, and so on.
    expect([1, 2, 3, 4].map(() => takeAll(calls).openCalls)).toEqual([500, 250, 125, 63]);
  });

  it('can be had again once they are over', () => {
    const calls = new OpenCalls(10);
    const greedy = takeAll(calls);
    while (greedy.openCalls > 0) calls.leave(greedy);
    expect(takeAll(calls).openCalls).toBe(5);
  });

  it('are never more than allowed, whoever asks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (askers, most) => {
        const calls = new OpenCalls(most);
        const connections = Array.from({ length: 5 }, () => ({ openCalls: 0 }));
        for (const asker of askers) {
          try {
            calls.enter(connections[asker]!);
          } catch {
            // Refused, which must not count.
          }
          expect(connections.reduce((sum, { openCalls }) => sum + openCalls, 0)).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});
