import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { PrometheusEndpoint } from '../core/workload.js';

/** Shorter secrets are not searched for: replacing every "1" would make a message unreadable and protect nothing. */
const SHORTEST_SECRET = 4;

/** An endpoint made ready for requests. Holds credentials: never log or serialise it. */
export interface Target {
  /** The address as it may be shown: without user, password and query string. */
  readonly shown: string;
  /** Sent with every request, `Authorization` included. */
  readonly headers: Readonly<Record<string, string>>;
  readonly httpAgent: HttpAgent;
  readonly httpsAgent: HttpsAgent;
  /** @param path such as `/api/v1/query`; goes after the path prefix of the address */
  readonly urlOf: (path: string) => string;
  /** Removes the endpoint's credentials from text of foreign origin, such as an error page that echoes the request. */
  readonly scrub: (text: string) => string;
}

/**
 * Reads an endpoint. User and password in the address count as basic authentication where `basic` is not given, and a
 * bearer token goes before both. A query string in the address is kept.
 *
 * @throws {RangeError} an address that is not an http or https URL
 */
export function resolveTarget(endpoint: PrometheusEndpoint): Target {
  const url = parseAddress(endpoint.address);
  const basic = endpoint.basic ?? userInfo(url);
  const secrets = [endpoint.basic?.password, userInfo(url)?.password, url.password, endpoint.bearerToken];
  secrets.push(...Object.values(endpoint.headers ?? {}), ...url.searchParams.values());
  if (basic !== undefined) secrets.push(basicCredentials(basic));
  url.username = '';
  url.password = '';
  const prefix = url.pathname.replace(/\/+$/, '');
  const { cert, key, ca, insecureSkipVerify } = endpoint.tls ?? {};
  return {
    shown: `${url.origin}${prefix}`,
    headers: { ...endpoint.headers, ...authorization(endpoint.bearerToken, basic) },
    httpAgent: new HttpAgent({ keepAlive: true }),
    httpsAgent: new HttpsAgent({ keepAlive: true, cert, key, ca, rejectUnauthorized: insecureSkipVerify !== true }),
    urlOf: (path) => `${url.origin}${prefix}${path}${url.search}`,
    scrub: scrubber(secrets.filter((secret) => secret !== undefined)),
  };
}

function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    // Credentials go first: what cannot be parsed cannot be redacted by its parts.
    const shown = address.replace(/^([^/]*\/\/)?.*@/s, '$1***@').replace(/\?.*$/s, '');
    throw new RangeError(`"${shown}" is not a Prometheus address; expected a URL such as http://prometheus:9090`);
  }
  return url;
}

function userInfo(url: URL): { username: string; password: string } | undefined {
  if (url.username === '' && url.password === '') return undefined;
  return { username: decode(url.username), password: decode(url.password) };
}

/** A `%` that starts no escape is taken as it is, as `URL` does. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function authorization(
  bearerToken: string | undefined,
  basic: { username: string; password: string } | undefined,
): Record<string, string> {
  if (bearerToken !== undefined) return { Authorization: `Bearer ${bearerToken}` };
  return basic === undefined ? {} : { Authorization: `Basic ${basicCredentials(basic)}` };
}

function basicCredentials({ username, password }: { username: string; password: string }): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}

/** Longer secrets go first, so that one that contains another leaves nothing behind. */
function scrubber(secrets: readonly string[]): (text: string) => string {
  const known = secrets.filter(({ length }) => length >= SHORTEST_SECRET).sort((a, b) => b.length - a.length);
  return (text) => known.reduce((clean, secret) => clean.replaceAll(secret, '***'), text);
}
