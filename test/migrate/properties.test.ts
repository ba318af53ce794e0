import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { buildWorkloads } from '../../src/config/build-workloads.js';
import { readManifests } from '../../src/config/read-manifests.js';
import { readExternalTrigger } from '../../src/config/scaler-metadata.js';
import { forecasterNames } from '../../src/forecast/registry.js';
import type { Target } from '../../src/migrate/remark.js';
import { migrateText } from './migrate-text.js';

interface Trigger {
  readonly type: string;
  readonly metadata: Record<string, string>;
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly triggers: readonly Trigger[] };
}

const query = fc.constantFrom('x', 'sum(rate(a{b="c"}[2m]))', 'sum(\n  a\n) or vector(0)', "a{b='#: '}", '# c\na');
const threshold = fc.constantFrom('1', '80', '0.5');
const duration = fc.constantFrom('2h', '1h30m', '90m');

const predictkube = fc.record({
  type: fc.constant('predictkube'),
  metadata: fc.record({
    prometheusAddress: fc.constant('http://p:9090'),
    query,
    queryStep: fc.constantFrom('1m', '2m', '0'),
    historyTimeWindow: fc.constantFrom('7d', '2w'),
    predictHorizon: duration,
    threshold,
  }),
});
const prometheus = fc.record({
  type: fc.constant('prometheus'),
  metadata: fc.record(
    {
      serverAddress: fc.constantFrom('http://p:9090', 'https://p/prefix'),
      query,
      threshold,
      activationThreshold: threshold,
      ignoreNullValues: fc.constantFrom('true', 'false'),
      unsafeSsl: fc.constantFrom('true', 'false'),
      customHeaders: fc.constant('a=b'),
    },
    { requiredKeys: ['serverAddress', 'query', 'threshold'] },
  ),
});
const cron = fc.constant({
  type: 'cron',
  metadata: { timezone: 'UTC', start: '0 8 * * *', end: '0 9 * * *', desiredReplicas: '2' },
});

const trigger = fc
  .tuple(fc.oneof(predictkube, prometheus, cron), fc.option(fc.constant({ authenticationRef: { name: 'k' } })))
  .map(([own, auth]) => ({ ...own, ...auth }));

const style = fc.record({
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  collectionStyle: fc.constantFrom('any' as const, 'flow' as const),
  singleQuote: fc.boolean(),
});

/** A file of ScaledObjects and of documents that are none, in many ways of writing. */
const file = fc
  .tuple(
    fc.array(fc.tuple(fc.array(trigger, { minLength: 1, maxLength: 4 }), style, fc.boolean()), {
      minLength: 1,
      maxLength: 4,
    }),
    fc.constantFrom('\n', '\r\n'),
  )
  .map(([objects, newline]) =>
    objects
      .map(([triggers, options, withOther], i) => {
        const object = {
          apiVersion: 'keda.sh/v1alpha1',
          kind: 'ScaledObject',
          metadata: { name: `a${i}` },
          spec: { scaleTargetRef: { name: `a${i}` }, triggers },
        };
        return `# ${i}\n${stringify(object, { ...options, lineWidth: 0, aliasDuplicateObjects: false })}${withOther ? `---\n${OTHER}` : ''}`;
      })
      .join('---\n')
      .replaceAll('\n', newline),
  );

const OTHER = 'kind:   Service # as it is\nx: [1,   2]\n';
const target = fc.constantFrom<Target>('keda', 'standalone');

const manifests = (text: string): Manifest[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest)
    .filter(({ kind }) => kind === 'ScaledObject');

describe('whatever the triggers and however they are written', () => {
  it('migrating twice changes nothing', () => {
    fc.assert(
      fc.property(file, target, (text, to) => {
        const once = migrateText(text, to).text;
        expect(migrateText(once, to).text).toBe(once);
      }),
    );
  });

  it('nothing needs aliases or is refused', () => {
    fc.assert(
      fc.property(file, target, (text, to) => {
        expect(migrateText(text, to).remarks.filter(({ message }) => message.startsWith('left as it is'))).toEqual([]);
      }),
    );
  });

  it('what comes out validates, and tidecast takes every external trigger', () => {
    const options = { env: {}, forecasterNames };
    fc.assert(
      fc.property(file, target, (text, to) => {
        const after = migrateText(text, to).text;
        const { documents, problems } = readManifests(after, 'out.yaml');
        const all = [...problems, ...buildWorkloads(documents, options).problems];
        expect(all.filter(({ severity }) => severity === 'error')).toEqual([]);
        for (const { metadata, spec } of manifests(after)) {
          for (const { type, metadata: trigger } of spec.triggers) {
            if (type !== 'external-push') continue;
            const { query } = readExternalTrigger(
              { namespace: 'default', name: metadata.name, metadata: trigger },
              forecasterNames,
            );
            expect(query).toBe(trigger['query']!.trim());
          }
        }
      }),
    );
  });

  it('no trigger is lost, none changes its place, and reactive ones stay as they are beside KEDA', () => {
    fc.assert(
      fc.property(file, (text) => {
        const after = manifests(migrateText(text, 'keda').text);
        manifests(text).forEach(({ spec: { triggers } }, object) => {
          triggers.forEach((before, index) => {
            const now = after[object]!.spec.triggers[index]!;
            if (before.type !== 'predictkube') expect(now).toEqual(before);
            else expect(now).toMatchObject({ type: 'external-push', metadata: before.metadata });
          });
        });
      }),
    );
  });

  it('the other documents stay byte for byte', () => {
    fc.assert(
      fc.property(file, target, (text, to) => {
        const newline = text.includes('\r\n') ? '\r\n' : '\n';
        const other = OTHER.replaceAll('\n', newline);
        const after = migrateText(text, to).text;
        expect(after.split(other)).toHaveLength(text.split(other).length);
      }),
    );
  });
});
