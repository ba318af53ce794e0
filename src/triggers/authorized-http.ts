import { rootCertificates } from 'node:tls';
import type { Clock } from '../core/clock.js';
import type { HttpClient, HttpOptions } from './http.js';
import { httpClient } from './http.js';
import type { ClientCredentials } from './oauth.js';
import { AccessTokens } from './oauth.js';
import type { Connecting } from './pool.js';
import type { TlsOptions } from './tls.js';

/**
 * Makes clients that send an access token with every GET; without credentials, plain ones. Tokens are asked for over
 * connections of their own, so that headers meant for the source go nowhere else.
 *
 * @param credentials by which tokens are got; undefined: none are
 */
export function authorizedClient(
  options: HttpOptions,
  credentials: ClientCredentials | undefined,
  clock: Clock,
): Connecting<HttpClient> {
  const source = httpClient(options);
  if (credentials === undefined) return source;
  const identity = httpClient({ headers: {}, timeoutMs: options.timeoutMs, tls: withKnownAuthorities(options.tls) });
  return {
    connect: async (signal, onLost) => {
      const [http, tokenHttp] = await Promise.all([source.connect(signal, onLost), identity.connect(signal, onLost)]);
      const tokens = new AccessTokens(credentials, tokenHttp, clock);
      return {
        ...http,
        get: async (url, deadline, headers = {}) => {
          const token = await tokens.current(deadline);
          const answer = await http.get(url, deadline, { ...headers, Authorization: `Bearer ${token}` });
          // Revoked, perhaps: the next poll asks for another.
          if (answer.status === 401) tokens.forget();
          // It may be repeated in what becomes an error.
          return { ...answer, data: answer.data.replaceAll(token, '***') };
        },
        close: () => {
          http.close();
          tokenHttp.close();
        },
      };
    },
    disconnect: (client) => {
      client.close();
    },
  };
}

/** An authority of one's own is that of the source; who gives tokens may have another, such as the world knows. */
function withKnownAuthorities(tls: TlsOptions): TlsOptions {
  return tls.ca === undefined ? tls : { ...tls, ca: [...rootCertificates, ...[tls.ca].flat()] };
}
