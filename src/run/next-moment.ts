import { SECOND_MS } from '../core/duration.js';

/** A ledger has one entry per moment; a clock that stands still, or is set back a little, must not make two. */
export function nextMoment(nowMs: number, lastMs: number | null): number {
  const last = lastMs ?? -Infinity;
  return nowMs <= last && last < nowMs + SECOND_MS ? last + 1 : nowMs;
}
