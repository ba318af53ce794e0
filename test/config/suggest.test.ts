import { expect, test } from 'vitest';
import { suggest } from '../../src/config/suggest.js';

const KEYS = ['queryStep', 'query', 'threshold', 'activationThreshold', 'mode', 'model', 'direct-ridge'];

test.each([
  ['a key in another case', 'querystep', 'queryStep'],
  ['one letter too many', 'querySteps', 'queryStep'],
  ['one letter missing', 'treshold', 'threshold'],
  ['two letters swapped', 'qurey', 'query'],
  ['the nearer of two', 'modell', 'model'],
  ['a part of a longer name', 'ridge', 'direct-ridge'],
  ['nothing alike', 'replicas', undefined],
  ['a part too short to mean anything', 'ct', undefined],
  ['nothing at all', '', undefined],
])('%s', (_sentence, text, expected) => {
  expect(suggest(text, KEYS)).toBe(expected);
});

test('there is nothing to suggest without candidates', () => {
  expect(suggest('mode', [])).toBeUndefined();
});
