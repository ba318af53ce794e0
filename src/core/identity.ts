/** Who asks, as Kubernetes describes it. */
export interface User {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  /** Further facts by key, such as the id of the credential. */
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** What is asked of an object of an API group. */
export interface ResourceAccess {
  readonly kind: 'resource';
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** Empty: at the scope of the cluster. */
  readonly namespace: string;
  /** Empty: all of them. */
  readonly name: string;
}

/** What is asked of a path that is no object. */
export interface PathAccess {
  readonly kind: 'path';
  /** The HTTP method in lower case. */
  readonly verb: string;
  readonly path: string;
}

export type Access = ResourceAccess | PathAccess;

export interface Verdict {
  readonly isAllowed: boolean;
  /** Why, in the words of the one who decided; often empty. */
  readonly reason: string;
}

/** Tells whose bearer token it is. */
export interface TokenReviewer {
  /** @returns null when it is nobody's @throws when it cannot be told */
  review(token: string): Promise<User | null>;
}

/** Tells whether a user may. */
export interface AccessReviewer {
  /** @throws when it cannot be told, which is never to be taken for a yes */
  review(user: User, access: Access): Promise<Verdict>;
}
