import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from '../../../src/serve/keda/turns.js';

it('lets so many go at once, and the others in their order', async () => {
  const turns = new Turns(2, 2);
  const gone: number[] = [];
  const begin = (i: number): void => {
    turns.begin('a', () => gone.push(i));
  };
  for (let i = 0; i < 5; i++) begin(i);
  expect(gone).toEqual([0, 1]);
  turns.end('a');
  await turn();
  expect(gone).toEqual([0, 1, 2]);
  for (let i = 0; i < 4; i++) turns.end('a');
  await turn();
  expect(gone).toEqual([0, 1, 2, 3, 4]);
  // Both are free again.
  begin(5);
  begin(6);
  begin(7);
  expect(gone).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

it('does not let one caller take them all, nor hold up those behind it', async () => {
  const turns = new Turns(3, 2);
  const gone: string[] = [];
  for (const name of ['a1', 'a2', 'a3', 'b1', 'b2']) turns.begin(name[0]!, () => gone.push(name));
  expect(gone).toEqual(['a1', 'a2', 'b1']);
  turns.end('b');
  await turn();
  expect(gone).toEqual(['a1', 'a2', 'b1', 'b2']);
  turns.end('a');
  await turn();
  expect(gone).toEqual(['a1', 'a2', 'b1', 'b2', 'a3']);
});
