import type { Access, ResourceAccess, User } from '../../core/identity.js';
import { failure, type Status } from '../external-metrics/status.js';

/**
 * Kubernetes' words for "you may not", which tools and people know.
 *
 * @param reason why, in the words of the one who decided; may be empty
 */
export function forbidden(user: User, access: Access, reason: string): Status {
  const because = reason === '' ? '' : `: ${escaped(reason)}`;
  const who = `User "${escaped(user.name)}" cannot ${escaped(access.verb)}`;
  if (access.kind === 'path') return failure(403, `forbidden: ${who} path "${escaped(access.path)}"${because}`);
  const { group, resource, name } = access;
  const subject = `${escaped(resource)}.${escaped(group)}${name === '' ? '' : ` "${escaped(name)}"`}`;
  const what = `resource "${escaped(resource)}" in API group "${escaped(group)}" ${scopeOf(access)}`;
  return failure(403, `${subject} is forbidden: ${who} ${what}${because}`, { group, kind: resource });
}

function scopeOf({ namespace }: ResourceAccess): string {
  return namespace === '' ? 'at the cluster scope' : `in the namespace "${escaped(namespace)}"`;
}

/** The message repeats what a client sent, and somebody may look at it in a browser. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
