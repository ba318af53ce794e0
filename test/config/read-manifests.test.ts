import { describe, expect, test } from 'vitest';
import { buildWorkloads } from '../../src/config/build-workloads.js';
import type { ManifestNode } from '../../src/config/manifest-node.js';
import { readManifests } from '../../src/config/read-manifests.js';

/** The plain data of a tree, scalars as they were written. */
function plain(node: ManifestNode): unknown {
  if (node.kind === 'list') return node.items.map(plain);
  if (node.kind === 'map') return Object.fromEntries([...node.entries].map(([key, value]) => [key, plain(value)]));
  return node.value === null ? null : node.text;
}

const read = (text: string) => {
  const { documents, problems } = readManifests(text, 'f');
  return { data: documents.map(({ root }) => plain(root)), problems };
};

describe('reads', () => {
  test.each<[sentence: string, text: string, ...data: unknown[]]>([
    ['nothing', ''],
    ['comments', '# a\n# b\n'],
    ['empty documents', '---\n---\n# a\n---\n'],
    ['several documents', 'a: 1\n---\nb: 2\n...\n---\nc: 3\n', { a: '1' }, { b: '2' }, { c: '3' }],
    ['a byte order mark', '\ufeffa: 1', { a: '1' }],
    ["Windows' line ends", 'a: 1\r\nb:\r\n  - c\r\n', { a: '1', b: ['c'] }],
    ['JSON indented by tabs', '{\n\t"a": [1,\t{"b": null}]\n}\n', { a: ['1', { b: null }] }],
    [
      'numbers as they were written',
      'a: 0x10\nb: 1.50\nc: 012\nd: 1_000',
      { a: '0x10', b: '1.50', c: '012', d: '1_000' },
    ],
    ['booleans of YAML 1.2 only', 'a: true\nb: yes\nc: on', { a: 'true', b: 'yes', c: 'on' }],
    ['times as texts', 'a: 2026-03-01T08:00:00Z', { a: '2026-03-01T08:00:00Z' }],
    ['quoted and block texts', 'a: "x\\ty"\nb: |\n  1\n  2\nc: >-\n  3\n  4', { a: 'x\ty', b: '1\n2\n', c: '3 4' }],
    ['aliases', 'a: &x [1, 2]\nb: *x\nc: *x', { a: ['1', '2'], b: ['1', '2'], c: ['1', '2'] }],
    ['an anchor that is set anew', 'a: &x 1\nb: *x\nc: &x 2\nd: *x', { a: '1', b: '1', c: '2', d: '2' }],
    [
      'merge keys, of which the nearest wins',
      'a: &a { p: 1, q: 2 }\nb: { <<: *a, q: 3 }\nc: { <<: [{ q: 4 }, *a] }',
      { a: { p: '1', q: '2' }, b: { p: '1', q: '3' }, c: { p: '1', q: '4' } },
    ],
    ['a quoted merge key as any other', '"<<": 1', { '<<': '1' }],
    ['keys that objects inherit', 'constructor: 1\ntoString: 2', { constructor: '1', toString: '2' }],
  ])('%s', (_sentence, text, ...data) => {
    expect(read(text)).toEqual({ data, problems: [] });
  });
});

test('knows the line and column of every key and item', () => {
  const { documents } = readManifests('# first\na:\n  b: |\n    text\n  c:\n    - d\n    -   e: 1\n---\nf: 1\n', 'f');
  const places: string[] = [];
  const visit = (node: ManifestNode, name: string): void => {
    places.push(`${name} ${node.at.line}:${node.at.column}`);
    if (node.kind === 'list') for (const [index, item] of node.items.entries()) visit(item, `${name}[${index}]`);
    if (node.kind === 'map') for (const [key, value] of node.entries) visit(value, key);
  };
  for (const { root } of documents) visit(root, 'document');
  expect(places).toEqual([
    'document 2:1',
    'a 2:1',
    'b 3:3',
    'c 5:3',
    'c[0] 6:7',
    'c[1] 7:9',
    'e 7:9',
    'document 9:1',
    'f 9:1',
  ]);
});

test('a document with a syntax error does not take the others with it', () => {
  const { data, problems } = read('a: 1\n---\nb: x: y\n---\nc: 3\n');
  expect(data).toEqual([{ a: '1' }, { c: '3' }]);
  expect(problems.map(({ line }) => line)).toEqual([3]);
});

test('every key given twice is reported, wherever it stands', () => {
  const { problems } = read('a: { x: 1, x: 2 }\nb:\n  - y: 1\n    y: 2\na: 3\n');
  expect(problems.map(({ line, field }) => [line, field])).toEqual([
    [1, 'a.x'],
    [4, 'b[0].y'],
    [5, 'a'],
  ]);
});

test('aliases beyond the limit are reported once and not followed', () => {
  const { data, problems } = read(`a: &a 1\nb: [${Array.from({ length: 205 }, () => '*a').join(', ')}]`);
  const { b } = data[0] as { b: (string | null)[] };
  expect(b).toEqual([...Array<string>(200).fill('1'), null, null, null, null, null]);
  expect(problems.map(({ line, field }) => [line, field])).toEqual([[2, 'b[200]']]);
});

describe('is not brought down by', () => {
  const bomb = ['a0: &a0 [x, x]', ...Array.from({ length: 60 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`)];
  const lists = [
    'a0: &a0 { apiVersion: v1, kind: List, items: [{}, {}] }',
    ...Array.from(
      { length: 60 },
      (_, i) => `a${i + 1}: &a${i + 1} { apiVersion: v1, kind: List, items: [*a${i}, *a${i}] }`,
    ),
    'apiVersion: v1\nkind: List\nitems: [*a60, *a60]',
  ];
  const merges = [
    'a0: &a0 { x: 1 }',
    ...Array.from({ length: 60 }, (_, i) => `a${i + 1}: &a${i + 1} { <<: [*a${i}, *a${i}], y${i}: 1 }`),
  ];

  test.each<[sentence: string, text: string, errors: number]>([
    ['aliases that double sixty times', bomb.join('\n'), 0],
    ['merge keys that double sixty times', merges.join('\n'), 0],
    ['Lists that double sixty times', lists.join('\n'), 0],
    ['an alias within its own anchor', 'a: &a { b: *a }', 1],
    ['two hundred aliases and one more', `a: &a 1\nb: [${Array.from({ length: 201 }, () => '*a').join(', ')}]`, 1],
    ['a hundred levels and a few more', `${'['.repeat(110)}${']'.repeat(110)}`, 1],
    ['a hundred thousand brackets', '['.repeat(100_000), 1],
    ['ten thousand dashes', '- '.repeat(10_000), 1],
    ['ten thousand quotes', '"'.repeat(10_001), 1],
    ['twenty thousand keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: 1`).join('\n'), 0],
    ['control characters', '\u0000\u0001\u0002', 0],
  ])('%s', (_sentence, text, errors) => {
    const { documents, problems } = readManifests(text, 'f');
    expect(problems.filter(({ severity }) => severity === 'error')).toHaveLength(errors);
    expect(() => buildWorkloads(documents, { env: {}, forecasterNames: [] })).not.toThrow();
  });
});
