import type { Trigger } from '../config/trigger.js';
import { FORECAST_TRIGGER } from '../config/trigger.js';
import { findForecastFault } from './forecast-check.js';
import { FORECAST_DEFAULTS } from './forecast-defaults.js';
import { AUTH_KEYS, hasCredentialsFromEnv, metadataText } from './http-access.js';
import type { PlainMap } from './plain.js';
import { isPlainMap, plainText, without } from './plain.js';
import { SCALER_TRIGGER, sayWhatIsWithheld } from './predictkube-trigger.js';
import type { TriggerContext } from './trigger-context.js';

/** Without these, the forecast would be of other data, or of none. */
const UNKNOWN_TO_FORECAST = ['namespace', 'queryParameters', 'customHeaders', 'awsRegion', 'identityOwner'] as const;

/** Of no meaning to tidecast, or with another default; each is explained where it matters. */
const DROPPED = ['ignoreNullValues', 'timeout', 'metricName'] as const;

/** Authentication modes of KEDA's that tidecast does not apply to Prometheus. */
const UNKNOWN_MODES = ['apiKey', 'oauth'];

/** The forecast of a `prometheus` trigger's query. @returns undefined, and the reason said, where there can be none */
export function forecastOfPrometheus(trigger: Trigger, plain: PlainMap, context: TriggerContext): PlainMap | undefined {
  const metadata = isPlainMap(plain['metadata']) ? plain['metadata'] : {};
  if (!canForecast(trigger, context)) return undefined;
  const forecast = context.target === 'keda' ? beside(plain, metadata, trigger, context) : instead(plain, metadata);
  const texts = Object.entries(forecast['metadata'] as PlainMap).map(
    ([key, value]) => [key, plainText(value)] as const,
  );
  const fault = findForecastFault(new Map(texts), context.options.forecasterNames);
  if (fault !== undefined) {
    context.say('lost', trigger, `no forecast of this trigger: ${fault}`);
    return undefined;
  }
  sayWhatDiffers(trigger, context);
  return forecast;
}

function canForecast(trigger: Trigger, { target, hasFormula, say }: TriggerContext): boolean {
  const unknown = UNKNOWN_TO_FORECAST.filter((key) => metadataText(trigger, key) !== undefined);
  const modes = (metadataText(trigger, 'authModes') ?? metadataText(trigger, 'authMode') ?? '').split(',');
  const unknownModes = UNKNOWN_MODES.filter((mode) => modes.some((given) => given.trim() === mode));
  if (unknown.length > 0) {
    say('lost', trigger, `no forecast of this trigger: tidecast cannot send ${unknown.join(', ')} to Prometheus`);
  } else if (unknownModes.length > 0) {
    const message = `no forecast of this trigger: tidecast cannot authenticate by ${unknownModes.join(', ')}`;
    say('lost', trigger, message);
  } else if (target === 'keda' && hasFormula) {
    say('lost', trigger, 'no forecast of this trigger: it would have no effect until the formula names it');
  } else return true;
  return false;
}

/** Beside KEDA the reactive trigger stays, so that the forecast can only add. */
function beside(plain: PlainMap, metadata: PlainMap, trigger: Trigger, { options }: TriggerContext): PlainMap {
  const { serverAddress, ...rest } = without(metadata, [
    ...DROPPED,
    'unsafeSsl',
    ...(hasCredentialsFromEnv(trigger) ? [] : AUTH_KEYS),
  ]);
  return {
    type: SCALER_TRIGGER,
    ...(plain['metricType'] !== undefined && { metricType: plain['metricType'] }),
    metadata: texts({
      scalerAddress: options.scalerAddress,
      prometheusAddress: serverAddress ?? '',
      ...rest,
      ...FORECAST_DEFAULTS,
    }),
  };
}

/** Alone, the forecast trigger stands for the reactive one too: what it serves is never below the observed value. */
function instead(plain: PlainMap, metadata: PlainMap): PlainMap {
  const { serverAddress, ...rest } = without(metadata, DROPPED);
  return {
    ...plain,
    type: FORECAST_TRIGGER,
    metadata: { ...rest, prometheusAddress: serverAddress ?? '', ...FORECAST_DEFAULTS },
  };
}

function sayWhatDiffers(trigger: Trigger, { target, auth, say }: TriggerContext): void {
  const { predictHorizon, historyTimeWindow, queryStep } = FORECAST_DEFAULTS;
  say(
    'note',
    trigger,
    `forecast of the same query; a horizon of ${predictHorizon}, a history of ${historyTimeWindow} and a step of ${queryStep} ` +
      'are defaults to be looked at',
  );
  if (!/^(0|f|false)$/i.test(metadataText(trigger, 'ignoreNullValues') ?? '')) {
    say(
      'note',
      trigger,
      'KEDA reads an empty answer as 0 here, tidecast as unknown; where it means zero, append "or vector(0)" to the query',
    );
  }
  if (target === 'keda') sayWhatIsWithheld(trigger, auth, say);
  if (target === 'keda' && trigger.authenticationRef !== undefined && auth === 'unknown') {
    say(
      'lost',
      trigger.authenticationRef,
      'KEDA sends no credentials to an external scaler; if Prometheus needs them, give tidecast the standalone form of ' +
        'this document and its TriggerAuthentication as files (tidecast serve PATH)',
    );
  }
}

/** Trigger metadata are texts. */
function texts(map: PlainMap): PlainMap {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, plainText(value)]));
}
