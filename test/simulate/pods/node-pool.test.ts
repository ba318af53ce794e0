import { expect, it } from 'vitest';
import { fixedDelay } from '../../../src/simulate/pods/delay.js';
import { NodePool } from '../../../src/simulate/pods/node-pool.js';
import { seededRandom } from '../../../src/core/random.js';

/** Nodes for 4 pods, 100 s to start, gone after 600 s. */
function pool(settledPods: number): NodePool {
  const settings = { podsPerNode: 4, startup: fixedDelay(100), removeAfterS: 600 };
  const nodes = new NodePool(settings, seededRandom(1));
  nodes.settle(0, settledPods);
  return nodes;
}

it('schedules at once where there is room', () => {
  const nodes = pool(2);
  expect([nodes.schedule(10, 2), nodes.schedule(10, 3), nodes.nodes]).toEqual([10, 10, 1]);
});

it('lets pods for one new node wait for it together, and the next one for a second node', () => {
  const nodes = pool(3);
  // The 4th pod fits; 5 to 8 wait for the node asked for at 10 s, the one at 50 s too; the 9th for another from 50 s on.
  expect([3, 4, 5].map((pods) => nodes.schedule(10, pods))).toEqual([10, 110, 110]);
  expect([6, 7, 8].map((pods) => nodes.schedule(50, pods))).toEqual([110, 110, 150]);
  expect(nodes.nodes).toBe(3);
});

it('removes a node that has not been needed for long enough', () => {
  const nodes = pool(8);
  nodes.update(100, 4);
  nodes.update(699, 4);
  expect(nodes.nodes).toBe(2);
  nodes.update(700, 4);
  expect(nodes.nodes).toBe(1);
});

it('counts anew when the node was needed in between', () => {
  const nodes = pool(8);
  nodes.update(100, 4);
  expect(nodes.schedule(400, 4)).toBe(400);
  nodes.update(500, 4);
  nodes.update(1_099, 4);
  expect(nodes.nodes).toBe(2);
});

it('refuses nodes without room', () => {
  expect(() => new NodePool({ podsPerNode: 0, startup: fixedDelay(1), removeAfterS: 0 }, seededRandom(1))).toThrow(
    'podsPerNode must be >= 1, got 0',
  );
});
