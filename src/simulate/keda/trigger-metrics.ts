import type { ExternalTarget, MetricReading } from '../metric-target.js';
import { kedaMilliValue } from '../quantity.js';
import { itemsOf, type ServedMetric, type ServedMetrics } from '../served-metrics.js';

/** The metrics of the triggers of one ScaledObject. A trigger is active when its value is strictly above its activation value. */
export class TriggerMetrics implements ServedMetrics {
  readonly targets: readonly ExternalTarget[];

  constructor(targets: readonly ExternalTarget[]) {
    this.targets = targets;
  }

  serve(readings: readonly MetricReading[]): readonly ServedMetric[] {
    return this.targets.map(({ activation = 0 }, i) => {
      const reading = readings[i]!;
      if ('error' in reading) return { milli: null, active: false };
      const items = itemsOf(reading.value);
      return {
        milli: items.reduce((sum, item) => sum + kedaMilliValue(item), 0),
        active: reading.active ?? items.some((item) => item > activation),
      };
    });
  }
}
