import { stringify } from 'yaml';
import { behaviorManifest } from '../core/behavior-manifest.js';
import { formatDuration } from '../core/duration.js';
import { heldFor } from './autoscaling.js';
import type { ReplayCase } from './prepare.js';
import type { Setting } from './settings.js';

/** Digits of a threshold: fewer than the replay used, more than anybody can tell apart. */
const DIGITS = 6;

/** The part of a ScaledObject that a setting is: trigger metadata, and the hold of its HPA. */
export function triggerYaml(replay: ReplayCase, setting: Setting): string {
  const { quantile, targetUtilization, leadMarginMs, holdS } = setting;
  const { horizonMs, historyMs, mode, model, scaledObject } = replay.settings;
  const behavior = behaviorManifest(heldFor(scaledObject.behavior ?? {}, holdS));
  return stringify({
    advanced: {
      horizontalPodAutoscalerConfig: { behavior },
    },
    triggers: [
      {
        type: 'predictkube',
        metadata: {
          threshold: String(Number((targetUtilization * replay.capacityPerReplica).toPrecision(DIGITS))),
          quantile: String(quantile),
          leadTime: formatDuration(replay.leadTimeMs + leadMarginMs),
          queryStep: formatDuration(replay.samples.stepMs),
          historyTimeWindow: formatDuration(historyMs),
          predictHorizon: formatDuration(horizonMs),
          mode,
          model,
        },
      },
    ],
  }).trimEnd();
}
