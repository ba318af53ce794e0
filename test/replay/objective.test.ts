import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { parseObjective } from '../../src/replay/objective.js';

const POLICIES = ['hpa', 'oracle'];

describe('parseObjective', () => {
  it.each([
    ['a condition alone asks for the fewest pod-hours', 'short<=0.5%', 'pod_hours', 'short<=0.5%'],
    ['a figure before it asks for that', 'short where pod_hours<=hpa', 'short', 'pod_hours<=hpa'],
    [
      'case and room do not matter',
      '  longest WHERE  churn<=10 and short<=hpa ',
      'longest',
      'churn<=10 and short<=hpa',
    ],
  ])('%s', (_, text, metric, condition) => {
    const objective = parseObjective(text, POLICIES);
    expect(objective.metric).toBe(metric);
    expect(objective.condition.text).toBe(condition);
    expect(objective.text).toBe(text.trim());
  });

  it.each([
    ['a figure that there is not', 'cost where short<=1%', '"cost" in "cost where short<=1%": expected one of short,'],
    ['no condition', 'short where', 'expected METRIC<=BOUND'],
    ['a policy that there is not', 'short where pod_hours<=keda', 'keda'],
    ['nothing', '', 'expected METRIC<=BOUND'],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseObjective(text, POLICIES)).toThrow(UsageError);
    expect(() => parseObjective(text, POLICIES)).toThrow(message);
  });
});
