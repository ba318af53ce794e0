/** How the HPA divides a metric: by the replica count (`AverageValue`) or not (`Value`). */
export type MetricType = 'AverageValue' | 'Value';

/** One external metric of a trigger, as the HPA is told of it. */
export interface TriggerMetric {
  /** KEDA's base name, without the `s{index}-` prefix. */
  readonly name: string;
  /** What one replica should carry (`AverageValue`) or all together (`Value`), in the unit of the value; > 0. */
  readonly target: number;
}

/** What is in a queue, where the value of its trigger does not say it. */
export interface QueueDepth {
  /** Messages that more consumers would help with. */
  readonly waiting: number;
  /** More consumers than this have nothing to read, such as the partitions of a topic; null: any number can work. */
  readonly mostConsumers: number | null;
}

/** What a trigger's source answered to one poll. */
export interface TriggerReading {
  /** By the trigger's own activation rule. */
  readonly active: boolean;
  /** At least one; the values are finite. Nearly all triggers have exactly one, `external` may have several. */
  readonly metrics: readonly (TriggerMetric & { readonly value: number })[];
  /** Absent: the first value is what waits, and any number of consumers can work it off. */
  readonly queue?: QueueDepth;
}

/**
 * An open connection to what a trigger watches. It is asked by one caller at a time. Whatever goes wrong is a
 * `TriggerError`, never a number: an empty answer is not 0 unless KEDA documents it as 0 for that trigger.
 */
export interface TriggerSource {
  /** @throws {TriggerError} the source cannot be reached, refuses, or answers what cannot be used */
  read(signal: AbortSignal): Promise<TriggerReading>;
  /** Gives connections back. Never rejects, and may be called during a read. */
  close(): Promise<void>;
}

/**
 * Opens the source of a trigger. Credentials live in the closure only, so that nothing that logs, stores or shows a
 * configuration can show them.
 *
 * @throws {TriggerError} the source cannot be reached or refuses
 */
export type OpenTrigger = (signal: AbortSignal) => Promise<TriggerSource>;
