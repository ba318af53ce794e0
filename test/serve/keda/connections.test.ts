import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Connections } from '../../../src/serve/keda/connections.js';

class FakeSocket extends EventEmitter {
  isDestroyed = false;

  constructor(
    readonly remoteAddress: string | undefined,
    readonly remotePort: number,
  ) {
    super();
  }

  destroy(): void {
    this.isDestroyed = true;
    this.emit('close');
  }
}

function connections(most: number) {
  let evicted = 0;
  const kept = new Connections(most, () => evicted++);
  const add = (address: string | undefined, port: number): FakeSocket => {
    const socket = new FakeSocket(address, port);
    kept.add(socket as unknown as Socket);
    return socket;
  };
  return { kept, add, evicted: () => evicted };
}

describe('connections', () => {
  it('are all kept while there are few', () => {
    const { kept, add, evicted } = connections(3);
    const sockets = [1, 2, 3].map((port) => add('10.0.0.1', port));
    expect(sockets.some(({ isDestroyed }) => isDestroyed)).toBe(false);
    expect(kept.use('10.0.0.1:2')?.socket).toBe(sockets[1]);
    expect(evicted()).toBe(0);
  });

  it('give way to a new one in the order of their last calls', () => {
    const { kept, add, evicted } = connections(3);
    const [one, two, three] = [1, 2, 3].map((port) => add('10.0.0.1', port));
    kept.use('10.0.0.1:1');
    add('10.0.0.1', 4);
    add('10.0.0.1', 5);
    expect([one, two, three].map((socket) => socket!.isDestroyed)).toEqual([false, true, true]);
    expect(evicted()).toBe(2);
  });

  it('give way at the address that has the most, however long the others were silent', () => {
    const { add } = connections(4);
    const silent = add('10.0.0.1', 1);
    const crowd = [1, 2, 3, 4, 5].map((port) => add('10.0.0.2', port));
    expect(silent.isDestroyed).toBe(false);
    expect(crowd.map(({ isDestroyed }) => isDestroyed)).toEqual([true, true, false, false, false]);
  });

  it('are forgotten when they close, and not taken for others with the same port', () => {
    const { kept, add } = connections(2);
    const first = add('10.0.0.1', 1);
    const again = add('10.0.0.1', 1);
    first.destroy();
    expect(kept.use('10.0.0.1:1')?.socket).toBe(again);
    again.destroy();
    expect(kept.use('10.0.0.1:1')).toBeUndefined();
  });

  it('that are gone before they are looked at are not kept', () => {
    const { add } = connections(2);
    expect(add(undefined, 1).isDestroyed).toBe(true);
  });

  it('are never more than allowed, and one that has just come is never the one to go', () => {
    const step = fc.record({ address: fc.integer({ min: 1, max: 3 }), leaves: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.integer({ min: 1, max: 9 }), (steps, most) => {
        const { add, evicted } = connections(most);
        const sockets: FakeSocket[] = [];
        let left = 0;
        for (const [port, { address, leaves }] of steps.entries()) {
          const socket = add(`10.0.0.${address}`, port);
          sockets.push(socket);
          expect(socket.isDestroyed).toBe(false);
          if (leaves) {
            socket.destroy();
            left++;
          }
          const open = sockets.filter(({ isDestroyed }) => !isDestroyed).length;
          expect(open).toBeLessThanOrEqual(most);
          expect(open).toBe(sockets.length - left - evicted());
        }
      }),
    );
  });
});
