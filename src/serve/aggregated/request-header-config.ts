import { readCertificates } from '../certificates/pem.js';

/** By what the front proxy is known, and the headers in which it says who asks. */
export interface RequestHeaderConfig {
  /** PEM certificates of the authorities that sign the front proxy's. */
  readonly clientCa: string;
  /** Common names that the front proxy may have; none: any. */
  readonly allowedNames: readonly string[];
  /** Header names in lower case; the first one that is not empty counts. */
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  /** Beginnings of header names, in lower case. */
  readonly extraPrefixes: readonly string[];
}

/** The configuration in force; it may change at any time. */
export interface RequestHeaderConfigSource {
  /** Null until it has been read; then no identity header is believed. */
  current(): RequestHeaderConfig | null;
  /** Why the newest state could not be taken over; null when it was. */
  problem(): string | null;
  /** Calls `listener` after every change. */
  onChange(listener: () => void): void;
}

const CA_KEY = 'requestheader-client-ca-file';

/**
 * Reads the `data` of ConfigMap `extension-apiserver-authentication` in `kube-system`, which kube-apiserver writes.
 *
 * @throws {RangeError} naming the key: no authority for the front proxy, no header with the user's name, a value that is
 *   no JSON array of texts, a certificate that is none
 */
export function parseRequestHeaderConfig(data: Readonly<Record<string, string>>): RequestHeaderConfig {
  const clientCa = data[CA_KEY];
  if (clientCa === undefined || clientCa.trim() === '') {
    throw new RangeError(
      `${CA_KEY} is missing; kube-apiserver writes it when it runs with --${CA_KEY}, without which it cannot aggregate APIs`,
    );
  }
  try {
    readCertificates(clientCa);
  } catch (error) {
    throw new RangeError(`${CA_KEY}: ${(error as Error).message}`, { cause: error });
  }
  const usernameHeaders = headerNames(data, 'requestheader-username-headers');
  if (usernameHeaders.length === 0) {
    throw new RangeError('requestheader-username-headers names no header; expected one such as ["X-Remote-User"]');
  }
  return {
    clientCa,
    allowedNames: texts(data, 'requestheader-allowed-names'),
    usernameHeaders,
    uidHeaders: headerNames(data, 'requestheader-uid-headers'),
    groupHeaders: headerNames(data, 'requestheader-group-headers'),
    extraPrefixes: headerNames(data, 'requestheader-extra-headers-prefix'),
  };
}

/** An empty name would be every header's prefix. */
function headerNames(data: Readonly<Record<string, string>>, key: string): string[] {
  return texts(data, key)
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
}

/** Nothing where the key is absent. */
function texts(data: Readonly<Record<string, string>>, key: string): string[] {
  const text = data[key];
  if (text === undefined || text.trim() === '') return [];
  const value = parseJson(text, key);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new RangeError(`${key} is ${text.slice(0, 100)}; expected a JSON array of texts`);
}

function parseJson(text: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RangeError(`${key} is no JSON: ${text.slice(0, 100)}; expected an array of texts`, { cause: error });
  }
}
