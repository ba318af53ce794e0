import type { ScaledObject } from '../core/scaled-object.js';
import type { Workload } from '../core/workload.js';
import { attempt } from './attempt.js';
import type { BuildOptions } from './build-object.js';
import { buildWorkloads } from './build-workloads.js';
import type { ConfigFiles } from './config-files.js';
import { findFiles } from './find-files.js';
import { nodeConfigFiles } from './node-config-files.js';
import type { Problem } from './problem.js';
import { Report, wholeFile } from './problem.js';
import type { ManifestDocument } from './read-manifests.js';
import { readManifests } from './read-manifests.js';

export interface LoadConfigOptions extends BuildOptions {
  /** Default: the real file system. */
  readonly files?: ConfigFiles;
}

export interface LoadedConfig {
  /** Those without errors, in the order of files and documents. */
  readonly objects: readonly ScaledObject[];
  /** What is forecast of them, in the order of the triggers. */
  readonly workloads: readonly Workload[];
  /** All of them, of all files, in no particular order; `renderProblems` sorts. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the ScaledObjects, TriggerAuthentications, Secrets and ConfigMaps in the given files and folders (with their
 * subfolders; `*.yaml`, `*.yml`, `*.json`), and puts the ScaledObjects together.
 *
 * Never rejects for what it finds: unreadable files, broken YAML and wrong values are problems, and whoever calls
 * decides whether to go on with what is left. That no ScaledObject is found at all is an error too.
 */
export async function loadConfig(paths: readonly string[], options: LoadConfigOptions): Promise<LoadedConfig> {
  const { files = nodeConfigFiles, ...buildOptions } = options;
  const report = new Report();
  const documents: ManifestDocument[] = [];
  for (const path of await findFiles(paths, files, report)) {
    const text = await attempt(path, report, () => files.read(path));
    if (text === undefined) continue;
    const file = readManifests(text, path);
    documents.push(...file.documents);
    report.include(file.problems);
  }
  const { objects, workloads, problems, scaledObjects } = buildWorkloads(documents, buildOptions);
  report.include(problems);
  if (scaledObjects === 0 && !report.hasErrors) {
    report.error(wholeFile(paths.join(', ') || 'configuration'), 'no ScaledObject found');
  }
  return { objects, workloads, problems: report.problems };
}
