import type { Access } from '../../core/identity.js';
import { listOptions } from '../external-metrics/list-options.js';

/** Kubernetes' verbs for HTTP methods; those of a single object, if it has a name. */
const VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};
/** Verbs for all objects of a kind, when no name is given. */
const COLLECTION_VERBS: Readonly<Record<string, string>> = { get: 'list', delete: 'deletecollection' };

/**
 * What a request asks for, in the terms of RBAC: below `/apis/{group}/{version}` an object of a resource, anything else a
 * path. A metric without a further name is listed, or watched.
 *
 * @param url path and query as they arrived, percent-encoded
 * @see Kubernetes `apiserver/pkg/endpoints/request/requestinfo.go`
 */
export function accessOf(method: string, url: string): Access {
  // The router, too, ends a path at either.
  const path = url.replace(/[?#].*$/s, '');
  const [prefix, group, version, ...rest] = segmentsOf(path);
  if (prefix !== 'apis' || group === undefined || version === undefined || rest.length === 0) {
    return { kind: 'path', verb: method.toLowerCase(), path: decoded(path) };
  }
  const verb = VERBS[method] ?? '';
  const { namespace, resource, name } = objectOf(rest);
  const collective = listOptions(url).isWatch && verb === 'get' ? 'watch' : COLLECTION_VERBS[verb];
  return {
    kind: 'resource',
    verb: name === '' ? (collective ?? verb) : verb,
    group,
    version,
    resource,
    namespace,
    name,
  };
}

function objectOf(rest: readonly string[]): { namespace: string; resource: string; name: string } {
  const [first = '', second = '', ...more] = rest;
  if (first !== 'namespaces' || second === '') return { namespace: '', resource: first, name: second };
  const [resource, name = ''] = more;
  // The namespace itself is the object.
  if (resource === undefined) return { namespace: second, resource: 'namespaces', name: second };
  return { namespace: second, resource, name };
}

/** Each segment decoded by itself, as the router does: what is authorised is what is served. */
function segmentsOf(path: string): string[] {
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
