import { expect, test } from 'vitest';
import type { Problem } from '../../src/config/problem.js';
import { Report, wholeFile } from '../../src/config/problem.js';
import { renderProblems } from '../../src/config/render-problems.js';

const problem = (changes: Partial<Problem>): Problem => ({
  severity: 'error',
  file: 'a.yaml',
  line: 1,
  column: 1,
  field: 'spec',
  message: 'is required',
  ...changes,
});

test.each<[sentence: string, Problem, string]>([
  ['place, severity, field, message', problem({}), 'a.yaml:1: error: spec: is required'],
  ['a warning', problem({ severity: 'warning' }), 'a.yaml:1: warning: spec: is required'],
  ['what was given', problem({ value: 'x' }), 'a.yaml:1: error: spec: is required (got "x")'],
  ['what would do', problem({ accepted: 'a map' }), 'a.yaml:1: error: spec: is required (expected a map)'],
  ['both', problem({ value: 'x', accepted: 'y' }), 'a.yaml:1: error: spec: is required (got "x"; expected y)'],
  ['an empty value', problem({ value: '' }), 'a.yaml:1: error: spec: is required (got "")'],
  ['no field', problem({ field: '' }), 'a.yaml:1: error: is required'],
  ['a whole file', problem({ line: 0, field: '' }), 'a.yaml: error: is required'],
  ['a line break in the value', problem({ value: 'a\nb' }), 'a.yaml:1: error: spec: is required (got "a\\u000ab")'],
  ['an escape sequence', problem({ field: '\u001b[31m' }), 'a.yaml:1: error: \\u001b[31m: is required'],
  ['a reversed text', problem({ file: 'a\u202e.yaml' }), 'a\\u202e.yaml:1: error: spec: is required'],
])('prints %s', (_sentence, given, expected) => {
  expect(renderProblems([given]).split('\n')[0]).toBe(expected);
});

test('sorts by file, line and column, and counts', () => {
  const rendered = renderProblems([
    problem({ file: 'b.yaml', line: 1, message: 'fifth' }),
    problem({ line: 10, message: 'fourth' }),
    problem({ line: 9, column: 7, message: 'third', severity: 'warning' }),
    problem({ line: 9, column: 2, message: 'second' }),
    problem({ line: 0, field: '', message: 'first' }),
  ]);
  expect(rendered).toBe(
    [
      'a.yaml: error: first',
      'a.yaml:9: error: spec: second',
      'a.yaml:9: warning: spec: third',
      'a.yaml:10: error: spec: fourth',
      'b.yaml:1: error: spec: fifth',
      '4 errors, 1 warning',
    ].join('\n'),
  );
});

test.each<[Problem[], string]>([
  [[], 'no problems'],
  [[problem({})], '1 error, 0 warnings'],
  [[problem({ severity: 'warning' }), problem({ severity: 'warning' })], '0 errors, 2 warnings'],
])('ends with the counts', (problems, expected) => {
  expect(renderProblems(problems).split('\n').at(-1)).toBe(expected);
});

test('a report keeps each problem once and shortens long values', () => {
  const report = new Report();
  const place = { at: { file: 'a.yaml', line: 3, column: 0 }, field: 'x' };
  report.warning(place, 'odd', { value: 'v'.repeat(100) });
  report.warning(place, 'odd', { value: 'v'.repeat(100) });
  expect(report.hasErrors).toBe(false);
  expect(report.problems).toEqual([
    { severity: 'warning', file: 'a.yaml', line: 3, field: 'x', value: `${'v'.repeat(80)}…`, message: 'odd' },
  ]);
  report.error(wholeFile('b.yaml'), 'gone');
  expect(report.hasErrors).toBe(true);
  expect(report.problems[1]).toEqual({ severity: 'error', file: 'b.yaml', line: 0, field: '', message: 'gone' });
});
