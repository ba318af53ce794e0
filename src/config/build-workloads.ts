import type { ScaledObject as CompleteScaledObject } from '../core/scaled-object.js';
import type { Workload } from '../core/workload.js';
import { Authentications } from './authentications.js';
import type { BuildOptions } from './build-object.js';
import { buildObject } from './build-object.js';
import type { ManifestDocument } from './read-manifests.js';
import { findObjects } from './objects.js';
import type { Problem } from './problem.js';
import { Report } from './problem.js';
import type { ScaledObject } from './scaled-object.js';
import { readScaledObject } from './scaled-object.js';
import { TextData } from './text-data.js';

export interface BuiltWorkloads {
  /** Of the ScaledObjects without errors, in the order of the documents. */
  readonly objects: readonly CompleteScaledObject[];
  /** What is forecast of them, in the order of the triggers. */
  readonly workloads: readonly Workload[];
  readonly problems: readonly Problem[];
  /** ScaledObjects found, whether usable or not. */
  readonly scaledObjects: number;
}

/** Puts together the ScaledObjects among the documents. Pure; never throws: whatever is wrong is a problem. */
export function buildWorkloads(documents: readonly ManifestDocument[], options: BuildOptions): BuiltWorkloads {
  const report = new Report();
  const found = findObjects(documents, report);
  const { env, authFile } = options;
  const authentications = new Authentications(found, { data: new TextData(found), env, authFile });
  const scaledObjects = found.flatMap((object) => {
    const scaledObject = object.kind === 'ScaledObject' ? readScaledObject(object) : undefined;
    return scaledObject === undefined ? [] : [scaledObject];
  });
  warnSharedTargets(scaledObjects);
  const context = { ...options, authentications };
  const objects = scaledObjects.flatMap((scaledObject) => buildObject(scaledObject, context) ?? []);
  for (const object of found) report.include(object.report.problems);
  return {
    objects,
    workloads: objects.flatMap(({ triggers }) =>
      triggers.flatMap((trigger) => (trigger.kind === 'forecast' ? [trigger.workload] : [])),
    ),
    problems: report.problems,
    scaledObjects: found.filter(({ kind }) => kind === 'ScaledObject').length,
  };
}

/** KEDA's admission check refuses the second; which one is right only the user knows. */
function warnSharedTargets(scaledObjects: readonly ScaledObject[]): void {
  const seen = new Map<string, ScaledObject>();
  for (const scaledObject of scaledObjects) {
    const { namespace, name, target, report } = scaledObject;
    if (target.name === '') continue;
    const key = JSON.stringify([namespace, target.kind, target.name]);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, scaledObject);
    else if (first.name !== name) {
      const { file, line } = first.target.at;
      const message = `${target.kind} "${target.name}" is already the target of ScaledObject "${first.name}" at ${file}:${line}`;
      report.warning(target, message);
    }
  }
}
