import { stringify } from 'yaml';
import type { BuildOptions } from '../../src/config/build-object.js';
import { buildWorkloads } from '../../src/config/build-workloads.js';
import type { Problem } from '../../src/config/problem.js';
import { readManifests } from '../../src/config/read-manifests.js';
import type { ReactiveTrigger, Trigger } from '../../src/core/scaled-object.js';
import type { TriggerType } from '../../src/core/trigger-type.js';

/** A trigger as a user writes it. */
export interface WrittenTrigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Parameters of a TriggerAuthentication, from a Secret. */
  readonly auth?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly metricType?: string;
  /** Of the trigger. */
  readonly name?: string;
  /** Further fields of the spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
}

export interface MadeTrigger {
  /** undefined when there are errors. */
  readonly trigger: Trigger | undefined;
  /** `severity parameter: message (accepted)`, in the order of the file. */
  readonly problems: readonly string[];
}

/** What becomes of one trigger on the way through manifests: the ScaledObject `shop/worker` with a Secret. */
export function makeTrigger(types: readonly TriggerType[], written: WrittenTrigger): MadeTrigger {
  const { type, metadata, auth = {}, env = {}, metricType, name, spec } = written;
  const trigger = {
    type,
    metadata,
    ...(metricType !== undefined && { metricType }),
    ...(name !== undefined && { name }),
    ...(written.auth !== undefined && { authenticationRef: { name: 'auth' } }),
  };
  const header = (kind: string, object: string): object => ({ kind, metadata: { name: object, namespace: 'shop' } });
  const secretTargetRef = Object.keys(auth).map((parameter) => ({ parameter, name: 'secret', key: parameter }));
  const objects = [
    { apiVersion: 'v1', ...header('Secret', 'secret'), stringData: auth },
    { apiVersion: 'keda.sh/v1alpha1', ...header('TriggerAuthentication', 'auth'), spec: { secretTargetRef } },
    {
      apiVersion: 'keda.sh/v1alpha1',
      ...header('ScaledObject', 'worker'),
      spec: { scaleTargetRef: { name: 'worker' }, minReplicaCount: 1, ...spec, triggers: [trigger] },
    },
  ];
  const { documents } = readManifests(objects.map((object) => stringify(object)).join('---\n'), 'worker.yaml');
  const options: BuildOptions = { env, forecasterNames: [], triggerTypes: types };
  const built = buildWorkloads(documents, options);
  return { trigger: built.objects[0]?.triggers[0], problems: built.problems.map(describeProblem) };
}

/** The trigger, which must have no problem. */
export function reactiveTrigger(types: readonly TriggerType[], written: WrittenTrigger): ReactiveTrigger {
  const { trigger, problems } = makeTrigger(types, written);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  if (trigger?.kind !== 'reactive') throw new Error(`${written.type} is not a reactive trigger`);
  return trigger;
}

function describeProblem({ severity, field, message, value, accepted }: Problem): string {
  const key = field.replace(/^spec\.triggers\[0\]\.?(metadata\.?)?/, '');
  const details = [value === undefined ? '' : `got ${value}`, accepted === undefined ? '' : `expected ${accepted}`];
  const text = details.filter((detail) => detail !== '').join('; ');
  return `${severity} ${key}: ${message}${text === '' ? '' : ` (${text})`}`;
}
