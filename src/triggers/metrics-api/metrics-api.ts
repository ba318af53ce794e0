import type { Cluster } from '../../core/cluster.js';
import { TriggerError } from '../../core/errors.js';
import type { ReactiveTriggerType } from '../../core/trigger-type.js';
import { normaliseMetricName, reactiveTrigger } from '../../core/trigger-type.js';
import { authorizedClient } from '../authorized-http.js';
import { NOWHERE, answered } from '../cluster.js';
import { failureOf } from '../failure.js';
import type { HttpClient, HttpOptions } from '../http.js';
import { bodyOf } from '../http.js';
import { authorizationHeaders, clientCredentials } from '../http-auth.js';
import { ConnectionPool, connectionKey } from '../pool.js';
import type { TriggerRuntime } from '../runtime.js';
import { openPooled, readingOf } from '../source.js';
import { tlsOptions } from '../tls.js';
import { aggregateEndpoints } from './aggregation.js';
import type { MetricsApiValues } from './parameters.js';
import { PARAMETERS, checkMetricsApi } from './parameters.js';
import { endpointUrl, serviceOf } from './service-url.js';
import { compileLocation, numberAt } from './value-location.js';

const NOTES = `\
\`url\` is asked with GET; only an answer with status 200 counts. What stands at \`valueLocation\` must be a number, or a text that is a
quantity of Kubernetes (\`"1k"\` is 1000). Anything else is an error, also where nothing stands there. The location is

- in \`json\` a path of gjson that leads to one value: \`components.worker.tasks\`, \`items.0.size\`, \`items.#\` (how many),
  \`items.#(name=="a").size\` (of the first that matches), \`comp*.tasks\`, \`with\\.dot.size\`. Modifiers, pipes and paths to several
  values are not supported;
- in \`yaml\` a path of keys and positions: \`components.worker.tasks\`;
- in \`prometheus\` a metric with labels, \`requests_total{path="/"}\`: the first sample that matches. Histograms and summaries do not
  count, nor do other matchers than \`=\`.

With \`aggregateFromKubeServiceEndpoints\` the host of \`url\` is that of a Service, \`service.namespace\` with whatever follows. Each of its
endpoints that is ready is asked for the same path at the same port, at most five at a time, and \`aggregationType\` makes one value of
their numbers. Over TLS their certificate has to be for the host of \`url\`. An endpoint that fails makes the value unknown, where KEDA
leaves it out: what is left out may be what the load is on. Only of \`min\` it is left out, which that can but raise. No ready endpoint
is an error. tidecast has to run in a pod whose ServiceAccount may \`list\` \`endpointslices\` of \`discovery.k8s.io\` in that namespace
([deploy/metrics-api](../deploy/metrics-api)).`;

/** KEDA's `metrics-api`. */
export function metricsApiType({ clock, cluster = NOWHERE }: TriggerRuntime): ReactiveTriggerType {
  const pool = new ConnectionPool<HttpClient>();
  return reactiveTrigger({
    name: 'metrics-api',
    summary: 'Watches a number in the answer of an HTTP endpoint.',
    notes: NOTES,
    parameters: PARAMETERS,
    check: checkMetricsApi,
    cannotDrain: ({ aggregateFromKubeServiceEndpoints, aggregationType }) =>
      aggregateFromKubeServiceEndpoints === true && aggregationType !== 'sum'
        ? `with aggregationType ${aggregationType ?? 'average'} its value is not all that waits`
        : undefined,
    make: (values, { mask }) => {
      const { valueLocation, activationTargetValue } = values;
      const metric = {
        name: normaliseMetricName(`metric-api-${valueLocation}`),
        // Without a target of its own it feeds a formula, where none counts.
        target: values.targetValue ?? 1,
      };
      const { origin, host } = new URL(values.url);
      const options = httpOptionsOf(values);
      const credentials = clientCredentials(values);
      const valueOf = valueReader(values, { cluster, mask });
      const open = openPooled<HttpClient>({
        pool,
        key: connectionKey({ origin, ...options, credentials }),
        failure: failureOf(`metrics-api at ${host}`, mask),
        ...authorizedClient(options, credentials, clock),
        read: async (client, signal) =>
          readingOf(
            metric,
            await valueOf((url) => client.get(url, signal).then(bodyOf), signal),
            activationTargetValue,
          ),
      });
      return { metrics: [metric], open };
    },
  });
}

type Get = (url: string) => Promise<string>;

/** What is asked at each poll: one URL, or that of each endpoint of a Service. */
function valueReader(
  values: MetricsApiValues,
  { cluster, mask }: { readonly cluster: Cluster; readonly mask: (text: string) => string },
): (get: Get, signal: AbortSignal) => Promise<number> {
  const find = compileLocation(values.format, values.valueLocation)!;
  const url = urlOf(values);
  const numberOf = async (get: Get, from: string): Promise<number> => numberAt(find, values, await get(from));
  const service = values.aggregateFromKubeServiceEndpoints ? serviceOf(values.url) : undefined;
  if (service === undefined) return (get) => numberOf(get, url);
  const { name, namespace } = service;
  return async (get, signal) => {
    const addresses = await answered(cluster.readyEndpoints(namespace, name, signal));
    if (addresses.length === 0) {
      throw new TriggerError(`Service "${name}" of namespace "${namespace}" has no endpoint that is ready`);
    }
    const urls = addresses.map((address) => endpointUrl(url, address));
    const ask = (from: string): Promise<number> => numberOf(get, from).then(finite);
    const describe = (from: string, error: unknown): string => failureOf(new URL(from).host, mask)(error).message;
    return aggregateEndpoints({ urls, ask, describe }, values.aggregationType);
  };
}

/** A minimum would pass over it. @throws {TriggerError} the value is no number */
function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new TriggerError(`the value is ${String(value)}`);
}

function httpOptionsOf(values: MetricsApiValues): HttpOptions {
  const servername = values.aggregateFromKubeServiceEndpoints && { servername: new URL(values.url).hostname };
  return { headers: headersOf(values), timeoutMs: values.timeout, tls: tlsOptions(values), ...servername };
}

function headersOf(values: MetricsApiValues): Readonly<Record<string, string>> {
  const { authModes, apiKey, method, keyParamName = 'X-API-KEY' } = values;
  const byKey = authModes?.includes('apiKey') === true && method === 'header' && apiKey !== undefined;
  return { ...(byKey && { [keyParamName]: apiKey }), ...authorizationHeaders(values) };
}

function urlOf({ url, authModes, apiKey, method, keyParamName = 'api_key' }: MetricsApiValues): string {
  if (authModes?.includes('apiKey') !== true || method !== 'query' || apiKey === undefined) return url;
  const complete = new URL(url);
  complete.searchParams.set(keyParamName, apiKey);
  return complete.href;
}
