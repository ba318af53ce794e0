import type { Access, AccessReviewer, TokenReviewer, User, Verdict } from '../core/identity.js';
import type { KubeClient } from './kube-client.js';

/** `authentication.k8s.io/v1` `TokenReview`, as far as it is read. */
interface TokenReview {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly user?: {
      readonly username?: string;
      readonly uid?: string;
      readonly groups?: readonly string[];
      readonly extra?: Readonly<Record<string, readonly string[]>>;
    };
  };
}

/** `authorization.k8s.io/v1` `SubjectAccessReview`, as far as it is read. */
interface SubjectAccessReview {
  readonly status?: { readonly allowed?: boolean; readonly denied?: boolean; readonly reason?: string };
}

/** Asks kube-apiserver whose token it is, by a TokenReview. */
export class KubeTokenReviewer implements TokenReviewer {
  constructor(private readonly client: Pick<KubeClient, 'ask'>) {}

  /** @throws {KubernetesError} no answer @throws {TypeError} an authenticated user without a name */
  async review(token: string): Promise<User | null> {
    const { status } = await this.client.ask<TokenReview>('/apis/authentication.k8s.io/v1/tokenreviews', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token },
    });
    if (status?.authenticated !== true) return null;
    const { username, uid, groups = [], extra = {} } = status.user ?? {};
    if (username === undefined || username === '') throw new TypeError('the TokenReview names no user');
    return { name: username, ...(uid !== undefined && uid !== '' && { uid }), groups, extra };
  }
}

/** Asks kube-apiserver whether a user may, by a SubjectAccessReview. */
export class KubeAccessReviewer implements AccessReviewer {
  constructor(private readonly client: Pick<KubeClient, 'ask'>) {}

  /** @throws {KubernetesError} no answer @throws {TypeError} an answer without a verdict */
  async review({ name, uid, groups, extra }: User, access: Access): Promise<Verdict> {
    const { status } = await this.client.ask<SubjectAccessReview>(
      '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: {
          user: name,
          groups,
          ...(uid !== undefined && { uid }),
          extra,
          ...attributesOf(access),
        },
      },
    );
    if (typeof status?.allowed !== 'boolean') throw new TypeError('the SubjectAccessReview has no verdict');
    return { isAllowed: status.allowed && status.denied !== true, reason: status.reason ?? '' };
  }
}

function attributesOf(access: Access): object {
  if (access.kind === 'path') return { nonResourceAttributes: { path: access.path, verb: access.verb } };
  const { verb, group, version, resource, namespace, name } = access;
  const scope = { ...(namespace !== '' && { namespace }), ...(name !== '' && { name }) };
  return { resourceAttributes: { verb, group, version, resource, ...scope } };
}
