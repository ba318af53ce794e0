import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { readQuestions } from '../../src/replay/questions.js';

const read = (question: { objective?: string; assertion?: string }, withLatency = false) =>
  readQuestions({ objective: null, assertion: null, ...question }, withLatency);

describe('what is asked of a replay', () => {
  it.each([
    ['an assertion', { assertion: 'short<=1% and p95<=250ms' }, '"short<=1% and p95<=250ms" is about response times'],
    ['the condition of an objective', { objective: 'pod_hours where p99<=1' }, '"pod_hours where p99<=1" is about'],
    ['what an objective makes small', { objective: 'p95 where pod_hours<=hpa' }, '"p95 where pod_hours<=hpa" is about'],
  ])('may be about response times only where they are replayed: %s', (_, question, message) => {
    expect(() => read(question)).toThrow(UsageError);
    expect(() => read(question)).toThrow(message);
    expect(() => read(question)).toThrow('(--request-time, over REST requestTime)');
    expect(() => read(question, true)).not.toThrow();
  });

  it.each([
    [
      'an assertion',
      { assertion: 'pod_hours<=1.05*tidecast' },
      '"tidecast" in "pod_hours<=1.05*tidecast": expected one',
    ],
    [
      'an objective',
      { objective: 'short where pod_hours<=tidecast' },
      '"tidecast" in "pod_hours<=tidecast": expected a',
    ],
  ])('does not hold tidecast against itself: %s', (_, question, message) => {
    expect(() => read(question)).toThrow(message);
    expect(() => read(question)).toThrow('hpa, static, keda');
  });

  it('is nothing where nothing is asked', () => {
    expect(read({})).toEqual({ objective: null, assertion: null });
  });
});
