import { InvalidArgumentError, type Command } from 'commander';
import type { HistoryMask } from '../core/history-mask.js';
import { isTimeZone } from '../core/time-zone.js';
import type { HygieneOptions } from '../series/hygiene/clean-history.js';

/** What is known about a load beside its samples; see `docs/hygiene.md`. */
export interface HygieneFlags {
  readonly saturation?: number;
  readonly timeZone?: string;
}

export function withHygiene(command: Command): Command {
  return command
    .option('--saturation <value>', 'value at which the measured load is cut off', positive)
    .option('--time-zone <name>', 'time zone by whose clock the load lives, such as Europe/Berlin', timeZone);
}

/** The flags as hygiene takes them. */
export function hygieneOf({ saturation }: HygieneFlags, seasonSteps: readonly number[]): HygieneOptions {
  return { ignoreWindows: [], seasonSteps, ...(saturation !== undefined && { saturation }) };
}

export function masksJson(masks: readonly HistoryMask[]): object[] {
  return masks.map(({ fromMs, toMs, kind, reason }) => ({
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    kind,
    reason,
  }));
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0) || !Number.isFinite(value)) {
    throw new InvalidArgumentError('Expected a number greater than 0.');
  }
  return value;
}

function timeZone(name: string): string {
  if (!isTimeZone(name)) throw new InvalidArgumentError('Expected the name of a time zone, such as Europe/Berlin.');
  return name;
}
