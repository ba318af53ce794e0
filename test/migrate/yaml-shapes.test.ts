import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { migrateText, spoken } from './migrate-text.js';

const SCALER = '        scalerAddress: tidecast.tidecast:9190';

const scaledObject = (triggers: string): string => `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: a}
spec:
  scaleTargetRef: {name: a}
${triggers}`;

const METADATA = {
  prometheusAddress: 'http://p:9090',
  query: 'x',
  queryStep: '2m',
  historyTimeWindow: '7d',
  predictHorizon: '2h',
  threshold: '1',
};
const LINES = Object.entries(METADATA).map(([key, value]) => `        ${key}: "${value}"`);
const PLAIN = scaledObject(['  triggers:', '    - type: predictkube', '      metadata:', ...LINES, ''].join('\n'));

/** Each input with the text expected, written by hand. */
const EDITED: readonly (readonly [string, string, string])[] = [
  ['plain block style', PLAIN, `${PLAIN.replace('predictkube', 'external-push')}${SCALER}\n`],
  ['no line end at the end', PLAIN.trimEnd(), `${PLAIN.replace('predictkube', 'external-push')}${SCALER}`],
  [
    'Windows line ends',
    PLAIN.replaceAll('\n', '\r\n'),
    `${PLAIN.replace('predictkube', 'external-push')}${SCALER}\n`.replaceAll('\n', '\r\n'),
  ],
  [
    'comments at the end of lines and between them',
    PLAIN.replace('type: predictkube', 'type: predictkube # one').replace(
      'threshold: "1"\n',
      'threshold: "1" # two\n# three\n',
    ),
    PLAIN.replace('type: predictkube', 'type: external-push # one').replace(
      'threshold: "1"\n',
      `threshold: "1" # two\n${SCALER}\n# three\n`,
    ),
  ],
  [
    'the sequence not indented, and wide steps',
    PLAIN.replace('    - type', '  -   type').replace(/^ {6}metadata/m, '      metadata'),
    `${PLAIN.replace('    - type: predictkube', '  -   type: external-push')}${SCALER}\n`,
  ],
  [
    'the type behind the metadata, and quoted',
    scaledObject(['  triggers:', '    - metadata:', ...LINES, "      type: 'predictkube'", ''].join('\n')),
    scaledObject(['  triggers:', '    - metadata:', ...LINES, SCALER, "      type: 'external-push'", ''].join('\n')),
  ],
  [
    'an authentication first, on the line of the dash',
    scaledObject(
      [
        '  triggers:',
        '    - authenticationRef: {name: k}',
        '      type: predictkube',
        '      metadata:',
        ...LINES,
        '',
      ].join('\n'),
    ),
    scaledObject(['  triggers:', '    - type: external-push', '      metadata:', ...LINES, SCALER, ''].join('\n')),
  ],
  [
    'a query in a block text at the end',
    scaledObject(
      [
        '  triggers:',
        '    - type: predictkube',
        '      metadata:',
        ...LINES.filter((line) => !line.includes('query:')),
        '        query: |-',
        '          sum(',
        '            x',
        '          )',
        '',
      ].join('\n'),
    ),
    scaledObject(
      [
        '  triggers:',
        '    - type: external-push',
        '      metadata:',
        ...LINES.filter((line) => !line.includes('query:')),
        '        query: |-',
        '          sum(',
        '            x',
        '          )',
        SCALER,
        '',
      ].join('\n'),
    ),
  ],
  [
    'flow style',
    scaledObject(
      `  triggers: [{type: predictkube, metadata: ${JSON.stringify(METADATA)}, authenticationRef: {name: k}}] # all\n`,
    ),
    scaledObject(
      `  triggers: [{type: external-push, metadata: ${JSON.stringify(METADATA).slice(0, -1)}, "scalerAddress": "tidecast.tidecast:9190"}}] # all\n`,
    ),
  ],
];

describe('a ScaledObject in', () => {
  it.each(EDITED)('%s is changed in place, and nothing else of it', (_, before, after) => {
    const { text, remarks } = migrateText(before, 'keda');
    expect(text).toBe(after);
    expect(remarks.filter(({ severity }) => severity === 'lost')).toEqual([]);
  });

  it.each(EDITED)('%s is changed once: the second time there is nothing to do', (_, before) => {
    const once = migrateText(before, 'keda').text;
    expect(migrateText(once, 'keda').text).toBe(once);
  });

  it('JSON, over several lines, stays JSON', () => {
    const object = {
      apiVersion: 'keda.sh/v1alpha1',
      kind: 'ScaledObject',
      metadata: { name: 'a' },
      spec: {
        scaleTargetRef: { name: 'a' },
        triggers: [{ type: 'prometheus', metadata: { serverAddress: 'http://p:9090', query: 'x', threshold: '1' } }],
      },
    };
    for (const indent of [undefined, 2, 4]) {
      const { text } = migrateText(`${JSON.stringify(object, null, indent)}\n`, 'keda');
      const triggers = (JSON.parse(text) as typeof object).spec.triggers;
      expect(triggers).toEqual([
        ...object.spec.triggers,
        {
          type: 'external-push',
          metadata: {
            scalerAddress: 'tidecast.tidecast:9190',
            prometheusAddress: 'http://p:9090',
            query: 'x',
            threshold: '1',
            predictHorizon: '2h',
            historyTimeWindow: '7d',
            queryStep: '2m',
          },
        },
      ]);
    }
  });

  it('a List is found and changed there', () => {
    const items = ['a', 'b'].map((name) => PLAIN.replace('{name: a}', `{name: ${name}}`).replace(/^(?=.)/gm, '    '));
    const list = `apiVersion: v1\nkind: List\nitems:\n${items.map((item) => item.replace('   ', '  -')).join('')}`;
    const { text } = migrateText(list, 'keda');
    expect(text.match(/external-push/g)).toHaveLength(2);
    expect(text.match(/scalerAddress/g)).toHaveLength(2);
  });

  it('a document whose metadata come from an anchor of its own is changed where they stand', () => {
    const anchored = PLAIN.replace('metadata:\n        ', 'metadata: &shared\n        ');
    expect(migrateText(anchored, 'keda').text).toContain(SCALER);
  });
});

describe('YAML that cannot be changed in one place', () => {
  const twice = `${PLAIN.replace('    - type', '    - &first\n      type')}    - *first\n`;
  const merged = scaledObject(
    [
      '  triggers:',
      '    - type: cron',
      '      metadata: &m',
      ...LINES,
      '        authModes: basic',
      '    - type: predictkube',
      '      metadata:',
      '        <<: *m',
      '',
    ].join('\n'),
  );
  it.each([
    ['an anchored trigger that is used again', twice],
    ['a key to be removed that comes by a merge', merged],
    [
      'triggers that are an alias',
      scaledObject('  x: &t\n    - type: predictkube\n      metadata: {}\n  triggers: *t\n'),
    ],
  ])('stays as it is, and is named: %s', (_, text) => {
    const result = migrateText(text, 'keda');
    expect(result.text).toBe(text);
    expect(spoken(result.remarks)).toContainEqual(expect.stringMatching(/^(lost|error): left as it is/));
  });

  it('does not keep the other documents of the file from being changed', () => {
    const { text } = migrateText(`${twice}---\n${PLAIN.replaceAll('{name: a}', '{name: b}')}`, 'keda');
    expect(text.startsWith(twice)).toBe(true);
    expect(text.slice(twice.length)).toContain('external-push');
  });
});

describe('what else is in a file', () => {
  const others = `# a head\n%s---\napiVersion: v1\nkind: Service\nmetadata:   {name:   odd  }\t# tabs\n\n\n--- # b\n"x":   1\n...\n`;
  it('stays byte for byte', () => {
    const before = others.replace('%s', '');
    const { text } = migrateText(`${before}---\n${PLAIN}---\n${before}`, 'keda');
    expect(text.startsWith(`${before}---\n`)).toBe(true);
    expect(text.endsWith(`---\n${before}`)).toBe(true);
    expect(text).toContain(SCALER);
  });

  it('that is broken is an error with its line, and what is whole is migrated', () => {
    const { text, remarks } = migrateText(`${PLAIN}---\nkind: [\n`, 'keda');
    expect(text).toContain(SCALER);
    expect(remarks).toContainEqual(expect.objectContaining({ severity: 'error', line: 16 }));
  });

  it.each([
    ['nothing', ''],
    ['white space', ' \n\n'],
    ['a scalar', 'hello\n'],
    ['a list', '- 1\n'],
    ['an empty ScaledObject', 'apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\n'],
    ['triggers that are a text', scaledObject('  triggers: x\n')],
    ['triggers that are empty', scaledObject('  triggers: []\n')],
    ['a trigger that is a text', scaledObject('  triggers: [x]\n')],
    ['metadata that are a list', scaledObject('  triggers: [{type: predictkube, metadata: []}]\n')],
    ['metadata that are missing', scaledObject('  triggers: [{type: prometheus}]\n')],
    ['metadata that are empty', scaledObject('  triggers: [{type: prometheus, metadata: {}}]\n')],
    [
      'aliases within aliases',
      `a: &a [x]\n${Array.from('bcdefghijklmnop')
        .map((n, i) => `${n}: &${n} [${`*${'abcdefghijklmno'[i]!},`.repeat(9)}]`)
        .join('\n')}\n`,
    ],
    ['a rule without an expression', 'groups: [{rules: [{alert: a}]}]\n'],
    ['groups that are no groups', 'groups: [1, {rules: 2}]\n'],
    ['an adapter rule without a query', 'externalRules: [{seriesQuery: x}]\n'],
    ['control characters', '\u0000\u0001\u009b'],
  ])('and is of no use (%s) changes nothing and crashes nothing', (_, text) => {
    for (const target of ['keda', 'standalone'] as const) expect(migrateText(text, target).text).toBe(text);
  });
});

it('a file of 500 ScaledObjects is migrated whole', () => {
  const text = Array.from({ length: 500 }, (_, i) => PLAIN.replaceAll('{name: a}', `{name: a${i}}`)).join('---\n');
  const { text: after } = migrateText(text, 'keda');
  expect(after.match(/type: external-push/g)).toHaveLength(500);
  expect(parseAllDocuments(after)).toHaveLength(500);
});
