import { describe, expect, test } from 'vitest';
import type { Workload } from '../../src/core/workload.js';
import type { ReadAuthFile } from '../../src/config/auth-file.js';
import { buildWorkloads } from '../../src/config/build-workloads.js';
import type { ManifestDocument } from '../../src/config/read-manifests.js';
import { readManifests } from '../../src/config/read-manifests.js';
import type { Problem } from '../../src/config/problem.js';
import { Report } from '../../src/config/problem.js';

/** A complete ScaledObject without a problem. The numbers of its lines are what the tables count on. */
export const WEB = `\
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: web
spec:
  scaleTargetRef:
    name: web
  triggers:
    - type: predictkube
      metadata:
        prometheusAddress: http://prometheus:9090
        query: sum(rate(requests[2m]))
        predictHorizon: 2h
        historyTimeWindow: 7d
        queryStep: 2m
        threshold: '100'
`;
// Line 1 is apiVersion, 4 name, 6 scaleTargetRef, 8 triggers, 9 type, 10 metadata, 11 prometheusAddress,
// 12 query, 13 predictHorizon, 14 historyTimeWindow, 15 queryStep, 16 threshold.

/** The ScaledObject with something else in place of a text that it contains once. */
export function web(from = '', to = ''): string {
  if (from !== '' && WEB.split(from).length !== 2) throw new Error(`"${from}" does not stand once in the manifest`);
  return WEB.replace(from, () => to);
}

/** The ScaledObject with more metadata: the first added line is line 17. */
export function webWith(...metadata: string[]): string {
  return WEB + metadata.map((line) => `        ${line}\n`).join('');
}

export const FORECASTERS = ['last-value', 'seasonal-naive', 'direct-ridge', 'holt-winters'];

export interface Configured {
  readonly workloads: readonly Workload[];
  readonly problems: readonly Problem[];
}

/** What becomes of manifests, by file name or of one file `web.yaml`. */
export function configure(
  files: string | Record<string, string>,
  env: Readonly<Record<string, string | undefined>> = {},
  authFile?: ReadAuthFile,
): Configured {
  const report = new Report();
  const documents: ManifestDocument[] = [];
  for (const [name, text] of Object.entries(typeof files === 'string' ? { 'web.yaml': files } : files)) {
    const file = readManifests(text, name);
    documents.push(...file.documents);
    report.include(file.problems);
  }
  const { workloads, problems } = buildWorkloads(documents, { env, forecasterNames: FORECASTERS, authFile });
  report.include(problems);
  return { workloads, problems: report.problems };
}

/** The only workload of a configuration without problems. */
export function onlyWorkload(text: string, env: Readonly<Record<string, string | undefined>> = {}): Workload {
  const { workloads, problems } = configure(text, env);
  expect(problems).toEqual([]);
  expect(workloads).toHaveLength(1);
  return workloads[0]!;
}

/** What a table row expects of one problem: line, severity, field, a part of the message, and the value shown. */
export type Expected = readonly [
  line: number,
  severity: 'error' | 'warning',
  field: string,
  message: string,
  value?: string,
];

/** Exactly these problems, in the order of their lines; the order within a line does not matter. */
export function expectProblems(problems: readonly Problem[], expected: readonly Expected[]): void {
  const key = ([line, severity, field, , value]: Expected): string => JSON.stringify([line, severity, field, value]);
  const found = problems.map((p): Expected => [p.line, p.severity, p.field, p.message, p.value as string]);
  expect(found.map(key).sort()).toEqual(expected.map(key).sort());
  for (const wanted of expected) {
    const messages = found.filter((problem) => key(problem) === key(wanted)).map(([, , , message]) => message);
    expect(messages.join('\n')).toContain(wanted[3]);
  }
}

/** What is wrong, a manifest, and all problems that it must cause. */
export type Row = readonly [sentence: string, manifest: string, ...expected: Expected[]];

/** One test per row: exactly these problems, and no workload if one of them is an error. */
export function reports(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    test.each(rows.map(([sentence, manifest, ...expected]) => ({ sentence, manifest, expected })))(
      'reports $sentence',
      ({ manifest, expected }) => {
        const { problems, workloads } = configure(manifest);
        expectProblems(problems, expected);
        if (expected.some(([, severity]) => severity === 'error')) expect(workloads).toEqual([]);
      },
    );
  });
}
