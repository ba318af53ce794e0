import { ConfigError } from '../core/errors.js';
import type { Workload } from '../core/workload.js';
import { buildWorkloads } from './build-workloads.js';
import type { ManifestNode, MapNode } from './manifest-node.js';
import type { Problem } from './problem.js';
import { FORECAST_TRIGGER } from './trigger.js';

/** A trigger of type `external` or `external-push`, as KEDA describes it to its scaler. */
export interface ExternalTrigger {
  readonly namespace: string;
  /** Of the ScaledObject. */
  readonly name: string;
  /** A key that ends in `FromEnv` carries the value of the variable, not its name. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What KEDA itself reads of such a trigger: how to reach the scaler. */
const CONNECTION_KEYS = ['scalerAddress', 'enableTLS', 'unsafeSsl'];

const NOWHERE = { file: '', line: 0, column: 0 };

/**
 * Makes a workload of an external trigger whose metadata has the keys of a `predictkube` trigger. The same rules hold as
 * for one in a file, with these differences: KEDA does not send replica bounds, polling interval and metric type, so they
 * have their defaults; credentials can be given by `...FromEnv` only; `unsafeSsl` is about the connection to the scaler,
 * so that Prometheus' certificate is always verified.
 *
 * @throws {ConfigError} naming all problems, and no value that came by `...FromEnv`
 */
export function readExternalTrigger(trigger: ExternalTrigger, forecasterNames: readonly string[]): Workload {
  const entries = describingEntries(trigger.metadata);
  // Each variable gets the name of its key: the value is found there, and known to be no text that may be shown.
  const isVariable = (key: string): boolean => key.endsWith('FromEnv');
  const env = Object.fromEntries(entries.filter(([key]) => isVariable(key)));
  const metadata = map(entries.map(([key, value]) => [key, text(isVariable(key) ? key : value)]));
  const root = scaledObject(trigger, metadata);
  const { workloads, problems } = buildWorkloads([{ root, problems: [] }], { env, forecasterNames });
  const [workload] = workloads;
  if (workload !== undefined) return workload;
  const errors = problems.filter(({ severity }) => severity === 'error');
  throw new ConfigError(errors.map(describeProblem).join('; '));
}

/** The metadata that describe the workload, in the order of their keys: two equal lists are the same workload. */
export function describingEntries(metadata: ExternalTrigger['metadata']): [key: string, value: string][] {
  return Object.entries(metadata)
    .filter(([key, value]) => !CONNECTION_KEYS.includes(key) && value.trim() !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

function scaledObject({ namespace, name }: ExternalTrigger, metadata: MapNode): MapNode {
  const trigger = map([
    ['type', text(FORECAST_TRIGGER)],
    ['metadata', metadata],
  ]);
  return map([
    ['apiVersion', text('keda.sh/v1alpha1')],
    ['kind', text('ScaledObject')],
    ['metadata', map(Object.entries({ namespace: text(namespace), name: text(name) }))],
    [
      'spec',
      map([
        ['scaleTargetRef', map([['name', text(name)]])],
        ['triggers', { kind: 'list', at: NOWHERE, items: [trigger] }],
      ]),
    ],
  ]);
}

function map(entries: readonly (readonly [string, ManifestNode])[]): MapNode {
  return { kind: 'map', at: NOWHERE, entries: new Map(entries) };
}

function text(value: string): ManifestNode {
  return { kind: 'scalar', at: NOWHERE, value, text: value };
}

function describeProblem({ field, message, value, accepted }: Problem): string {
  const key = field.replace(/^spec\.triggers\[0\](\.metadata\.?)?/, '');
  const details = [
    ...(value === undefined ? [] : [`got "${value}"`]),
    ...(accepted === undefined ? [] : [`expected ${accepted}`]),
  ];
  return `${key === '' ? '' : `${key}: `}${message}${details.length === 0 ? '' : ` (${details.join('; ')})`}`;
}
