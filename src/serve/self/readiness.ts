import { Type, type Static } from 'typebox';
import type { ServiceView } from '../view.js';

export const ReadinessSchema = Type.Object(
  {
    ready: Type.Boolean(),
    shuttingDown: Type.Boolean(),
    workloads: Type.Array(
      Type.Object({ id: Type.String(), ready: Type.Boolean(), reason: Type.Optional(Type.String()) }),
      { description: 'Each workload, and each ScaledObject that is not ready, with the reason where it is not ready' },
    ),
  },
  {
    description:
      'Whether every workload has decided, and every ScaledObject that polls sources been composed, at least once',
  },
);

export type Readiness = Static<typeof ReadinessSchema>;

/** Workloads named in an answer that is not verbose. */
const BRIEF_COUNT = 10;

/**
 * Ready means that every workload has decided, and every ScaledObject that polls sources been composed, at least once, so that
 * every question has an answer, even if that answer is an error. Once it has decided, a source that is down changes nothing.
 */
export function readiness(view: ServiceView, shuttingDown: boolean): Readiness {
  const workloads = view.workloads().map(({ workload: { id }, decision, notReadyReason }) => {
    if (decision !== null) return { id, ready: true };
    return { id, ready: false, reason: notReadyReason ?? 'its first step is not done' };
  });
  const waiting = view.scaledObjects
    .list()
    .filter(
      ({ object, composition }) => composition === null && object.triggers.some(({ kind }) => kind === 'reactive'),
    )
    .map(({ object: { id } }) => ({ id, ready: false, reason: 'its triggers have not been asked yet' }));
  const all = [...workloads, ...waiting];
  return { ready: !shuttingDown && all.every(({ ready }) => ready), shuttingDown, workloads: all };
}

/**
 * Readiness for a person: `ok`, or what is missing.
 *
 * @param verbose a line for every workload, in the manner of Kubernetes, instead of the first few that are not ready
 */
export function readinessText({ ready, shuttingDown, workloads }: Readiness, verbose: boolean): string {
  const missing = workloads.filter((workload) => !workload.ready);
  const shown = verbose ? workloads : missing.slice(0, BRIEF_COUNT);
  const unnamed = verbose ? 0 : missing.length - shown.length;
  const counted = `${missing.length} of ${workloads.length} workloads have not decided yet`;
  const lines = [
    ready ? 'ok' : `not ready: ${shuttingDown ? 'shutting down' : counted}`,
    ...shown.map(({ id, reason }) => (reason === undefined ? `[+] ${id}` : `[-] ${id}: ${reason}`)),
    ...(unnamed > 0 ? [`and ${unnamed} more; ?verbose lists all`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
