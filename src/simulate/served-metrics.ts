import { milliValue } from './quantity.js';
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
      'error' in reading ? { milli: null, active: false } : { milli: totalOf(reading.value, milliValue), active: true },
    );
  }
}

/** Adds up the items of one answer, each in thousandths. */
export function totalOf(value: number | readonly number[], milliOf: (item: number) => number): number {
  return typeof value === 'number' ? milliOf(value) : value.reduce((sum, item) => sum + milliOf(item), 0);
}
