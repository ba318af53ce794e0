import type { Workload } from '../core/workload.js';
import { Authentications } from './authentications.js';
import type { Environment } from './environment.js';
import type { ManifestDocument } from './read-manifests.js';
import { findObjects } from './objects.js';
import { readPredictkube } from './predictkube.js';
import type { Problem } from './problem.js';
import { Report } from './problem.js';
import type { ScaledObject } from './scaled-object.js';
import { readScaledObject } from './scaled-object.js';
import { TextData } from './text-data.js';
import { FORECAST_TRIGGER } from './trigger.js';

export interface BuildOptions {
  /** Where `env` entries and `...FromEnv` parameters are looked up. */
  readonly env: Environment;
  /** What `model` may name besides `auto`. */
  readonly forecasterNames: readonly string[];
}

export interface BuiltWorkloads {
  /** In the order of the documents and triggers. Of a ScaledObject with an error there are none. */
  readonly workloads: readonly Workload[];
  readonly problems: readonly Problem[];
  /** ScaledObjects found, whether usable or not. */
  readonly scaledObjects: number;
}

/** Makes workloads of the ScaledObjects among the documents. Pure; never throws: whatever is wrong is a problem. */
export function buildWorkloads(documents: readonly ManifestDocument[], options: BuildOptions): BuiltWorkloads {
  const report = new Report();
  const objects = findObjects(documents, report);
  const authentications = new Authentications(objects, new TextData(objects), options.env);
  const scaledObjects = objects.flatMap((object) => {
    const scaledObject = object.kind === 'ScaledObject' ? readScaledObject(object) : undefined;
    return scaledObject === undefined ? [] : [scaledObject];
  });
  warnSharedTargets(scaledObjects);
  const workloads = scaledObjects.flatMap((object) => readWorkloads(object, authentications, options));
  for (const object of objects) report.include(object.report.problems);
  return {
    workloads,
    problems: report.problems,
    scaledObjects: objects.filter(({ kind }) => kind === 'ScaledObject').length,
  };
}

function readWorkloads(
  scaledObject: ScaledObject,
  authentications: Authentications,
  { env, forecasterNames }: BuildOptions,
): Workload[] {
  const { triggers, triggersPlace, namespace, report } = scaledObject;
  const forecast = triggers.filter(({ type }) => type === FORECAST_TRIGGER);
  if (forecast.length === 0 && !report.hasErrors) {
    report.warning(triggersPlace, `no ${FORECAST_TRIGGER} trigger, so nothing to forecast`);
  }
  const workloads = forecast.flatMap((trigger) => {
    const auth = authentications.resolve(trigger.authenticationRef, namespace, report);
    const workload = readPredictkube(trigger, { scaledObject, auth, env, forecasterNames });
    return workload === undefined ? [] : [workload];
  });
  return report.hasErrors ? [] : workloads;
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
