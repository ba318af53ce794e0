import type { ScaledObject as CompleteScaledObject, Trigger as CompleteTrigger } from '../core/scaled-object.js';
import type { TriggerType } from '../core/trigger-type.js';
import type { ReadAuthFile } from './auth-file.js';
import type { Authentications } from './authentications.js';
import type { Environment } from './environment.js';
import { deepFreeze } from './deep-freeze.js';
import { readPolledTrigger } from './polled-trigger.js';
import { readPredictkube } from './predictkube.js';
import type { ScaledObject } from './scaled-object.js';
import { didYouMean } from './suggest.js';
import type { Trigger } from './trigger.js';
import { FORECAST_TRIGGER } from './trigger.js';

export interface BuildOptions {
  /** Where `env` entries and `...FromEnv` parameters are looked up. */
  readonly env: Environment;
  /** How `filePath` of a ClusterTriggerAuthentication is read. Absent: it is an error. */
  readonly authFile?: ReadAuthFile | undefined;
  /** What `model` may name besides `auto`. */
  readonly forecasterNames: readonly string[];
  /** The types that are polled besides the one that is forecast. Absent: triggers of other types are someone else's. */
  readonly triggerTypes?: readonly TriggerType[];
  /**
   * Judges the formula of scaling modifiers, given the names of the triggers that it may refer to. Absent: it is taken
   * as it is.
   *
   * @returns what is wrong with it; undefined: nothing
   */
  readonly checkFormula?: (formula: string, names: readonly string[]) => string | undefined;
}

export interface BuildContext extends BuildOptions {
  readonly authentications: Authentications;
}

/**
 * Reads the triggers of a ScaledObject and puts it together.
 *
 * @returns undefined when anything about it is an error; its report says what
 */
export function buildObject(spec: ScaledObject, context: BuildContext): CompleteScaledObject | undefined {
  const { namespace, name, report, target, fallback, bounds, modifiers } = spec;
  const triggers = spec.triggers.flatMap((trigger) => readTrigger(trigger, spec, context) ?? []);
  warnIdle(spec, triggers, context);
  if (context.triggerTypes !== undefined) checkAgainstAdmission(spec);
  checkFormula(spec, context);
  if (report.hasErrors) return undefined;
  return deepFreeze<CompleteScaledObject>({
    id: `${namespace}/${name}`,
    namespace,
    name,
    target: { kind: target.kind, name: target.name },
    pollingIntervalMs: spec.pollingIntervalMs,
    cooldownMs: spec.cooldownMs,
    initialCooldownMs: spec.initialCooldownMs,
    bounds,
    behavior: spec.behavior,
    triggers,
    fallback,
    modifiers: modifiers && {
      formula: modifiers.formula,
      target: modifiers.target,
      activationTarget: modifiers.activationTarget,
      metricType: modifiers.metricType,
    },
  });
}

function readTrigger(
  trigger: Trigger,
  scaledObject: ScaledObject,
  { authentications, env, forecasterNames, triggerTypes }: BuildContext,
): CompleteTrigger | undefined {
  const { namespace, report } = scaledObject;
  const { index, type, name } = trigger;
  if (type === FORECAST_TRIGGER) {
    const auth = authentications.resolve(trigger.authenticationRef, namespace, report);
    const workload = readPredictkube(trigger, { scaledObject, auth, env, forecasterNames });
    return workload && { kind: 'forecast', index, type, name, workload };
  }
  const polled = triggerTypes?.find((candidate) => candidate.name === type);
  if (polled !== undefined) {
    const auth = authentications.resolve(trigger.authenticationRef, namespace, report);
    return readPolledTrigger(trigger, polled, { scaledObject, auth, env });
  }
  if (triggerTypes !== undefined) {
    const names = triggerTypes.map((known) => known.name);
    report.warning(trigger.fields.place('type'), `not polled by tidecast${didYouMean(type, names)}`, { value: type });
  }
  return undefined;
}

function warnIdle(spec: ScaledObject, triggers: readonly CompleteTrigger[], { triggerTypes }: BuildContext): void {
  const { report, triggersPlace } = spec;
  if (report.hasErrors || spec.triggers.some(({ type }) => type === FORECAST_TRIGGER)) return;
  if (triggerTypes === undefined)
    report.warning(triggersPlace, `no ${FORECAST_TRIGGER} trigger, so nothing to forecast`);
  else if (triggers.length === 0)
    report.warning(triggersPlace, 'no trigger of a type that tidecast forecasts or polls');
}

/** What KEDA's admission refuses, and would leave a target that cannot be scaled as it says. */
function checkAgainstAdmission({ triggers, fallback, modifiers, bounds, report, triggersPlace }: ScaledObject): void {
  const isResource = triggers.every(({ type }) => type === 'cpu' || type === 'memory');
  if (triggers.length === 0 || !isResource) return;
  if (fallback !== null && modifiers === null) {
    report.error(triggersPlace, 'a fallback needs a trigger that is neither cpu nor memory');
  }
  if (bounds.minReplicaCount === 0) {
    const message = 'cpu and memory alone cannot scale from zero';
    report.error(triggersPlace, message, { accepted: 'a minReplicaCount of at least 1, or another trigger' });
  }
}

function checkFormula({ modifiers, triggers, report }: ScaledObject, { checkFormula: check }: BuildContext): void {
  if (modifiers === null || check === undefined) return;
  const names = triggers.flatMap(({ name, type }) =>
    name === null || type === 'cpu' || type === 'memory' ? [] : [name],
  );
  const fault = check(modifiers.formula, names);
  if (fault !== undefined) report.error(modifiers.formulaPlace, fault, { value: modifiers.formula });
}
