import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import type { ConfigEntry, ConfigFiles } from './config-files.js';

/** The real file system. */
export const nodeConfigFiles: ConfigFiles = Object.freeze({
  async stat(path: string): Promise<ConfigEntry> {
    const [stats, realPath] = await Promise.all([stat(path), realpath(path)]);
    const type = stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
    return { type, size: stats.size, realPath };
  },
  list: (path: string) => readdir(path),
  read: (path: string) => readFile(path, 'utf8'),
});
