import type { ReactiveTriggerType } from '../../core/trigger-type.js';
import { normaliseMetricName, reactiveTrigger } from '../../core/trigger-type.js';
import { failureOf } from '../failure.js';
import type { HttpClient } from '../http.js';
import { bodyOf, httpClient } from '../http.js';
import { authorizationHeaders } from '../http-auth.js';
import { ConnectionPool, connectionKey } from '../pool.js';
import { openPooled, readingOf } from '../source.js';
import { tlsOptions } from '../tls.js';
import type { MetricsApiValues } from './parameters.js';
import { PARAMETERS, checkMetricsApi } from './parameters.js';
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

\`aggregateFromKubeServiceEndpoints\` is refused: tidecast reads no EndpointSlices. Give the pods' numbers to Prometheus and ask it for
their sum, or let \`url\` name an endpoint that adds them up.`;

/** KEDA's `metrics-api`. */
export function metricsApiType(): ReactiveTriggerType {
  const pool = new ConnectionPool<HttpClient>();
  return reactiveTrigger({
    name: 'metrics-api',
    summary: 'Watches a number in the answer of an HTTP endpoint.',
    notes: NOTES,
    parameters: PARAMETERS,
    check: checkMetricsApi,
    make: (values, { mask }) => {
      const { valueLocation, format, activationTargetValue } = values;
      const metric = {
        name: normaliseMetricName(`metric-api-${valueLocation}`),
        // Without a target of its own it feeds a formula, where none counts.
        target: values.targetValue ?? 1,
      };
      const find = compileLocation(format, valueLocation)!;
      const { origin, host } = new URL(values.url);
      const url = urlOf(values);
      const options = { headers: headersOf(values), timeoutMs: values.timeout, tls: tlsOptions(values) };
      const open = openPooled<HttpClient>({
        pool,
        key: connectionKey({ origin, ...options }),
        failure: failureOf(`metrics-api at ${host}`, mask),
        ...httpClient(options),
        read: async (client, signal) => {
          const body = bodyOf(await client.get(url, signal));
          return readingOf(metric, numberAt(find, values, body), activationTargetValue);
        },
      });
      return { metrics: [metric], open };
    },
  });
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
