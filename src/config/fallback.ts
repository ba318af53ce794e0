import type { Fallback } from '../core/scaled-object.js';
import type { Fields } from './fields.js';
import type { Report } from './problem.js';

const BEHAVIORS = [
  'static',
  'currentReplicas',
  'currentReplicasIfHigher',
  'currentReplicasIfLower',
  'scalingModifiers',
] as const satisfies readonly Fallback['behavior'][];

/** Reads `spec.fallback`. @returns null when there is none, or none that can be used */
export function readFallback(spec: Fields, report: Report): Fallback | null {
  const fallback = spec.map('fallback');
  if (fallback === undefined) return null;
  fallback.warnUnknown(['failureThreshold', 'replicas', 'behavior']);
  const failureThreshold = fallback.requiredInteger('failureThreshold', { min: 0 });
  const replicas = fallback.requiredInteger('replicas', { min: 0 });
  const behavior = fallback.choice('behavior', BEHAVIORS) ?? 'static';
  if (behavior === 'scalingModifiers' && spec.map('advanced')?.has('scalingModifiers') !== true) {
    report.error(fallback.place('behavior'), 'scalingModifiers needs advanced.scalingModifiers with a formula');
  }
  if (failureThreshold === undefined || replicas === undefined) return null;
  return { failureThreshold, replicas, behavior };
}
