import type { User } from '../../core/identity.js';

export const SUPERUSERS = 'system:masters';
const AUTHENTICATED = 'system:authenticated';
const UNAUTHENTICATED = 'system:unauthenticated';
const ANONYMOUS = 'system:anonymous';

/**
 * Adds `system:authenticated` to the groups of everyone but the anonymous. The front proxy sends kube-apiserver's own users
 * (`system:aggregator`, `system:kube-aggregator`) without a group, and it is this one that may read discovery.
 */
export function withAuthenticatedGroup(user: User): User {
  const isComplete = user.groups.includes(AUTHENTICATED) || user.groups.includes(UNAUTHENTICATED);
  return user.name === ANONYMOUS || isComplete ? user : { ...user, groups: [...user.groups, AUTHENTICATED] };
}
