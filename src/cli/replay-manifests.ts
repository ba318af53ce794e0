import { findHpa } from '../config/find-hpa.js';
import { readHpa, type Hpa } from '../config/hpa.js';
import { readLoadTriggers, type LoadTriggers } from '../config/load-triggers.js';
import { warnNotReplayed } from '../config/not-replayed.js';
import { findObjects } from '../config/objects.js';
import { Report, wholeFile } from '../config/problem.js';
import { readManifests, type ManifestDocument } from '../config/read-manifests.js';
import { renderProblems } from '../config/render-problems.js';
import { readScaledObject, type ScaledObject } from '../config/scaled-object.js';
import { UsageError } from '../core/errors.js';
import type { ReplayFlags } from './replay-flags.js';
import { readText } from './source-options.js';
import { print, type Terminal } from './terminal.js';

/** A ScaledObject, as far as a replay of one load can follow it. */
export type ReplayedScaledObject = LoadTriggers &
  Pick<ScaledObject, 'name' | 'bounds' | 'behavior' | 'pollingIntervalMs' | 'cooldownMs' | 'initialCooldownMs'>;

/** A value, and the file that it was read from. */
export interface FromFile<Value> {
  readonly file: string;
  readonly value: Value;
}

/** What runs now, as its manifests say; null: not given. */
export interface ReplayManifests {
  readonly hpa: FromFile<Hpa> | null;
  readonly scaledObject: FromFile<ReplayedScaledObject> | null;
}

/**
 * Reads `--hpa` and `--scaled-object`. What is not replayed of them is said on standard error.
 *
 * @throws {UsageError} a file that cannot be used, with all its problems
 */
export async function readReplayManifests(flags: ReplayFlags, terminal: Terminal): Promise<ReplayManifests> {
  return {
    hpa: await readFlag('--hpa', flags.hpa, findAndReadHpa, terminal),
    scaledObject: await readFlag('--scaled-object', flags.scaledObject, findAndReadScaledObject, terminal),
  };
}

type ReadDocuments<Value> = (documents: readonly ManifestDocument[], file: string, report: Report) => Value | undefined;

async function readFlag<Value>(
  flag: string,
  file: string | undefined,
  read: ReadDocuments<Value>,
  { stderr }: Terminal,
): Promise<FromFile<Value> | null> {
  if (file === undefined) return null;
  const report = new Report();
  const { documents, problems } = readManifests(await readText(flag, file), file);
  report.include(problems);
  const value = read(documents, file, report);
  if (value === undefined || report.hasErrors) {
    throw new UsageError(`${flag}: ${file} cannot be used:\n${renderProblems(report.problems)}`);
  }
  if (report.problems.length > 0) print(stderr, renderProblems(report.problems));
  return { file, value };
}

function findAndReadHpa(documents: readonly ManifestDocument[], file: string, report: Report): Hpa | undefined {
  const root = findHpa(documents, file, report);
  return root && readHpa(root, report);
}

function findAndReadScaledObject(
  documents: readonly ManifestDocument[],
  file: string,
  report: Report,
): ReplayedScaledObject | undefined {
  const [first, second] = findObjects(documents, report).filter(({ kind }) => kind === 'ScaledObject');
  if (first === undefined) {
    if (!report.hasErrors) report.error(wholeFile(file), 'no ScaledObject found');
    return undefined;
  }
  if (second !== undefined) report.error(second, 'a second ScaledObject', { accepted: 'one in the file' });
  const scaledObject = readScaledObject(first);
  const triggers = scaledObject && readLoadTriggers(scaledObject);
  warnNotReplayed(first);
  report.include(first.report.problems);
  return scaledObject && triggers && { ...scaledObject, ...triggers };
}
