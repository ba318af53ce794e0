import type { Problem } from '../config/problem.js';
import { Report } from '../config/problem.js';
import { Authentications } from '../config/authentications.js';
import { findObjects } from '../config/objects.js';
import { readManifests } from '../config/read-manifests.js';
import { TextData } from '../config/text-data.js';
import { makeNewFiles } from './new-files.js';
import { migrateScaledObjects } from './scaled-objects.js';
import type { Remark, Target } from './remark.js';
import { Remarks } from './remark.js';
import type { MigratedFile, Source, SourceFile } from './source.js';
import type { MigrateOptions } from './trigger-context.js';

export interface Migration {
  /** Those that differ, by target and then in the order of the files. */
  readonly files: readonly MigratedFile[];
  readonly remarks: readonly Remark[];
  /** How many things were found that could be migrated: ScaledObjects, rules and metrics. */
  readonly found: number;
}

/**
 * What would have to change in manifests and rule files for tidecast. Pure; never throws for what it is given: whatever
 * is wrong or has no equivalent is a remark.
 */
export function migrate(inputs: readonly SourceFile[], targets: readonly Target[], options: MigrateOptions): Migration {
  const remarks = new Remarks();
  const sources = inputs.map(({ path, text }): Source => ({ path, text, manifests: readManifests(text, path) }));
  const report = new Report();
  const objects = findObjects(
    sources.flatMap(({ manifests }) => manifests.documents),
    report,
  );
  const authentications = new Authentications(objects, { data: new TextData(objects), env: {} });
  const scaledObjects = migrateScaledObjects(sources, objects, { targets, options, authentications, remarks });
  for (const { manifests } of sources) report.include(manifests.problems);
  sayErrors(report.problems, targets, remarks);
  sayUnread(report.problems, targets, remarks);
  const { knownQueries } = scaledObjects;
  const added = makeNewFiles(sources, { targets, options, remarks, knownQueries, objects });
  const files = [...scaledObjects.files, ...added.files];
  return {
    files: targets.flatMap((target) => files.filter((file) => file.target === target)),
    remarks: remarks.list,
    found: scaledObjects.found + added.found,
  };
}

function sayErrors(problems: readonly Problem[], targets: readonly Target[], remarks: Remarks): void {
  for (const { severity, file, line, field, message } of problems) {
    if (severity === 'error') remarks.add('error', { at: { file, line, column: 0 }, field }, message, targets);
  }
}

/** Kinds of KEDA that tidecast does not read: KEDA goes on with them, and without KEDA nothing does. */
function sayUnread(problems: readonly Problem[], targets: readonly Target[], remarks: Remarks): void {
  for (const { severity, file, line, field } of problems) {
    if (severity !== 'warning' || !/(^|\.)kind$/.test(field)) continue;
    const place = { at: { file, line, column: 0 }, field };
    if (targets.includes('keda'))
      remarks.add('note', place, 'a ScaledJob is left as it is; KEDA goes on with it', ['keda']);
    if (targets.includes('standalone')) {
      remarks.add('lost', place, 'a ScaledJob needs KEDA: tidecast scales no jobs', ['standalone']);
    }
  }
}
