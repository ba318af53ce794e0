import type { Mechanism } from 'kafkajs';
import type { Clock } from '../../core/clock.js';
import { DEFAULT_HTTP_TIMEOUT_MS, httpClient } from '../http.js';
import { AccessTokens } from '../oauth.js';
import type { KafkaConnectionValues } from './parameters.js';
import type { TokenValues } from './sasl.js';

/** Authenticates connections to brokers by access tokens. */
export interface BrokerTokens {
  readonly mechanism: Mechanism;
  /** Ends requests for tokens that are under way. */
  readonly end: () => void;
}

/**
 * The SASL mechanism OAUTHBEARER (RFC 7628) with tokens got by client credentials. The library's own does not read what the
 * broker answers, where a refusal stands, and would go on as if it had been let in.
 *
 * @param signal ends the wait for the HTTP client to be loaded
 */
export async function brokerTokens(
  { username = '', password = '' }: Pick<KafkaConnectionValues, 'username' | 'password'>,
  { oauthTokenEndpointUri = '', scopes = [], oauthExtensions }: TokenValues,
  clock: Clock,
  signal: AbortSignal,
): Promise<BrokerTokens> {
  const client = httpClient({ headers: {}, timeoutMs: DEFAULT_HTTP_TIMEOUT_MS, tls: { rejectUnauthorized: true } });
  const http = await client.connect(signal, () => undefined);
  const credentials = {
    tokenUri: oauthTokenEndpointUri,
    clientId: username,
    clientSecret: password,
    scopes,
    endpointParams: new Map<string, string>(),
  };
  const tokens = new AccessTokens(credentials, http, clock);
  const ended = new AbortController();
  const authenticationProvider: Mechanism['authenticationProvider'] = ({ saslAuthenticate }) => ({
    authenticate: async () => {
      const token = await tokens.current(ended.signal);
      const message = initialResponse(token, oauthExtensions ?? new Map<string, string>());
      const refusal = await saslAuthenticate({ request: { encode: () => withLength(message) }, response: ANSWER });
      if (typeof refusal !== 'string' || refusal === '') return;
      // Revoked, perhaps: the next connection asks for another.
      tokens.forget();
      throw new Error(`SASL OAUTHBEARER authentication failed: ${refusal.replaceAll(token, '***')}`);
    },
  });
  return {
    mechanism: { mechanism: 'oauthbearer', authenticationProvider },
    end: () => {
      ended.abort();
      http.close();
    },
  };
}

/** Nothing when the broker accepts the token, else JSON that says why not; its length stands before it. */
const ANSWER = { decode: (raw: Buffer) => raw.subarray(4), parse: (data: Buffer) => data.toString('utf8') };

/** RFC 7628, section 3.1. */
function initialResponse(token: string, extensions: ReadonlyMap<string, string>): Buffer {
  const pairs = [`auth=Bearer ${token}`, ...[...extensions].map(([name, value]) => `${name}=${value}`)];
  return Buffer.from(`n,,\x01${pairs.map((pair) => `${pair}\x01`).join('')}\x01`, 'utf8');
}

/** As the library expects it, which sends it so. */
function withLength(message: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(message.length);
  return Buffer.concat([length, message]);
}
