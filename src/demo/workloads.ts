import { DAY_MS, MINUTE_MS } from '../core/duration.js';
import { checkoutLoad, reportsLoad, trainingLoad, transcodeLoad } from './loads.js';

/** A generated workload: a made-up Deployment whose load is computed, not measured. */
export interface DemoWorkload {
  readonly namespace: string;
  /** Name of the Deployment and of its ScaledObject. */
  readonly name: string;
  /** One line on what the load does, and that it is generated. */
  readonly description: string;
  /** What the demo's Prometheus answers for; it looks like PromQL and is matched as text. */
  readonly query: string;
  readonly unit: string;
  /** Load that one replica should carry, in `unit` (KEDA: `threshold`). */
  readonly targetPerReplica: number;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  /** From the decision to a ready pod. */
  readonly leadTimeMs: number;
  /** The load at a moment, in `unit`: finite, at least 0, and always the same for the same time. */
  valueAt(timeMs: number): number;
}

/** How much history the generated workloads have when the demo starts. */
export const DEMO_HISTORY_MS = 14 * DAY_MS;

/**
 * The generated workloads, from one that follows the clock closely to one that no forecast helps.
 *
 * @param seed integer; the same seed gives the same values
 * @param startMs when the demo starts, epoch milliseconds; growth begins {@link DEMO_HISTORY_MS} before it
 */
export function demoWorkloads({ seed, startMs }: { seed: number; startMs: number }): readonly DemoWorkload[] {
  return Object.freeze([
    {
      namespace: 'shop',
      name: 'checkout',
      description: 'generated: two peaks a day, the steep one at noon',
      query: 'sum(rate(http_requests_total{namespace="shop",app="checkout"}[2m]))',
      unit: 'req/s',
      targetPerReplica: 50,
      minReplicas: 2,
      maxReplicas: 40,
      leadTimeMs: 5 * MINUTE_MS,
      valueAt: (timeMs) => toThousandths(checkoutLoad(seed, timeMs)),
    },
    {
      namespace: 'batch',
      name: 'reports',
      description: 'generated: off, then on at the full hour, by the clock',
      query: 'sum(report_jobs_running{namespace="batch"})',
      unit: 'jobs',
      targetPerReplica: 5,
      minReplicas: 1,
      maxReplicas: 20,
      leadTimeMs: 4 * MINUTE_MS,
      valueAt: (timeMs) => reportsLoad(seed + 100, timeMs),
    },
    {
      namespace: 'video',
      name: 'transcode',
      description: 'generated: a daily swing that grows, and bursts that nothing announces',
      query: 'sum(transcode_queue_length{namespace="video"}) + sum(transcode_jobs_running{namespace="video"})',
      unit: 'videos',
      targetPerReplica: 6,
      minReplicas: 2,
      maxReplicas: 40,
      leadTimeMs: 3 * MINUTE_MS,
      valueAt: (timeMs) => toThousandths(transcodeLoad(seed + 200, timeMs, startMs - DEMO_HISTORY_MS)),
    },
    {
      namespace: 'ml',
      name: 'training',
      description: 'generated: steps at random moments, which no forecast can know',
      query: 'sum(training_runs_active{namespace="ml"})',
      unit: 'runs',
      targetPerReplica: 2,
      minReplicas: 1,
      maxReplicas: 50,
      leadTimeMs: 3 * MINUTE_MS,
      valueAt: (timeMs) => trainingLoad(seed + 300, timeMs),
    },
  ] satisfies DemoWorkload[]);
}

/**
 * When the demo should start so that there is something to see soon: 11:35 UTC, shortly before the lunch rise of
 * `shop/checkout` and the noon run of `batch/reports`, on the last Tuesday to Friday at or before `nowMs`. Not on a Monday:
 * after a quiet Sunday the shop is the hardest to forecast, which is not where a demonstration should begin.
 */
export function demoStartMs(nowMs: number): number {
  const startOfDay = Math.floor(nowMs / DAY_MS) * DAY_MS;
  let startMs = startOfDay + (11 * 60 + 35) * MINUTE_MS;
  while (startMs > nowMs || !isTuesdayToFriday(startMs)) startMs -= DAY_MS;
  return startMs;
}

function isTuesdayToFriday(timeMs: number): boolean {
  const weekday = new Date(timeMs).getUTCDay();
  return weekday >= 2 && weekday <= 5;
}

/** Three decimals keep the answers of the demo's Prometheus small without showing as steps. */
function toThousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
