import type { HistoryMask } from '../../core/history-mask.js';
import { formatDateTime } from './time-format.js';

/**
 * One line for each part of the history that was not learnt from.
 *
 * @param zone IANA name of the time zone of the times shown
 */
export function maskLines(masks: readonly HistoryMask[], zone: string): string[] {
  return masks.map(
    ({ fromMs, toMs, kind, reason }) =>
      `not learnt from: ${formatDateTime(fromMs, zone)} to ${formatDateTime(toMs, zone)}, ${kind}: ${reason}`,
  );
}
