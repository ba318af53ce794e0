import { ACCEPTED_TARGET, targetFault } from '../core/target.js';
import { METRIC_TYPES } from '../core/trigger-type.js';
import { checkCpuPercent } from './cpu-percent.js';
import type { LoadMetrics, LoadTarget } from './load-target.js';
import { childField } from './manifest-node.js';
import { readNumber } from './parameter-syntax.js';
import type { Report } from './problem.js';
import type { ScaledObject } from './scaled-object.js';
import { didYouMean, suggest } from './suggest.js';
import { FORECAST_TRIGGER, type Trigger } from './trigger.js';

/** What of the triggers of a ScaledObject concerns one load. */
export interface LoadTriggers extends LoadMetrics {
  /** `activationThreshold` of the trigger on the load. */
  readonly activationThreshold: number;
}

/** The types whose `threshold` is a load per replica ... */
const LOAD_TYPES: readonly string[] = [FORECAST_TRIGGER, 'prometheus', 'external', 'external-push'];
/** ... and those that KEDA does not accept without one. */
const WITH_THRESHOLD: readonly string[] = [FORECAST_TRIGGER, 'prometheus'];
const ACCEPTED_TRIGGERS = `${LOAD_TYPES.join(', ')} with a threshold, or cpu with metricType Utilization and a value of 1 to 100`;

/**
 * What the triggers of a ScaledObject say to a replay of one load: the target of the forecast trigger, or of the first other
 * one with a `threshold`, and that of a `cpu` trigger. Credentials are not needed, and not looked for.
 */
export function readLoadTriggers(object: ScaledObject): LoadTriggers {
  const { triggers, modifiers, triggersPlace, report } = object;
  const usable = triggers.filter((trigger) => LOAD_TYPES.includes(trigger.type) && hasThreshold(trigger));
  const onLoad = usable.find(({ type }) => type === FORECAST_TRIGGER) ?? usable[0];
  const onCpu = triggers.find(({ type, fields }) => type === 'cpu' && fields.text('metricType') === 'Utilization');
  for (const trigger of triggers) {
    if (trigger !== onLoad && trigger !== onCpu) reportOther(trigger, onLoad !== undefined, report);
  }
  if (modifiers !== null) report.warning(modifiers.formulaPlace, 'not replayed: each trigger counts by itself');
  const load = (onLoad && readTarget(onLoad, report)) ?? null;
  const cpuPercent = (onCpu && readCpu(onCpu, report)) ?? null;
  if (load === null && cpuPercent === null && !report.hasErrors) {
    report.error(triggersPlace, 'no trigger that can be replayed', { accepted: ACCEPTED_TRIGGERS });
  }
  const activationThreshold = (onLoad && readMetadata(onLoad, 'activationThreshold', report)) ?? 0;
  return { load, cpuPercent, activationThreshold };
}

/**
 * A trigger that is not replayed. One that was meant to be about the load and is not leaves an HPA on CPU alone where there
 * is a cpu trigger beside it: that is another workload, so it is an error where no other trigger is about the load.
 */
function reportOther(trigger: Trigger, hasLoad: boolean, report: Report): void {
  const { type, fields } = trigger;
  const isAboutLoad = LOAD_TYPES.includes(type);
  if (isAboutLoad && !hasThreshold(trigger) && (!hasLoad || WITH_THRESHOLD.includes(type))) {
    report.error(placeOf(trigger, 'threshold'), 'is required', { accepted: ACCEPTED_TARGET });
  } else if (!isAboutLoad && !hasLoad && suggest(type, LOAD_TYPES) !== undefined) {
    report.error(fields.place('type'), `unknown trigger type${didYouMean(type, LOAD_TYPES)}`, { value: type });
  } else {
    report.warning(trigger, 'not replayed: not a trigger on the load that is replayed, or not the first', {
      value: type,
      accepted: ACCEPTED_TRIGGERS,
    });
  }
}

function hasThreshold({ metadata }: Trigger): boolean {
  return metadata?.texts.has('threshold') === true;
}

function readTarget(trigger: Trigger, report: Report): LoadTarget | undefined {
  const type = trigger.fields.choice('metricType', METRIC_TYPES) ?? 'AverageValue';
  const target = readMetadata(trigger, 'threshold', report);
  if (target === undefined) return undefined;
  const fault = targetFault(target);
  if (fault === undefined) return { type, target };
  report.error(placeOf(trigger, 'threshold'), fault, { value: String(target), accepted: ACCEPTED_TARGET });
  return undefined;
}

function readCpu(trigger: Trigger, report: Report): number | undefined {
  const percent = readMetadata(trigger, 'value', report);
  return percent === undefined ? undefined : checkCpuPercent(percent, placeOf(trigger, 'value'), report);
}

function readMetadata(trigger: Trigger, key: string, report: Report): number | undefined {
  const text = trigger.metadata?.texts.get(key)?.text;
  const value = text === undefined ? undefined : readNumber(text.trim());
  if (text !== undefined && value === undefined) {
    report.error(placeOf(trigger, key), 'not a number', { value: text, accepted: 'a number in quotes, such as "2.5"' });
  }
  return value;
}

function placeOf({ metadata, at, field }: Trigger, key: string) {
  return metadata?.texts.get(key) ?? { at, field: childField(childField(field, 'metadata'), key) };
}
