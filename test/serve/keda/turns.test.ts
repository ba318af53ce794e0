import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from '../../../src/serve/keda/turns.js';

it('lets so many go at once, and the others in their order', async () => {
  const turns = new Turns(2);
  const gone: number[] = [];
  for (let i = 0; i < 5; i++) turns.begin(() => gone.push(i));
  expect(gone).toEqual([0, 1]);
  turns.end();
  await turn();
  expect(gone).toEqual([0, 1, 2]);
  for (let i = 0; i < 4; i++) turns.end();
  await turn();
  expect(gone).toEqual([0, 1, 2, 3, 4]);
  // Both are free again.
  turns.begin(() => gone.push(5));
  turns.begin(() => gone.push(6));
  turns.begin(() => gone.push(7));
  expect(gone).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
