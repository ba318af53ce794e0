import type { Problem } from './problem.js';

/** C0 and C1 controls, line separators and bidirectional overrides: a file must not be able to steer the terminal. */
// eslint-disable-next-line no-control-regex -- matching control characters is the purpose
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Problems as plain text for a terminal, one per line, ordered by file and position, with a last line of counts:
 * `file:line: error: field: message (got "x"; expected y)`. Ends without a newline.
 */
export function renderProblems(problems: readonly Problem[]): string {
  const lines = [...problems].sort(byPosition).map((problem) => printable(renderProblem(problem)));
  return [...lines, renderCounts(problems)].join('\n');
}

function renderProblem({ severity, file, line, field, value, message, accepted }: Problem): string {
  const place = line > 0 ? `${file}:${line}` : file;
  const details = [
    ...(value === undefined ? [] : [`got "${value}"`]),
    ...(accepted === undefined ? [] : [`expected ${accepted}`]),
  ];
  const suffix = details.length > 0 ? ` (${details.join('; ')})` : '';
  return [place, severity, ...(field === '' ? [] : [field]), message].join(': ') + suffix;
}

function renderCounts(problems: readonly Problem[]): string {
  if (problems.length === 0) return 'no problems';
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return `${count(errors, 'error')}, ${count(problems.length - errors, 'warning')}`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function byPosition(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || (a.column ?? 0) - (b.column ?? 0);
}

/** The text with whatever could steer a terminal made visible. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
