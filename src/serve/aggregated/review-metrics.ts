import { Histogram, type Registry } from 'prom-client';
import type { Access, AccessReviewer, TokenReviewer, User, Verdict } from '../../core/identity.js';

/** How long kube-apiserver takes over reviews; answers from a cache are none. */
export class ReviewMetrics {
  readonly #reviews: Histogram;
  readonly #now: () => number;

  /** @param now monotonic milliseconds */
  constructor(registry: Registry, now: () => number) {
    this.#now = now;
    this.#reviews = new Histogram({
      name: 'tidecast_aggregated_review_duration_seconds',
      help: 'Time until kube-apiserver had answered a TokenReview or SubjectAccessReview, retries included.',
      labelNames: ['kind', 'outcome'],
      // Up to five attempts of ten seconds, and the pauses between them.
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers: [registry],
    });
  }

  /** The same reviewer, measured. */
  tokens(reviewer: TokenReviewer): TokenReviewer {
    return { review: (token: string): Promise<User | null> => this.#time('TokenReview', () => reviewer.review(token)) };
  }

  /** The same reviewer, measured. */
  access(reviewer: AccessReviewer): AccessReviewer {
    return {
      review: (user: User, access: Access): Promise<Verdict> =>
        this.#time('SubjectAccessReview', () => reviewer.review(user, access)),
    };
  }

  async #time<Answer>(kind: string, review: () => Promise<Answer>): Promise<Answer> {
    const startedMs = this.#now();
    let outcome = 'error';
    try {
      const answer = await review();
      outcome = 'ok';
      return answer;
    } finally {
      this.#reviews.observe({ kind, outcome }, (this.#now() - startedMs) / 1_000);
    }
  }
}
