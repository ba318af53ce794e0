import { createHash } from 'node:crypto';
import type { Access, AccessReviewer, TokenReviewer, User, Verdict } from '../../core/identity.js';
import { SUPERUSERS } from './authenticated-group.js';
import { ExpiringCache } from './expiring-cache.js';

/** As long as Kubernetes' own library trusts an answer, whether it is a yes or a no. */
const TTL_MS = 10_000;
/** A few hundred bytes each. */
const MAX_ENTRIES = 4_096;

interface Props<Reviewer> {
  readonly reviewer: Reviewer;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** Asks once in ten seconds for each token, which is kept as a hash only. */
export class CachedTokenReviewer implements TokenReviewer {
  readonly #cache: ExpiringCache<User | null>;
  readonly #reviewer: TokenReviewer;

  constructor({ reviewer, now }: Props<TokenReviewer>) {
    this.#reviewer = reviewer;
    this.#cache = new ExpiringCache({ ttlMs: TTL_MS, maxEntries: MAX_ENTRIES, now });
  }

  review(token: string): Promise<User | null> {
    return this.#cache.get(hash(token), () => this.#reviewer.review(token));
  }
}

/** Asks once in ten seconds for each user and access, and never for `system:masters`, who may do everything. */
export class CachedAccessReviewer implements AccessReviewer {
  readonly #cache: ExpiringCache<Verdict>;
  readonly #reviewer: AccessReviewer;

  constructor({ reviewer, now }: Props<AccessReviewer>) {
    this.#reviewer = reviewer;
    this.#cache = new ExpiringCache({ ttlMs: TTL_MS, maxEntries: MAX_ENTRIES, now });
  }

  async review(user: User, access: Access): Promise<Verdict> {
    if (user.groups.includes(SUPERUSERS)) return { isAllowed: true, reason: '' };
    return this.#cache.get(hash(JSON.stringify([user, access])), () => this.#reviewer.review(user, access));
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}
