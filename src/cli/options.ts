import { InvalidArgumentError, Option, type Command } from 'commander';
import type { ReadAuthFile } from '../config/auth-file.js';
import { authFilesBelow } from '../config/node-auth-files.js';
import { DURATION_SYNTAX, formatDuration, parseDuration } from '../core/duration.js';
import { forecasterNames } from '../forecast/registry.js';

/** A duration greater than zero, in milliseconds. */
export function duration(text: string): number {
  let ms: number;
  try {
    ms = parseDuration(text);
  } catch {
    throw new InvalidArgumentError(`Expected ${DURATION_SYNTAX}.`);
  }
  if (!(ms > 0)) throw new InvalidArgumentError('Expected a duration longer than zero.');
  return ms;
}

/** A duration of whole milliseconds, as the grid of a series needs it. */
export function step(text: string): number {
  const ms = duration(text);
  if (!Number.isInteger(ms)) throw new InvalidArgumentError('Expected whole milliseconds.');
  return ms;
}

export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('Expected a whole number of at least 1.');
  }
  return value;
}

/** `auto`, or season lengths such as `1d,7d`, in milliseconds. */
export function seasonality(text: string): 'auto' | readonly number[] {
  return text === 'auto' ? 'auto' : text.split(',').map((part) => duration(part.trim()));
}

/** `HOST:PORT`, `[::1]:PORT` or `:PORT` (localhost). */
export function listenAddress(text: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) throw new InvalidArgumentError('Expected HOST:PORT, such as 127.0.0.1:8190.');
  return { host: match[1] ?? (match[2] === '' ? '127.0.0.1' : match[2]!), port };
}

/** A flag for a duration, whose default stands in the help as people write it. */
export function durationOption(flags: string, description: string, defaultMs: number, parser = duration): Option {
  return new Option(flags, description).argParser(parser).default(defaultMs, formatDuration(defaultMs));
}

/** Adds `--model`, with `extra` names beside the forecasters', of which the first is the default. */
export function modelOption(extra: readonly [string, ...string[]], description: string): Option {
  return new Option('--model <name>', description).choices([...extra, ...forecasterNames]).default(extra[0]);
}

/** Adds the folder of the files that `filePath` of ClusterTriggerAuthentications names, by KEDA's own name. */
export function withAuthFiles(command: Command): Command {
  return command.option(
    '--filepath-auth-root-path <folder>',
    'folder of the JSON files that filePath of ClusterTriggerAuthentications names; off by default',
  );
}

export interface AuthFileFlags {
  readonly filepathAuthRootPath?: string;
}

/** How those files are read; undefined: they are not. */
export function authFileReader({ filepathAuthRootPath: folder }: AuthFileFlags): ReadAuthFile | undefined {
  return folder === undefined ? undefined : authFilesBelow(folder);
}

/** Adds `--json`, the same for every command. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print the result as JSON on standard output');
}
