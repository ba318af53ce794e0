import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Problem } from '../../src/config/problem.js';
import { renderProblems } from '../../src/config/render-problems.js';
import { WEB, configure } from './manifests.js';

/** Whatever the text: no exception, positions within it, and a line for each problem. */
function check(text: string): void {
  const { problems, workloads } = configure(text);
  const lines = text.split(/\r\n|\r|\n/).length;
  for (const { line, message } of problems) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(message).not.toMatch(/undefined|\[object|NaN/);
  }
  expect(renderProblems(problems).split('\n')).toHaveLength(problems.length + 1);
  for (const workload of workloads) {
    expect(workload.stepMs).toBeGreaterThan(0);
    expect(workload.horizonMs).toBeGreaterThanOrEqual(workload.stepMs);
    expect(workload.targetPerReplica).toBeGreaterThan(0);
  }
}

test('any text is read or refused', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), check), { numRuns: 500 });
});

test('any arrangement of what YAML is made of is read or refused', () => {
  const token = fc.constantFrom(
    ...['a', 'kind', '1', '- ', ': ', ':\n', '\n', '\n  ', '\n\t', '? ', '{', '}', '[', ']', ', ', '"', "'", '\\', '#'],
    ...['&a ', '*a', '!a ', '!!int ', '<<: ', '| ', '>-\n', '---\n', '...\n', '%YAML 1.1\n', '~', '\r\n', '\u0085'],
  );
  const text = fc.array(token, { maxLength: 40 }).map((tokens) => tokens.join(''));
  fc.assert(fc.property(text, check), { numRuns: 1000 });
});

test('a ScaledObject with anything in place of any value is read or refused', () => {
  const values = WEB.split('\n').flatMap((line, index) => (/: \S/.test(line) ? [index] : []));
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => JSON.stringify(text)),
    fc.json({ maxDepth: 2 }),
    fc.constantFrom(
      '~',
      '{}',
      '[]',
      '*x',
      '&x y',
      '!t z',
      "'0'",
      "'1e308'",
      "'-0'",
      '99999999999w',
      '1ns',
      '.nan',
      '>-',
    ),
  );
  fc.assert(
    fc.property(fc.constantFrom(...values), value, (line, replacement) => {
      const lines = WEB.split('\n');
      lines[line] = lines[line]!.replace(/: .*/s, () => `: ${replacement}`);
      check(lines.join('\n'));
    }),
    { numRuns: 1000 },
  );
});

test('a ScaledObject that lost, doubled or moved any characters is read or refused', () => {
  const edit = fc.record({
    at: fc.nat({ max: WEB.length }),
    remove: fc.nat({ max: 30 }),
    insert: fc.string({ maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
      check(edits.reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), WEB));
    }),
    { numRuns: 1000 },
  );
});

test('a wrong value is reported on its line, wherever that is', () => {
  const blank = fc.array(fc.constantFrom('', '# comment', '   ', '        # more'), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(blank, { minLength: 16, maxLength: 16 }), (gaps) => {
      const lines = WEB.trimEnd().replace("'100'", 'many').split('\n');
      const spread = lines.flatMap((line, index) => [...gaps[index]!, line]);
      const { problems } = configure(spread.join('\n'));
      const expected: Partial<Problem> = {
        line: spread.findIndex((line) => line.includes('threshold:')) + 1,
        column: 9,
        field: 'spec.triggers[0].metadata.threshold',
      };
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatchObject(expected);
    }),
  );
});
