import type { ScaledObjectStatus } from '../view.js';

/** One metric of a ScaledObject as its composition serves it. */
export interface ComposedMetric {
  readonly name: string;
  /** null: unknown. */
  readonly value: number | null;
  /** When it was composed. */
  readonly atMs: number;
  /** Whether `spec.fallback` stands in for it. */
  readonly isFallback: boolean;
  /** Why it has no value, or what stands behind it. */
  readonly reason: string;
}

/** All metrics that a composition serves: those of the triggers, and the one that the formula makes of them. */
export function composedMetrics({ composition }: ScaledObjectStatus): readonly ComposedMetric[] {
  if (composition === null) return [];
  const { triggers, composite, atMs } = composition;
  const ofTriggers = triggers.flatMap(({ metrics, state, reason }) =>
    metrics.map(({ name, value }) => ({ name, value, atMs, isFallback: state === 'fallback', reason })),
  );
  if (composite === null) return ofTriggers;
  const { name, value } = composite.metric;
  const isFallback = composite.state === 'fallback';
  return [...ofTriggers, { name, value, atMs, isFallback, reason: composite.reason }];
}

/**
 * @param metric its name in any case, as the HPA lower-cases it
 * @returns undefined when the ScaledObject has no such metric
 */
export function composedMetric(status: ScaledObjectStatus, metric: string): ComposedMetric | undefined {
  const asked = metric.toLowerCase();
  return composedMetrics(status).find(({ name }) => name.toLowerCase() === asked);
}
