import type { ManifestObject } from './objects.js';

/** KEDA's annotations that stop a ScaledObject, or one direction of it. */
const PAUSED = [
  'autoscaling.keda.sh/paused-replicas',
  'autoscaling.keda.sh/paused',
  'autoscaling.keda.sh/paused-scale-in',
  'autoscaling.keda.sh/paused-scale-out',
];

/** Warns of what a ScaledObject says, beside its triggers, that a replay does not follow. */
export function warnNotReplayed({ root, report }: ManifestObject): void {
  const spec = root.map('spec');
  if (spec?.has('fallback') === true) {
    report.warning(spec.place('fallback'), 'not replayed: no source of a metric fails in a replay');
  }
  const advanced = spec?.map('advanced');
  if (advanced?.flag('restoreToOriginalReplicaCount') === true) {
    const place = advanced.place('restoreToOriginalReplicaCount');
    report.warning(place, 'not replayed: no ScaledObject is deleted in a replay');
  }
  const annotations = root.map('metadata')?.map('annotations');
  const texts = annotations?.texts();
  for (const key of PAUSED) {
    const annotation = texts?.get(key);
    if (annotation === undefined || annotation.text === 'false') continue;
    report.warning(annotation, 'not replayed: the replay scales as if nothing were paused', { value: annotation.text });
  }
}
