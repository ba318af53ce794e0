import type { User } from '../../core/identity.js';
import type { RequestHeaderConfig } from './request-header-config.js';

/** Every value of every header, by its name in lower case: `IncomingMessage.headersDistinct`. */
export type HeaderValues = Readonly<Record<string, readonly string[] | undefined>>;

/**
 * Who asks, as the front proxy says in the identity headers. Only for requests over a connection whose certificate has been
 * verified to be the front proxy's.
 *
 * @returns null when no header names a user
 * @see Kubernetes `apiserver/pkg/authentication/request/headerrequest`
 */
export function userOfHeaders(headers: HeaderValues, config: RequestHeaderConfig): User | null {
  const values = (names: readonly string[]): string[] => names.flatMap((name) => headers[name] ?? []).map(utf8);
  const name = values(config.usernameHeaders).find((value) => value !== '');
  if (name === undefined) return null;
  const uid = values(config.uidHeaders).find((value) => value !== '');
  return {
    name,
    ...(uid !== undefined && { uid }),
    groups: values(config.groupHeaders),
    extra: extraOf(headers, config.extraPrefixes),
  };
}

/** Whether a header says who asks, and so must not reach what comes after the authentication. */
export function isIdentityHeader(name: string, config: RequestHeaderConfig): boolean {
  const { usernameHeaders, uidHeaders, groupHeaders, extraPrefixes } = config;
  return (
    [...usernameHeaders, ...uidHeaders, ...groupHeaders].includes(name) ||
    extraPrefixes.some((prefix) => name.startsWith(prefix))
  );
}

function extraOf(headers: HeaderValues, prefixes: readonly string[]): User['extra'] {
  const extra = new Map<string, string[]>();
  for (const [name, values = []] of Object.entries(headers)) {
    for (const prefix of prefixes.filter((candidate) => name.startsWith(candidate))) {
      const key = unescaped(name.slice(prefix.length));
      extra.set(key, [...(extra.get(key) ?? []), ...values.map(utf8)]);
    }
  }
  return Object.fromEntries(extra);
}

/** Kubernetes percent-encodes what a header name may not hold; a malformed one stays as it is. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** Node.js reads the bytes of a header as latin1; Kubernetes sends UTF-8. */
function utf8(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8');
}
