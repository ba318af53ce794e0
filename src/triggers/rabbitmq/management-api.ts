import type { Clock } from '../../core/clock.js';
import { authorizedClient } from '../authorized-http.js';
import type { HttpClient } from '../http.js';
import type { ClientCredentials } from '../oauth.js';
import type { Connecting } from '../pool.js';
import { tlsOptions } from '../tls.js';
import type { RabbitmqHost } from './host.js';
import type { RabbitmqValues } from './parameters.js';

/** RabbitMQ's management API as one user sees it. */
export type ManagementApi = HttpClient;

/** Makes clients of the API, authenticated by user and password, or by OAuth. */
export function managementApi(host: RabbitmqHost, values: RabbitmqValues, clock: Clock): Connecting<ManagementApi> {
  const credentials = credentialsOf(values);
  const headers = credentials === undefined ? basicHeaders(host, values) : {};
  return authorizedClient({ headers, timeoutMs: values.timeout, tls: tlsOptions(values) }, credentials, clock);
}

function basicHeaders(host: RabbitmqHost, values: RabbitmqValues): Readonly<Record<string, string>> {
  const username = values.username ?? host.username;
  if (username === undefined) return {};
  const password = values.password ?? host.password ?? '';
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function credentialsOf(values: RabbitmqValues): ClientCredentials | undefined {
  const { oauthTokenURI: tokenUri, clientID: clientId, clientSecret, scopes = [], endpointParams } = values;
  if (tokenUri === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  return { tokenUri, clientId, clientSecret, scopes, endpointParams: endpointParams ?? new Map<string, string>() };
}
