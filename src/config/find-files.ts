import { join } from 'node:path';
import { attempt } from './attempt.js';
import type { ConfigEntry, ConfigFiles } from './config-files.js';
import type { Report } from './problem.js';
import { wholeFile } from './problem.js';

const MANIFEST_NAME = /\.(ya?ml|json)$/i;

/** Tens of thousands of ScaledObjects; a larger file is something else, such as a recording. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;

/**
 * The files to read: those given, whatever their name, and the YAML and JSON files of the folders given and their
 * subfolders, by name. Hidden ones (`.git`, the `..data` of a mounted ConfigMap) are passed over, and a file that is
 * reached twice counts once, so links cannot lead in a circle.
 */
export async function findFiles(paths: readonly string[], files: ConfigFiles, report: Report): Promise<string[]> {
  const seen = new Set<string>();
  const found: string[] = [];

  async function visit(path: string, asked: boolean): Promise<void> {
    const entry = await attempt(path, report, () => files.stat(path));
    if (entry === undefined || seen.has(entry.realPath)) return;
    if (entry.type === 'folder') {
      seen.add(entry.realPath);
      const names = (await attempt(path, report, () => files.list(path))) ?? [];
      for (const name of [...names].sort()) if (!name.startsWith('.')) await visit(join(path, name), false);
    } else if (asked || MANIFEST_NAME.test(path)) {
      seen.add(entry.realPath);
      if (isReadable(path, entry, report)) found.push(path);
    }
  }

  for (const path of paths) await visit(path, true);
  return found;
}

function isReadable(path: string, { type, size }: ConfigEntry, report: Report): boolean {
  const place = wholeFile(path);
  if (type !== 'file') report.error(place, 'neither a file nor a folder');
  else if (size > MAX_FILE_BYTES) {
    report.error(place, 'too large', { value: `${size} bytes`, accepted: `at most ${MAX_FILE_BYTES} bytes` });
  } else return true;
  return false;
}
