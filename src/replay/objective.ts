import { checkMetric, Condition, isResponseTime } from './condition.js';

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
  /** Whether response times are looked at. */
  readonly needsLatency: boolean;
}

/**
 * @param policies names that the condition may refer to
 * @throws {UsageError} anything else, with the part that is wrong and what would be accepted
 */
export function parseObjective(text: string, policies: readonly string[]): Objective {
  const [, name = DEFAULT_METRIC, rest = text] = WHERE.exec(text.trim()) ?? [];
  const metric = checkMetric(name, text);
  const condition = Condition.parse(rest, policies);
  return { text: text.trim(), metric, condition, needsLatency: isResponseTime(metric) || condition.needsLatency };
}
