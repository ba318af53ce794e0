import type { PrometheusEndpoint } from '../core/workload.js';
import type { Parameters } from './parameters.js';

const ACCEPTED = 'a URL such as http://prometheus.monitoring:9090';

/**
 * Reads `prometheusAddress`. A user and password within the URL become basic authentication, so that the address
 * itself can be shown; trailing slashes are dropped.
 */
export function readPrometheusAddress(
  parameters: Parameters,
): Pick<PrometheusEndpoint, 'address' | 'basic'> | undefined {
  const given = parameters.text('prometheusAddress', { required: true });
  if (given === undefined) return undefined;
  const url = URL.canParse(given.value) ? new URL(given.value) : undefined;
  const fault = findFault(given.value, url);
  if (url === undefined || fault !== undefined) {
    const shown = given.shown === undefined ? undefined : hideCredentials(given.shown);
    parameters.reject({ ...given, shown }, fault ?? '', ACCEPTED);
    return undefined;
  }
  const { username, password } = url;
  const address = `${url.origin}${url.pathname}`.replace(/\/+$/, '');
  if (username === '' && password === '') return { address };
  return { address, basic: { username: decodePercent(username), password: decodePercent(password) } };
}

function findFault(text: string, url: URL | undefined): string | undefined {
  // The URL parser also takes "localhost:9090" (scheme localhost) and "http:prometheus".
  if (url === undefined || !/^\w+:\/\/[^/]/.test(text)) return 'not a URL with scheme and host';
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'not an http or https URL';
  if (url.search !== '' || url.hash !== '') return 'a query string or fragment cannot be used here';
  if (/\/api\/v1\/*$/.test(url.pathname)) return 'the path must end before /api/v1, which is added';
  return undefined;
}

/**
 * Hides what may be secret in a text that was meant as a URL: all before the last @, the query string, and what stands
 * behind a colon without being a port, as the password in `user:password/path`.
 */
export function hideCredentials(text: string): string {
  const at = text.lastIndexOf('@');
  const host = at === -1 ? text : `***${text.slice(at)}`;
  // An IPv6 address in brackets has other colons.
  return host.replace(/[?#].*/s, '?***').replace(/^([^[]*?):(?!\/\/|\d{1,5}(?![^/?])).*/s, '$1:***');
}

/** `%zz` is legal in a URL and stands for itself. */
function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
