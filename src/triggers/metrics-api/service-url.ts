import { isIPv6 } from 'node:net';

/** A Service of Kubernetes. */
export interface Service {
  readonly name: string;
  readonly namespace: string;
}

/** Names of Services begin with a letter, so that no address is one. */
const SERVICE_HOST = /^([a-z](?:[-a-z0-9]*[a-z0-9])?)\.([a-z0-9](?:[-a-z0-9]*[a-z0-9])?)(?:\..+)?$/;

/** The Service that the host of a URL names, such as `api.shop.svc`; undefined: none. */
export function serviceOf(url: string): Service | undefined {
  const [, name, namespace] = SERVICE_HOST.exec(new URL(url).hostname) ?? [];
  return name === undefined || namespace === undefined ? undefined : { name, namespace };
}

/** The same URL at one endpoint. The port stays that of the URL, as in KEDA: pods have to listen on it. */
export function endpointUrl(url: string, address: string): string {
  const endpoint = new URL(url);
  endpoint.hostname = isIPv6(address) ? `[${address}]` : address;
  return endpoint.href;
}
