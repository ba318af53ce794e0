import type { AxiosResponse } from 'axios';
import type { Clock } from '../../core/clock.js';
import type { HttpClient } from '../http.js';
import { httpClient } from '../http.js';
import { AccessTokens } from '../oauth.js';
import type { Connecting } from '../pool.js';
import { tlsOptions } from '../tls.js';
import type { RabbitmqHost } from './host.js';
import type { RabbitmqValues } from './parameters.js';

/** RabbitMQ's management API as one user sees it. */
export interface ManagementApi {
  readonly get: (url: string, signal: AbortSignal) => Promise<AxiosResponse<string>>;
  readonly close: () => void;
}

type Headers = (signal: AbortSignal) => Promise<Readonly<Record<string, string>>>;

/** Makes clients of the API, authenticated by user and password, or by OAuth. */
export function managementApi(host: RabbitmqHost, values: RabbitmqValues, clock: Clock): Connecting<ManagementApi> {
  const client = httpClient({ headers: {}, timeoutMs: values.timeout, tls: tlsOptions(values) });
  return {
    connect: async (signal, onLost) => {
      const http = await client.connect(signal, onLost);
      const tokens = accessTokens(values, http, clock);
      const headers: Headers =
        tokens === undefined
          ? () => Promise.resolve(basicHeaders(host, values))
          : async (deadline) => ({ Authorization: `Bearer ${await tokens.current(deadline)}` });
      return {
        get: async (url, deadline) => {
          const answer = await http.get(url, deadline, await headers(deadline));
          // Revoked, perhaps: the next poll asks for another.
          if (answer.status === 401) tokens?.forget();
          return answer;
        },
        close: http.close,
      };
    },
    disconnect: (api) => {
      api.close();
    },
  };
}

function basicHeaders(host: RabbitmqHost, values: RabbitmqValues): Readonly<Record<string, string>> {
  const username = values.username ?? host.username;
  if (username === undefined) return {};
  const password = values.password ?? host.password ?? '';
  return { Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
}

function accessTokens(values: RabbitmqValues, http: HttpClient, clock: Clock): AccessTokens | undefined {
  const { oauthTokenURI: tokenUri, clientID: clientId, clientSecret, scopes = [], endpointParams } = values;
  if (tokenUri === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  const credentials = {
    tokenUri,
    clientId,
    clientSecret,
    scopes,
    endpointParams: endpointParams ?? new Map<string, string>(),
  };
  return new AccessTokens(credentials, http, clock);
}
