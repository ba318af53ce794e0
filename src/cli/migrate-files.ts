import { access, mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { attempt } from '../config/attempt.js';
import { findFiles } from '../config/find-files.js';
import { nodeConfigFiles } from '../config/node-config-files.js';
import type { Problem } from '../config/problem.js';
import { Report } from '../config/problem.js';
import { CommandError } from '../core/errors.js';
import type { MigratedFile, SourceFile } from '../migrate/source.js';

/** The files at the given paths, folders opened. What cannot be read is a problem. */
export async function readSources(
  paths: readonly string[],
): Promise<{ readonly sources: readonly SourceFile[]; readonly problems: readonly Problem[] }> {
  const report = new Report();
  const sources: SourceFile[] = [];
  for (const path of await findFiles(paths, nodeConfigFiles, report)) {
    const text = await attempt(path, report, () => nodeConfigFiles.read(path));
    if (text !== undefined) sources.push({ path, text });
  }
  return { sources, problems: report.problems };
}

/**
 * Writes the migrated files to `folder/TARGET/...`, below which they stand as they did below the path that was given.
 *
 * @returns the paths written
 * @throws {CommandError} one of them is there already, or the file system refuses; an existing file is never touched, and
 *   where one exists before the start nothing is written at all
 */
export async function writeMigrated(
  files: readonly MigratedFile[],
  folder: string,
  paths: readonly string[],
): Promise<readonly string[]> {
  const outputs = files.map((file) => ({
    path: join(folder, file.target, relativeToGiven(file.path, paths)),
    text: file.after,
  }));
  const twice = outputs.find(({ path }, index) => outputs.findIndex((other) => other.path === path) < index);
  if (twice !== undefined)
    throw new CommandError(`--out: two files would be written to ${twice.path}; migrate them apart`);
  for (const { path } of outputs) {
    if (await exists(path)) throw new CommandError(`--out: ${path} exists and is not overwritten; nothing was written`);
  }
  for (const { path, text } of outputs) await writeNew(path, text);
  return outputs.map(({ path }) => path);
}

async function writeNew(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new CommandError(`--out: ${path} cannot be written: ${code}`, { cause: error });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A file's path below the one by which the user gave it. */
function relativeToGiven(path: string, given: readonly string[]): string {
  const roots = given.filter((root) => path !== root && !relative(root, path).startsWith(`..${sep}`));
  const root = roots.find((candidate) => relative(candidate, path) !== '..');
  return root === undefined ? basename(path) : relative(root, path);
}
