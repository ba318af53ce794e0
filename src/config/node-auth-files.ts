import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadAuthFile } from './auth-file.js';

/** What Kubernetes allows a Secret. */
const MAX_BYTES = 1024 * 1024;

/** Files below a folder, read when they are asked for; at once, as they are small and few. */
export function authFilesBelow(folder: string): ReadAuthFile {
  return (path) => {
    const file = join(folder, path);
    try {
      const stats = statSync(file);
      if (!stats.isFile()) return { missing: `${file} is not a file` };
      if (stats.size > MAX_BYTES) {
        return { missing: `${file} is too large: ${stats.size} bytes; at most ${MAX_BYTES} are read` };
      }
      return { text: readFileSync(file, 'utf8') };
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      return { missing: `${file} cannot be read: ${code === 'ENOENT' ? 'no such file' : code}` };
    }
  };
}
