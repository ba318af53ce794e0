import type { ReactiveTriggerType } from '../../core/trigger-type.js';
import { reactiveTrigger } from '../../core/trigger-type.js';
import { authorizedClient } from '../authorized-http.js';
import { failureOf } from '../failure.js';
import type { HttpClient } from '../http.js';
import { jsonOf } from '../http.js';
import { authorizationHeaders, clientCredentials } from '../http-auth.js';
import { ConnectionPool, connectionKey } from '../pool.js';
import type { TriggerRuntime } from '../runtime.js';
import { openPooled, readingOf } from '../source.js';
import { tlsOptions } from '../tls.js';
import { valueOf } from './answer.js';
import type { PrometheusValues } from './parameters.js';
import { PARAMETERS, checkPrometheus } from './parameters.js';

const NOTES = `\
The value is that of the one element that the query returns now (by the clock of Prometheus), or of a scalar. More than one
element is an error. By default no element counts as 0, and so do NaN, infinity and null, as in KEDA; with \`ignoreNullValues: "false"\` they are errors, which
makes the value unknown where KEDA and tidecast then fall back. For \`type: predictkube\` see
[configuration.md](configuration.md).`;

/** KEDA's `prometheus`. */
export function prometheusType({ clock }: Pick<TriggerRuntime, 'clock'>): ReactiveTriggerType {
  const pool = new ConnectionPool<HttpClient>();
  return reactiveTrigger({
    name: 'prometheus',
    summary: 'Watches the result of a query to Prometheus.',
    notes: NOTES,
    parameters: PARAMETERS,
    check: checkPrometheus,
    make: (values, { mask }) => {
      const metric = { name: 'prometheus', target: values.threshold };
      const { origin, host } = new URL(values.serverAddress);
      const options = { headers: headersOf(values), timeoutMs: values.timeout, tls: tlsOptions(values) };
      const credentials = clientCredentials(values);
      const open = openPooled<HttpClient>({
        pool,
        key: connectionKey({ origin, ...options, credentials }),
        failure: failureOf(`prometheus at ${host}`, mask),
        ...authorizedClient(options, credentials, clock),
        read: async (client, signal) => {
          const answer = jsonOf(await client.get(queryUrl(values), signal));
          return readingOf(metric, valueOf(answer, values.ignoreNullValues), values.activationThreshold);
        },
      });
      return { metrics: [metric], open };
    },
  });
}

function headersOf(values: PrometheusValues): Readonly<Record<string, string>> {
  const { authModes, customHeaders, customAuthHeader, customAuthValue } = values;
  const isCustom = authModes?.includes('custom') === true;
  return {
    ...Object.fromEntries(customHeaders ?? []),
    ...(isCustom && customAuthHeader !== undefined && { [customAuthHeader]: customAuthValue ?? '' }),
    ...authorizationHeaders(values),
  };
}

/** Without a time, so that Prometheus takes its own: by a clock of ours that is wrong there would be no result. */
function queryUrl({ serverAddress, query, namespace, queryParameters }: PrometheusValues): string {
  const parameters = new URLSearchParams([['query', query], ...(queryParameters ?? [])]).toString();
  const url = `${serverAddress.replace(/\/+$/, '')}/api/v1/query?${parameters}`;
  // As it is written: some gateways take several parameters here.
  return new URL(namespace === undefined ? url : `${url}&namespace=${namespace}`).href;
}
