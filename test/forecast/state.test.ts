import { describe, expect, it } from 'vitest';
import { checkState } from '../../src/forecast/state.js';

describe('checkState', () => {
  it('accepts the state of the model and format', () => {
    expect(() => {
      checkState({ model: 'ridge', format: 3, more: 1 }, 'ridge', 3);
    }).not.toThrow();
  });

  it.each([
    ['null', null],
    ['a number', 3],
    ['a list', []],
    ['another model', { model: 'last-value', format: 3 }],
    ['another format', { model: 'ridge', format: 2 }],
    ['a format in text', { model: 'ridge', format: '3' }],
    ['no format', { model: 'ridge' }],
  ])('refuses %s', (_, state) => {
    expect(() => {
      checkState(state, 'ridge', 3);
    }).toThrow(new RangeError('saved state is not of ridge, format 3'));
  });
});
