import { TriggerError } from '../core/errors.js';
import { secretMask } from '../core/mask-secrets.js';
import type { ReactiveTrigger, ResourceTrigger } from '../core/scaled-object.js';
import type { OpenTrigger } from '../core/trigger.js';
import { ACCEPTED_TARGET, targetFault } from '../core/target.js';
import type { ParameterDeclarations } from '../core/trigger-parameters.js';
import type { ReactiveTriggerType, ResourceTriggerType, TriggerType } from '../core/trigger-type.js';
import { METRIC_TYPES } from '../core/trigger-type.js';
import type { AuthParameters } from './auth-parameters.js';
import type { DeclaredValues } from './declared-parameters.js';
import { readDeclared } from './declared-parameters.js';
import type { Environment } from './environment.js';
import { readEnvironment } from './environment.js';
import { childField } from './manifest-node.js';
import { Parameters } from './parameters.js';
import { Report } from './problem.js';
import { QUEUE_KEYS, readQueueKeys, warnOfSmallTarget } from './queue-keys.js';
import { openRenewed } from './renewed-open.js';
import type { ScaledObject } from './scaled-object.js';
import { didYouMean } from './suggest.js';
import type { Trigger } from './trigger.js';

export interface PolledTriggerContext {
  readonly scaledObject: ScaledObject;
  readonly auth: AuthParameters;
  readonly env: Environment;
}

/** Nearly all old examples have it; it means nothing to KEDA any more. */
const FORMER_KEYS = ['metricName'];

const TARGET_TYPES = ['Utilization', 'AverageValue'] as const;

/**
 * Reads one trigger by the declaration of its type.
 *
 * @returns undefined when something is wrong with it; the report of the ScaledObject says what
 */
export function readPolledTrigger(
  trigger: Trigger,
  type: TriggerType,
  context: PolledTriggerContext,
): ReactiveTrigger | ResourceTrigger | undefined {
  const report = new Report();
  const polled = readTrigger(trigger, type, context, report);
  context.scaledObject.report.include(report.problems);
  if (polled?.kind !== 'reactive' || context.auth.renewed === undefined) return polled;
  const open = openRenewed(polled.open, context.auth, (auth) => openWith(trigger, type, { ...context, auth }));
  return { ...polled, open };
}

/** @throws {TriggerError} with these credentials the trigger cannot be used */
function openWith(trigger: Trigger, type: TriggerType, context: PolledTriggerContext): OpenTrigger {
  const report = new Report();
  const polled = readTrigger(trigger, type, context, report);
  if (polled?.kind === 'reactive') return polled.open;
  const errors = report.problems.filter(({ severity }) => severity === 'error');
  const messages = errors.map(({ field, message }) => `${field}: ${message}`);
  throw new TriggerError(`credentials that were read anew cannot be used: ${messages.join('; ')}`);
}

function readTrigger(
  trigger: Trigger,
  type: TriggerType,
  context: PolledTriggerContext,
  report: Report,
): ReactiveTrigger | ResourceTrigger | undefined {
  const { metadata } = trigger;
  if (metadata === undefined) return undefined;
  if (type.handsOnMetadata !== true) checkKeys(metadata.texts, type, report);
  const parameters = new Parameters({ metadata, auth: context.auth, env: context.env, report });
  const feedsFormula = context.scaledObject.modifiers !== null;
  const declared = readDeclared(parameters, type.parameters, feedsFormula);
  const reject = (name: string, message: string, accepted?: string): void => {
    const given = declared.given.get(name);
    if (given !== undefined) parameters.reject(given, message, accepted);
    else report.error({ at: metadata.at, field: childField(metadata.field, name) }, message, { accepted });
  };
  type.check?.(declared.values, reject, { feedsFormula });
  const common = { index: trigger.index, type: trigger.type, name: trigger.name };
  const read = { trigger, declared, parameters, context, report };
  const parts = type.kind === 'reactive' ? readReactive(type, read) : readResource(type, read, reject);
  return parts === undefined || report.hasErrors ? undefined : { ...common, ...parts };
}

interface ReadTrigger {
  readonly trigger: Trigger;
  readonly declared: DeclaredValues;
  readonly parameters: Parameters;
  readonly context: PolledTriggerContext;
  readonly report: Report;
}

type Parts<T> = Omit<T, 'index' | 'type' | 'name'>;

function readReactive(type: ReactiveTriggerType, read: ReadTrigger): Parts<ReactiveTrigger> | undefined {
  const { trigger, declared, parameters, context, report } = read;
  const metricType = trigger.fields.reportingTo(report).choice('metricType', METRIC_TYPES) ?? 'AverageValue';
  const { scaledObject } = context;
  const drain = readQueueKeys(parameters, {
    scaledObject,
    trigger,
    metricType,
    objection: type.cannotDrain?.(declared.values),
  });
  if (report.hasErrors) return undefined;
  const { namespace, name, modifiers } = scaledObject;
  const { metrics, open } = type.make(declared.values, {
    namespace,
    scaledObject: name,
    triggerIndex: trigger.index,
    feedsFormula: modifiers !== null,
    metadata: handedOn(trigger, context.env),
    mask: secretMask(declared.secrets),
  });
  if (drain !== undefined) warnOfSmallTarget(parameters, drain, metrics?.[0]?.target);
  for (const { target } of metrics ?? []) checkTarget(target, read);
  return { kind: 'reactive', metricType, metrics, ...(drain !== undefined && { drain }), open };
}

/** Types name their target differently: it stands in the parameter that has its value. */
function checkTarget(target: number, { declared, parameters, report, trigger }: ReadTrigger): void {
  const fault = targetFault(target);
  if (fault === undefined) return;
  const given = [...declared.given].find(([name]) => declared.values[name] === target)?.[1];
  if (given === undefined) report.error(trigger, fault, { value: String(target), accepted: ACCEPTED_TARGET });
  else parameters.reject(given, fault, ACCEPTED_TARGET);
}

/** As KEDA describes a trigger to an external scaler: a variable that is not set or empty leaves its key out. */
function handedOn({ metadata }: Trigger, env: Environment): ReadonlyMap<string, string> {
  const texts = [...(metadata?.texts ?? [])].map(([key, { text }]) => {
    const value = key.endsWith('FromEnv') ? readEnvironment(env, text.trim()) : text;
    return [key, value] as const;
  });
  return new Map(texts.flatMap(([key, value]) => (value === undefined || value === '' ? [] : [[key, value]])));
}

function readResource(
  type: ResourceTriggerType,
  { trigger, declared, report }: ReadTrigger,
  reject: (name: string, message: string, accepted?: string) => void,
): Parts<ResourceTrigger> | undefined {
  const fields = trigger.fields.reportingTo(report);
  if (!fields.has('metricType')) {
    report.error(fields.place('metricType'), 'is required', { accepted: TARGET_TYPES.join(', ') });
  }
  if (fields.has('useCachedMetrics')) {
    report.error(fields.place('useCachedMetrics'), `not supported for ${type.name}, which the HPA reads by itself`);
  }
  const targetType = fields.choice('metricType', TARGET_TYPES);
  if (targetType === undefined || report.hasErrors) return undefined;
  const made = type.make(declared.values, targetType);
  if (made !== undefined) return { kind: 'resource', resource: type.resource, targetType, ...made };
  const accepted = targetType === 'Utilization' ? 'a whole percentage such as 60' : 'a quantity such as 500m or 1Gi';
  reject('value', `not a target of type ${targetType}`, accepted);
  return undefined;
}

function checkKeys(texts: NonNullable<Trigger['metadata']>['texts'], type: TriggerType, report: Report): void {
  const known = keysOf(type.parameters);
  if (type.kind === 'reactive') for (const key of QUEUE_KEYS) known.add(key);
  const inAuthOnly = new Set(
    Object.entries(type.parameters)
      .filter(([, { places }]) => !places.includes('metadata'))
      .flatMap(([name, { aliases = [] }]) => [name, ...aliases]),
  );
  for (const [key, place] of texts) {
    if (known.has(key) || FORMER_KEYS.includes(key)) continue;
    if (inAuthOnly.has(key)) {
      report.warning(place, 'ignored here: put it into a Secret and refer to it by a TriggerAuthentication');
    } else if (key.endsWith('FromEnv') && known.has(key.slice(0, -'FromEnv'.length))) {
      report.warning(place, 'ignored: this parameter is not read from the environment');
    } else report.warning(place, `unknown parameter${didYouMean(key, [...known])}`);
  }
}

/** The metadata keys that a type reads. */
function keysOf(parameters: ParameterDeclarations): Set<string> {
  return new Set(
    Object.entries(parameters).flatMap(([name, { aliases = [], places }]) => {
      const names = [name, ...aliases];
      return [
        ...(places.includes('metadata') ? names : []),
        ...(places.includes('env') ? names.map((key) => `${key}FromEnv`) : []),
      ];
    }),
  );
}
