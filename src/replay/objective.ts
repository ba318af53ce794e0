import { checkMetric, Condition } from './condition.js';

/** What is made small where nothing else is said. */
export const DEFAULT_METRIC = 'pod_hours';
const WHERE = /^([a-z_0-9]+)\s+where\s+(.+)$/is;

/**
 * What a setting is chosen by: the smallest figure among those that meet a condition, such as
 * `short where pod_hours<=hpa`.
 *
 *     objective = [ metric, "where" ], condition ;
 */
export interface Objective {
  readonly text: string;
  /** Name of the figure, such as `pod_hours`. */
  readonly metric: string;
  readonly condition: Condition;
}

/**
 * @param policies names that the condition may refer to
 * @throws {UsageError} anything else, with the part that is wrong and what would be accepted
 */
export function parseObjective(text: string, policies: readonly string[]): Objective {
  const [, metric = DEFAULT_METRIC, condition = text] = WHERE.exec(text.trim()) ?? [];
  return { text: text.trim(), metric: checkMetric(metric, text), condition: Condition.parse(condition, policies) };
}
