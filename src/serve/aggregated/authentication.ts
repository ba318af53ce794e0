import type { IncomingMessage } from 'node:http';
import type { TokenReviewer, User } from '../../core/identity.js';
import { withAuthenticatedGroup } from './authenticated-group.js';
import type { ClientCertificate } from './connections.js';
import { isIdentityHeader, userOfHeaders } from './front-proxy.js';
import type { RequestHeaderConfig, RequestHeaderConfigSource } from './request-header-config.js';

export interface AuthenticationProps {
  readonly requestHeaders: RequestHeaderConfigSource;
  readonly tokens: TokenReviewer;
  readonly certificateOf: (request: IncomingMessage) => ClientCertificate | undefined;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** By what somebody was recognised. */
export type Method = 'front-proxy' | 'token';

export interface Authenticated {
  readonly method: Method;
  readonly user: User;
}

/** Finds out who asks: by the front proxy's headers behind its certificate, else by a bearer token. */
export class Authentication {
  readonly #props: AuthenticationProps;

  constructor(props: AuthenticationProps) {
    this.#props = props;
  }

  /** @returns null for nobody who is known @throws when the token cannot be reviewed */
  async authenticate(request: IncomingMessage): Promise<Authenticated | null> {
    const config = this.#props.requestHeaders.current();
    if (config !== null && this.#isFrontProxy(request, config)) {
      const user = userOfHeaders(request.headersDistinct, config);
      if (user !== null) return { method: 'front-proxy', user: withAuthenticatedGroup(user) };
    }
    const token = bearerToken(request.headers.authorization);
    const user = token === null ? null : await this.#props.tokens.review(token);
    return user === null ? null : { method: 'token', user: withAuthenticatedGroup(user) };
  }

  /** Takes from the request what said who asks: nothing after this may be led by it. */
  strip(request: IncomingMessage): void {
    const config = this.#props.requestHeaders.current();
    for (const name of Object.keys(request.headers)) {
      const isIdentity = config !== null && isIdentityHeader(name, config);
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a message's headers are such an object
      if (isIdentity || name === 'authorization') delete request.headers[name];
    }
  }

  /** Verified by the authorities in force, not expired since, and with a name that is allowed. */
  #isFrontProxy(request: IncomingMessage, { clientCa, allowedNames }: RequestHeaderConfig): boolean {
    const certificate = this.#props.certificateOf(request);
    return (
      certificate?.verifiedBy === clientCa &&
      this.#props.now() < certificate.expiresAtMs &&
      (allowedNames.length === 0 || allowedNames.includes(certificate.commonName))
    );
  }
}

function bearerToken(authorization: string | undefined): string | null {
  return /^bearer +([^\s]+) *$/i.exec(authorization ?? '')?.[1] ?? null;
}
