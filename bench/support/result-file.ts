import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where and of what a result was measured. A number without these means nothing. */
export interface RunDescription {
  readonly measuredAt: string;
  /** Hash of the checked-out commit, with `+` when files differ from it; `unknown` outside a git checkout. */
  readonly commit: string;
  readonly node: string;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGiB: number };
}

export const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));

export function describeRun(): RunDescription {
  const processors = cpus();
  return {
    measuredAt: new Date().toISOString(),
    commit: commit(),
    node: process.version,
    machine: {
      cpu: processors[0]?.model ?? 'unknown',
      cores: processors.length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
    },
  };
}

/** The file of the results that the repository keeps for a benchmark. */
export function resultFile(benchmark: string): string {
  return fileURLToPath(new URL(`../results/${benchmark}.json`, import.meta.url));
}

/** @returns what {@link writeResult} wrote, null when there is no such file */
export function readResult(file: string): unknown {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

export function writeResult(file: string, result: object): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${toJson(result)}\n`);
}

/**
 * JSON with fractions of four significant digits, NaN as null, and every object or array that fits on a line of 160
 * characters on one: long enough for a person to compare two versions row by row.
 */
function toJson(value: unknown, indent = ''): string {
  if (typeof value === 'number') return JSON.stringify(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => toJson(item, inner))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${toJson(item, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const line = `${open}${parts.join(', ')}${close}`;
  if (line.length <= 160 && !line.includes('\n')) return line;
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: REPOSITORY, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return (
      git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain', '--', 'src', 'bench/*.ts') ? '+' : '')
    );
  } catch {
    return 'unknown';
  }
}
