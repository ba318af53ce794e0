import { SECOND_MS } from '../core/duration.js';
import type { Fallback, ScaledObject as CompleteScaledObject } from '../core/scaled-object.js';
import { readBehavior } from './behavior.js';
import { readFallback } from './fallback.js';
import type { Fields } from './fields.js';
import { checkName, checkNamespace, LONGEST_LABEL } from './object-names.js';
import type { ManifestObject } from './objects.js';
import type { Place, Report } from './problem.js';
import type { PlacedModifiers } from './scaling-modifiers.js';
import { readScalingModifiers } from './scaling-modifiers.js';
import type { Trigger } from './trigger.js';
import { readTriggers } from './trigger.js';

/** A ScaledObject as it stands in its file, with KEDA's defaults filled in and its triggers still to be read. */
export interface ScaledObject extends Place {
  readonly namespace: string;
  readonly name: string;
  readonly target: Place & { readonly kind: string; readonly name: string };
  readonly pollingIntervalMs: number;
  readonly cooldownMs: number;
  readonly initialCooldownMs: number;
  readonly bounds: CompleteScaledObject['bounds'];
  readonly behavior: CompleteScaledObject['behavior'];
  readonly fallback: Fallback | null;
  readonly modifiers: PlacedModifiers | null;
  readonly triggers: readonly Trigger[];
  readonly triggersPlace: Place;
  readonly report: Report;
}

// KEDA's defaults.
const DEFAULT_POLLING_INTERVAL_S = 30;
const DEFAULT_COOLDOWN_S = 300;
const DEFAULT_INITIAL_COOLDOWN_S = 0;
const DEFAULT_MIN_REPLICA_COUNT = 0;
const DEFAULT_MAX_REPLICA_COUNT = 100;
const DEFAULT_TARGET_KIND = 'Deployment';

/** Reads a ScaledObject as far as it goes; what is wrong is in its report. */
export function readScaledObject(object: ManifestObject): ScaledObject | undefined {
  const { root, namespace, name, report, at, field } = object;
  root.warnUnknown(['apiVersion', 'kind', 'metadata', 'spec', 'status']);
  checkNames(object);
  const spec = root.requiredMap('spec');
  if (spec === undefined) return undefined;
  spec.warnUnknown([
    'scaleTargetRef',
    'pollingInterval',
    'initialCooldownPeriod',
    'cooldownPeriod',
    'idleReplicaCount',
    'minReplicaCount',
    'maxReplicaCount',
    'advanced',
    'triggers',
    'fallback',
  ]);
  return {
    at,
    field,
    namespace,
    name,
    report,
    target: readTarget(spec),
    pollingIntervalMs: (spec.integer('pollingInterval', { min: 1 }) ?? DEFAULT_POLLING_INTERVAL_S) * SECOND_MS,
    cooldownMs: (spec.integer('cooldownPeriod', { min: 0 }) ?? DEFAULT_COOLDOWN_S) * SECOND_MS,
    initialCooldownMs: (spec.integer('initialCooldownPeriod', { min: 0 }) ?? DEFAULT_INITIAL_COOLDOWN_S) * SECOND_MS,
    bounds: readBounds(spec, report),
    fallback: readFallback(spec, report),
    ...readAdvanced(spec, report),
    triggers: readTriggers(spec, report),
    triggersPlace: spec.place('triggers'),
  };
}

function checkNames({ root, namespace, name, report }: ManifestObject): void {
  const metadata = root.map('metadata');
  if (metadata === undefined) return;
  // KEDA uses the name as the value of a label.
  checkName(name, LONGEST_LABEL, 'KEDA', metadata.place('name'), report);
  checkNamespace(namespace, metadata.place('namespace'), report);
}

function readTarget(spec: Fields): ScaledObject['target'] {
  const target = spec.requiredMap('scaleTargetRef');
  target?.warnUnknown(['name', 'apiVersion', 'kind', 'envSourceContainerName']);
  target?.text('apiVersion');
  target?.text('envSourceContainerName');
  return {
    ...spec.place('scaleTargetRef'),
    kind: target?.text('kind') ?? DEFAULT_TARGET_KIND,
    name: target?.requiredText('name') ?? '',
  };
}

/** KEDA's rules, which differ between a minimum that is absent (0) and one that is given as 0 (counts as 1). */
function readBounds(spec: Fields, report: Report): ScaledObject['bounds'] {
  const min = spec.integer('minReplicaCount', { min: 0 });
  const max = spec.integer('maxReplicaCount', { min: 1 }) ?? DEFAULT_MAX_REPLICA_COUNT;
  const idle = spec.integer('idleReplicaCount', { min: 0 });
  const effectiveMin = min === undefined ? 0 : Math.max(1, min);
  if (effectiveMin > max) {
    report.error(spec.place('minReplicaCount'), 'greater than maxReplicaCount', {
      value: String(min),
      accepted: `at most ${max}`,
    });
  }
  if (idle !== undefined && idle >= effectiveMin) {
    const message = min === undefined ? 'idleReplicaCount needs a minReplicaCount' : 'not less than minReplicaCount';
    report.error(spec.place('idleReplicaCount'), message, {
      value: String(idle),
      accepted: 'less than minReplicaCount',
    });
  }
  return {
    minReplicaCount: min ?? DEFAULT_MIN_REPLICA_COUNT,
    maxReplicaCount: max,
    idleReplicaCount: idle ?? null,
  };
}

function readAdvanced(spec: Fields, report: Report): Pick<ScaledObject, 'behavior' | 'modifiers'> {
  const advanced = spec.map('advanced');
  if (advanced === undefined) return { behavior: null, modifiers: null };
  advanced.warnUnknown(['restoreToOriginalReplicaCount', 'horizontalPodAutoscalerConfig', 'scalingModifiers']);
  advanced.flag('restoreToOriginalReplicaCount');
  const hpa = advanced.map('horizontalPodAutoscalerConfig');
  hpa?.warnUnknown(['name', 'behavior']);
  hpa?.text('name');
  return {
    behavior: hpa === undefined ? null : readBehavior(hpa, report),
    modifiers: readScalingModifiers(advanced, report),
  };
}
