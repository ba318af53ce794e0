import { describe, expect, test } from 'vitest';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { ManualClock } from '../support/manual-clock.js';
import { type WrittenTrigger, makeTrigger } from './make-trigger.js';

const types = createTriggerTypes({ clock: new ManualClock() });

const written = (type: string, metricType: string, value: string, more = {}): WrittenTrigger => ({
  type,
  metricType,
  metadata: { value, ...more },
});

test.each<[sentence: string, trigger: WrittenTrigger, target: number]>([
  ['a percentage of the requests', written('cpu', 'Utilization', '60'), 60],
  ['more than the requests', written('memory', 'Utilization', '150'), 150],
  ['thousandths of a core', written('cpu', 'AverageValue', '500m'), 0.5],
  ['cores', written('cpu', 'AverageValue', '2'), 2],
  ['binary bytes', written('memory', 'AverageValue', '1Gi'), 1_073_741_824],
  ['decimal bytes', written('memory', 'AverageValue', '500M'), 500_000_000],
  ['an exponent', written('memory', 'AverageValue', '1e9'), 1_000_000_000],
])('reads %s', (_sentence, trigger, target) => {
  const { type: resource, metricType: targetType } = trigger;
  const made = makeTrigger(types, trigger);
  expect(made.problems).toEqual([]);
  expect(made.trigger).toMatchObject({ kind: 'resource', resource, targetType, target, container: null });
});

test('reads the container', () => {
  const { trigger } = makeTrigger(types, written('cpu', 'Utilization', '60', { containerName: 'app' }));
  expect(trigger).toMatchObject({ container: 'app' });
});

describe('reports', () => {
  test.each<[sentence: string, trigger: WrittenTrigger, problem: RegExp]>([
    ['no value', written('cpu', 'Utilization', ''), /error value: value is required/],
    ['no metricType', { type: 'cpu', metadata: { value: '60' } }, /error metricType: is required/],
    ['a metricType of other triggers', written('cpu', 'Value', '60'), /metricType: .*got Value.*Utilization/],
    ['a fraction of a per cent', written('cpu', 'Utilization', '0.5'), /error value: not a target of type Utilization/],
    ['a sign for per cent', written('cpu', 'Utilization', '60%'), /not a target of type Utilization.*such as 60/],
    ['nothing as a percentage', written('cpu', 'Utilization', '0'), /not a target of type Utilization/],
    ['more than 32 bits', written('cpu', 'Utilization', '2147483648'), /not a target of type Utilization/],
    ['a word as a quantity', written('memory', 'AverageValue', '1GB'), /not a target of type AverageValue.*1Gi/],
    ['nothing as a quantity', written('memory', 'AverageValue', '0Mi'), /not a target of type AverageValue/],
    ['a negative quantity', written('cpu', 'AverageValue', '-1'), /not a target of type AverageValue/],
    [
      'a quantity beyond all numbers',
      written('memory', 'AverageValue', '9'.repeat(400)),
      /not a target of type AverageValue/,
    ],
    ['the type of former times', written('cpu', 'Utilization', '60', { type: 'Value' }), /error type: no longer read/],
  ])('%s', (_sentence, trigger, problem) => {
    const made = makeTrigger(types, trigger);
    expect(made.trigger).toBeUndefined();
    expect(made.problems).toEqual([expect.stringMatching(problem)]);
  });
});
