import { formatDuration, SECOND_MS } from '../core/duration.js';
import { formatNumber } from '../core/format.js';
import { get } from './service-client.js';
import type { Colors } from './output/style.js';

/** The parts of the REST answers that are printed. */
interface ObjectList {
  readonly scaledObjects: readonly { readonly id: string; readonly href: string }[];
}

interface Metric {
  readonly name: string;
  readonly target: number;
  readonly value: number | null;
}

interface Trigger {
  readonly type: string;
  readonly state: string;
  readonly metrics: readonly Metric[];
  readonly active: boolean | null;
  readonly ageSeconds: number | null;
  readonly reason: string;
}

export interface ExplainedObject {
  readonly id: string;
  readonly composition: {
    readonly at: string;
    readonly active: boolean | null;
    readonly requiredReplicas: number | null;
    readonly reason: string;
    readonly triggers: readonly Trigger[];
    readonly composite: { readonly state: string; readonly metric: Metric; readonly reason: string } | null;
  } | null;
}

/** Path of a ScaledObject in the REST API of a running service; null: it has none of that name. */
export async function findObject(url: string, name: string, signal: AbortSignal): Promise<string | null> {
  const { scaledObjects } = await get<ObjectList>(url, '/api/v1/scaledobjects', 'scaledObjects', signal, {});
  return scaledObjects.find(({ id }) => id === name)?.href ?? null;
}

/** A ScaledObject without a forecast, in lines: what it asks for, and trigger by trigger why. */
export function renderObject({ id, composition }: ExplainedObject, colors: Colors): string {
  if (composition === null) return `${colors.bold(id)} has not been composed yet: its triggers have not been asked`;
  const { at, active, requiredReplicas, reason, triggers, composite } = composition;
  const replicas = requiredReplicas === null ? 'unknown' : String(requiredReplicas);
  return [
    `${colors.bold(id)} at ${at}`,
    `  replicas ${colors.bold(replicas)}   active ${yesOrNo(active)}`,
    `  ${reason}`,
    '',
    ...triggers.flatMap((trigger, i) => [
      `${String(i + 1).padStart(3)}. ${trigger.type}   ${trigger.state}   active ${yesOrNo(trigger.active)}   ${ageOf(trigger)}`,
      ...trigger.metrics.map((metric) => `     ${described(metric)}`),
      `     ${trigger.reason}`,
    ]),
    ...(composite === null
      ? []
      : [`     formula   ${composite.state}`, `     ${described(composite.metric)}`, `     ${composite.reason}`]),
  ].join('\n');
}

function described({ name, value, target }: Metric): string {
  const served = value === null ? 'an error (no value is safe)' : formatNumber(value);
  return `${name} serves ${served} for a target of ${formatNumber(target)}`;
}

function ageOf({ ageSeconds }: Trigger): string {
  return ageSeconds === null ? 'never answered' : `answered ${formatDuration(ageSeconds * SECOND_MS)} ago`;
}

function yesOrNo(active: boolean | null): string {
  return active === null ? 'unknown' : active ? 'yes' : 'no';
}
