import type { Clock } from '../core/clock.js';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/duration.js';
import type { Logger } from '../core/logger.js';
import type { Store } from '../core/store.js';
import type { Workload } from '../core/workload.js';
import type { RunMetrics } from '../serve/self/run-metrics.js';
import { periodically } from './periodic.js';

const PERIOD_MS = HOUR_MS;
/** Beyond the history window, for samples that a changed window would want back. */
const SAMPLES_MARGIN_MS = DAY_MS;
const KEEP_FORECASTS_MS = 2 * DAY_MS;
/** Of decisions and compositions. */
const KEEP_LEDGER_MS = 14 * DAY_MS;

export interface PruneLoopProps {
  readonly clock: Clock;
  readonly store: Store;
  readonly metrics: Pick<RunMetrics, 'countStoreError'>;
  readonly logger: Logger;
  /** Those whose history must stay. */
  readonly workloads: () => readonly { readonly workload: Pick<Workload, 'historyWindowMs'> }[];
}

/** Removes old records from the store once an hour, until aborted. */
export async function pruneLoop(props: PruneLoopProps, signal: AbortSignal): Promise<void> {
  const { clock, store, metrics, logger, workloads } = props;
  await periodically({
    clock,
    periodMs: PERIOD_MS,
    phase: 0.5,
    firstDelayMs: MINUTE_MS,
    signal,
    work: async () => {
      const nowMs = clock.now();
      const longestWindowMs = workloads().reduce(
        (longest, { workload }) => Math.max(longest, workload.historyWindowMs),
        0,
      );
      try {
        await store.prune({
          samplesBeforeMs: nowMs - longestWindowMs - SAMPLES_MARGIN_MS,
          forecastsBeforeMs: nowMs - KEEP_FORECASTS_MS,
          decisionsBeforeMs: nowMs - KEEP_LEDGER_MS,
        });
      } catch (error) {
        metrics.countStoreError();
        logger.error({ error: String(error) }, 'old records not removed');
      }
    },
  });
}
