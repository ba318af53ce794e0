import type { Report } from './problem.js';
import { wholeFile } from './problem.js';

/** @returns undefined, and a problem that carries the system's error code, when the file system refuses */
export async function attempt<T>(path: string, report: Report, access: () => Promise<T>): Promise<T | undefined> {
  try {
    return await access();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    report.error(wholeFile(path), code === 'ENOENT' ? 'no such file or folder' : `cannot be read: ${code}`);
    return undefined;
  }
}
