import { ACCEPTED_TARGET, targetFault } from '../core/target.js';
import { METRIC_TYPES } from '../core/trigger-type.js';
import type { Workload } from '../core/workload.js';
import type { AuthParameters } from './auth-parameters.js';
import type { Environment } from './environment.js';
import { deepFreeze } from './deep-freeze.js';
import { FORECAST_KEYS, readForecastKeys } from './forecast-keys.js';
import { checkTimes, readTimes } from './forecast-times.js';
import { readHttpAuth } from './http-auth.js';
import { Parameters } from './parameters.js';
import type { Report } from './problem.js';
import { readPrometheusAddress } from './prometheus-address.js';
import type { ScaledObject } from './scaled-object.js';
import { didYouMean } from './suggest.js';
import type { Trigger } from './trigger.js';

/** Parameters that KEDA reads from a TriggerAuthentication only. */
const CREDENTIALS = [
  'bearerToken',
  'token',
  'username',
  'password',
  'cert',
  'key',
  'ca',
  'oauthTokenURI',
  'scopes',
  'scope',
  'clientID',
  'clientSecret',
  'endpointParams',
  'customAuthHeader',
  'customAuthValue',
] as const;

/** `apiKey` and what goes with it are not needed; `metricName` stands in old examples and means nothing. */
const METADATA_KEYS: readonly string[] = [
  'prometheusAddress',
  'query',
  'predictHorizon',
  'queryStep',
  'historyTimeWindow',
  'threshold',
  'activationThreshold',
  'authModes',
  'authMode',
  'method',
  'keyParamName',
  'apiKey',
  'metricName',
  'unsafeSsl',
  ...FORECAST_KEYS,
];

export interface TriggerContext {
  readonly scaledObject: ScaledObject;
  readonly auth: AuthParameters;
  readonly env: Environment;
  readonly forecasterNames: readonly string[];
}

/**
 * Reads one `predictkube` trigger by KEDA's names and rules, plus tidecast's own optional keys.
 *
 * @returns undefined when something required is missing or cannot be read; the report of the ScaledObject says what.
 *   A workload may come back although the report has errors: the caller decides.
 */
export function readPredictkube(trigger: Trigger, context: TriggerContext): Workload | undefined {
  const { scaledObject, auth, env, forecasterNames } = context;
  const { report } = scaledObject;
  const metricType = trigger.fields.choice('metricType', METRIC_TYPES) ?? 'AverageValue';
  if (trigger.metadata === undefined) return undefined;
  checkKeys(trigger.metadata.texts, report);

  const parameters = new Parameters({ metadata: trigger.metadata, auth, env, report });
  const endpoint = readEndpoint(parameters);
  const query = parameters.text('query', { required: true })?.value;
  const times = readTimes(parameters);
  const targetPerReplica = readThreshold(parameters);
  const activationThreshold = parameters.number('activationThreshold')?.value ?? 0;
  const keys = readForecastKeys(parameters, forecasterNames);
  if (times !== undefined) checkTimes(parameters, times, keys);
  if (endpoint === undefined || query === undefined || times === undefined || targetPerReplica === undefined) {
    return undefined;
  }

  const { namespace, name, pollingIntervalMs, bounds } = scaledObject;
  const { minReplicaCount, maxReplicaCount } = bounds;
  const metricName = `s${trigger.index}-predictkube-predictkube_metric`;
  return deepFreeze<Workload>({
    id: `${namespace}/${name}/${metricName}`,
    namespace,
    scaledObject: name,
    triggerIndex: trigger.index,
    metricName,
    metricType,
    endpoint,
    query,
    stepMs: times.step.value,
    historyWindowMs: times.history.value,
    horizonMs: times.horizon.value,
    targetPerReplica,
    activationThreshold,
    pollingIntervalMs,
    bounds: { minReplicaCount, maxReplicaCount },
    mode: keys.mode,
    leadTimeMs: keys.leadTime?.value ?? 'auto',
    quantile: keys.quantile,
    model: keys.model,
    seasonalityMs: keys.seasonality?.value ?? 'auto',
    ignoreWindows: keys.ignoreWindows,
    ...(keys.saturation !== undefined && { saturation: keys.saturation }),
    ...(keys.timeZone !== undefined && { timeZone: keys.timeZone }),
  });
}

function checkKeys(texts: NonNullable<Trigger['metadata']>['texts'], report: Report): void {
  for (const [key, place] of texts) {
    const name = key.replace(/FromEnv$/, '');
    if (METADATA_KEYS.includes(name)) continue;
    if (!CREDENTIALS.some((credential) => credential === name)) {
      report.warning(place, `unknown parameter${didYouMean(key, [...METADATA_KEYS, ...CREDENTIALS])}`);
    } else if (key === name) {
      report.warning(place, 'ignored here: put it into a Secret and refer to it by a TriggerAuthentication');
    }
  }
}

function readEndpoint(parameters: Parameters): Workload['endpoint'] | undefined {
  const location = readPrometheusAddress(parameters);
  const auth = readHttpAuth(parameters);
  if (location === undefined) return undefined;
  const { address } = location;
  // A token fills the same header as a user and password in the address.
  return auth.bearerToken === undefined ? { ...location, ...auth } : { address, ...auth };
}

function readThreshold(parameters: Parameters): number | undefined {
  const threshold = parameters.number('threshold', { required: true });
  const fault = threshold && targetFault(threshold.value);
  if (threshold === undefined || fault === undefined) return threshold?.value;
  parameters.reject(threshold, fault, ACCEPTED_TARGET);
  return undefined;
}
