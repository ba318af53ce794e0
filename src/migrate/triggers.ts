import type { Authentications } from '../config/authentications.js';
import type { ScaledObject } from '../config/scaled-object.js';
import type { Trigger } from '../config/trigger.js';
import { FORECAST_TRIGGER } from '../config/trigger.js';
import { authNames, metadataText } from './http-access.js';
import type { PlainMap } from './plain.js';
import { migratePredictkube } from './predictkube-trigger.js';
import { forecastOfPrometheus } from './prometheus-trigger.js';
import type { Say, Target } from './remark.js';
import type { MigrateOptions } from './trigger-context.js';

const EXTERNAL_TYPES = ['external', 'external-push'];

export interface ScaledObjectContext {
  readonly target: Target;
  readonly options: MigrateOptions;
  readonly authentications: Authentications;
  readonly hasFormula: boolean;
  readonly say: Say;
}

/**
 * The triggers of a ScaledObject for one target.
 *
 * @param plain its triggers as data
 * @returns the same number of triggers in the same order, and after them those that are new
 */
export function migrateTriggers(
  scaledObject: ScaledObject,
  plain: readonly PlainMap[],
  context: ScaledObjectContext,
): readonly PlainMap[] {
  const { target, hasFormula, say } = context;
  const { triggers, triggersPlace, namespace } = scaledObject;
  const forecastQueries = new Set(triggers.filter(isForecast).map((trigger) => metadataText(trigger, 'query')));
  const wanted = [...plain];
  let forecasts = forecastQueries.size;
  for (const trigger of triggers) {
    const own = plain[trigger.index]!;
    const props = { ...context, auth: authNames(trigger, namespace, context.authentications) };
    if (trigger.type === FORECAST_TRIGGER) wanted[trigger.index] = migratePredictkube(trigger, own, props);
    else if (trigger.type !== 'prometheus') continue;
    else if (forecastQueries.has(metadataText(trigger, 'query'))) {
      if (target === 'standalone')
        say('note', trigger, 'the forecast trigger of the same query stands for this one too');
    } else {
      const forecast = forecastOfPrometheus(trigger, own, props);
      if (forecast === undefined) continue;
      forecasts++;
      if (target === 'keda') wanted.push(forecast);
      else wanted[trigger.index] = forecast;
    }
  }
  if (forecasts === 0)
    say('note', triggersPlace, 'nothing to forecast: no trigger has a query to Prometheus that could be');
  for (const trigger of triggers) sayOfReactive(trigger, forecasts > 0, context);
  if (target === 'standalone' && hasFormula) {
    say('lost', triggersPlace, 'scalingModifiers: tidecast evaluates no formula; each trigger is served by itself');
  }
  return wanted;
}

/** Whether the trigger is a forecast of tidecast's, or about to become one. */
function isForecast(trigger: Trigger): boolean {
  if (trigger.type === FORECAST_TRIGGER) return true;
  return EXTERNAL_TYPES.includes(trigger.type) && metadataText(trigger, 'predictHorizon') !== undefined;
}

/** Reactive triggers stay as they are; what becomes of them is said. */
function sayOfReactive(trigger: Trigger, hasForecast: boolean, { target, say }: ScaledObjectContext): void {
  const { type } = trigger;
  if (type === FORECAST_TRIGGER || type === 'prometheus') return;
  if (target === 'standalone') {
    const instead = EXTERNAL_TYPES.includes(type)
      ? '; a forecast of tidecast is a trigger of type predictkube there'
      : '';
    say('lost', trigger, `a trigger of type ${JSON.stringify(type)} needs KEDA: tidecast does not serve it${instead}`);
  }
  if (type === 'cron' && hasForecast) {
    say(
      'note',
      trigger,
      'the forecast learns load that recurs by the clock; this schedule can go once backtests show that it does',
    );
  }
}
