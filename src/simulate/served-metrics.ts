import { totalMilli } from './hpa/external-metric.js';
import type { ExternalTarget, MetricReading } from './metric-target.js';

/** One external metric as the HPA is given it. */
export interface ServedMetric {
  /** Thousandths; null: an error. */
  readonly milli: number | null;
  /** Whether its source wants the workload to run; false when that is unknown. */
  readonly active: boolean;
}

/** What stands between a policy and the HPA. */
export interface ServedMetrics {
  /** The external metrics the HPA has. */
  readonly targets: readonly ExternalTarget[];
  /** Answers one request for all of them, one after the other. */
  serve(readings: readonly MetricReading[]): readonly ServedMetric[];
}

/** An adapter that passes on what it is told. */
export class PlainMetrics implements ServedMetrics {
  readonly targets: readonly ExternalTarget[];

  constructor(targets: readonly ExternalTarget[]) {
    this.targets = targets;
  }

  serve(readings: readonly MetricReading[]): readonly ServedMetric[] {
    return readings.map((reading) =>
      'error' in reading ? { milli: null, active: false } : { milli: totalMilli(itemsOf(reading.value)), active: true },
    );
  }
}

/** The items of one answer. */
export function itemsOf(value: number | readonly number[]): readonly number[] {
  return typeof value === 'number' ? [value] : value;
}
