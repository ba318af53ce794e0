import type { ExternalTarget } from '../metric-target.js';
import type { Policy } from '../policy.js';

/** What an endpoint answers at a moment; null: an error. */
export type ServedAt = (nowMs: number) => { readonly value: number; readonly active: boolean } | null;

/** An endpoint whose answers do not depend on the replicas, such as decisions made beforehand. */
export function servedValues(name: string, target: ExternalTarget, servedAt: ServedAt): Policy {
  return { name, targets: [target], read: ({ nowMs }) => [servedAt(nowMs) ?? { error: 'nothing is served' }] };
}
