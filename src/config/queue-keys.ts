import { DURATION_SYNTAX, SECOND_MS } from '../core/duration.js';
import { formatNumber } from '../core/format.js';
import type { DrainRule } from '../core/scaled-object.js';
import type { ParameterPlace } from '../core/trigger-parameters.js';
import type { MetricType } from '../core/trigger.js';
import { readDuration } from './parameter-syntax.js';
import type { Parameter, Parameters } from './parameters.js';
import type { ScaledObject } from './scaled-object.js';
import { didYouMean } from './suggest.js';
import type { Trigger } from './trigger.js';
import { FORECAST_TRIGGER } from './trigger.js';

/** tidecast's own parameters of a trigger that watches a queue, all optional; KEDA ignores them. */
export const QUEUE_KEYS = ['drainTime', 'perReplica', 'arrivals'] as const;

const METADATA: readonly ParameterPlace[] = ['metadata'];

export interface QueueContext {
  readonly scaledObject: Pick<ScaledObject, 'triggers' | 'modifiers'>;
  readonly trigger: Trigger;
  readonly metricType: MetricType;
  /** Why the trigger's value is no number of messages that wait; undefined: it is one. */
  readonly objection: string | undefined;
}

/**
 * Reads how the queue of a trigger is to be worked off; what is wrong is reported.
 *
 * @returns undefined when that is not asked for, or something is wrong with it
 */
export function readQueueKeys(parameters: Parameters, context: QueueContext): DrainRule | undefined {
  const drainTime = readDrainTime(parameters);
  const perReplica = readPerReplica(parameters);
  const given = parameters.get('drainTime', METADATA);
  if (given === undefined) {
    for (const key of ['perReplica', 'arrivals']) {
      const idle = parameters.get(key, METADATA);
      if (idle !== undefined) parameters.reject(idle, `${key} needs drainTime`, `drainTime, ${DURATION_SYNTAX}`);
    }
    return undefined;
  }
  const objection = objectionTo(context);
  if (objection !== undefined) parameters.reject(given, ...objection);
  const arrivals = findArrivals(parameters, given, context.scaledObject.triggers);
  if (objection !== undefined || arrivals === undefined || drainTime === undefined || perReplica === undefined) {
    return undefined;
  }
  return { arrivalsIndex: arrivals.index, perReplica, drainTimeMs: drainTime };
}

/** The larger of the plain value and of what draining needs is served, so that a small target leaves draining no say. */
export function warnOfSmallTarget(parameters: Parameters, rule: DrainRule, target: number | undefined): void {
  const { perReplica, drainTimeMs } = rule;
  const enough = (perReplica * drainTimeMs) / SECOND_MS;
  if (target === undefined || target >= enough) return;
  parameters.warn(
    parameters.get('drainTime', METADATA)!,
    `what waits asks for more replicas by its target of ${formatNumber(target)} than draining it in this time needs`,
    `a target of perReplica times drainTime, ${formatNumber(enough)}, or more`,
  );
}

function readDrainTime(parameters: Parameters): number | undefined {
  const given = parameters.text('drainTime', { from: METADATA });
  const accepted = `more than 0, ${DURATION_SYNTAX}`;
  return parameters.read(given, 'not a duration greater than 0', accepted, (text) => {
    const drainTime = readDuration(text);
    return drainTime !== undefined && drainTime > 0 ? drainTime : undefined;
  })?.value;
}

function readPerReplica(parameters: Parameters): number | undefined {
  const required = parameters.get('drainTime', METADATA) !== undefined;
  const perReplica = parameters.number('perReplica', { required, from: METADATA });
  if (perReplica === undefined || perReplica.value > 0) return perReplica?.value;
  parameters.reject(perReplica, 'must be greater than 0', 'messages per second that one replica works off');
  return undefined;
}

function objectionTo({ scaledObject, metricType, objection }: QueueContext): [string, string] | undefined {
  if (objection !== undefined) return [`cannot be used here: ${objection}`, 'a trigger that counts what waits'];
  if (metricType === 'Value') return ['cannot be used with metricType Value', 'metricType AverageValue'];
  if (scaledObject.modifiers === null) return undefined;
  return [
    'has no effect beside scalingModifiers, whose formula decides',
    'a formula such as "arrivals + queue / 120", with what one replica works off as its target',
  ];
}

/** The trigger that forecasts what arrives: the only one, or the one that is named. */
function findArrivals(parameters: Parameters, drainTime: Parameter, triggers: readonly Trigger[]): Trigger | undefined {
  const forecast = triggers.filter(({ type }) => type === FORECAST_TRIGGER);
  const names = forecast.flatMap(({ name }) => name ?? []);
  const named = parameters.text('arrivals', { from: METADATA });
  if (named !== undefined) {
    const found = forecast.find(({ name }) => name === named.value);
    if (found === undefined) {
      const message = `no ${FORECAST_TRIGGER} trigger has this name${didYouMean(named.value, names)}`;
      parameters.reject(
        named,
        message,
        names.length === 0 ? `the name of a ${FORECAST_TRIGGER} trigger` : names.join(', '),
      );
    }
    return found;
  }
  if (forecast.length === 1) return forecast[0];
  const message =
    forecast.length === 0
      ? `needs a ${FORECAST_TRIGGER} trigger whose query is what arrives per second`
      : `needs arrivals: there are ${forecast.length} ${FORECAST_TRIGGER} triggers`;
  const accepted =
    forecast.length === 0
      ? `a ${FORECAST_TRIGGER} trigger in the same ScaledObject`
      : 'arrivals: the name of one of them';
  parameters.reject(drainTime, message, accepted);
  return undefined;
}
