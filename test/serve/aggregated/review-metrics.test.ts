import { Registry } from 'prom-client';
import { beforeEach, expect, it } from 'vitest';
import type { Access, User } from '../../../src/core/identity.js';
import { CachedTokenReviewer } from '../../../src/serve/aggregated/cached-reviewers.js';
import { ReviewMetrics } from '../../../src/serve/aggregated/review-metrics.js';
import { FakeAccess, FakeTokens } from './setup.js';

const jane: User = { name: 'jane', groups: [], extra: {} };
const discovery: Access = { kind: 'path', verb: 'get', path: '/apis' };
const NAME = 'tidecast_aggregated_review_duration_seconds';

let registry: Registry;
let nowMs: number;
let metrics: ReviewMetrics;
beforeEach(() => {
  nowMs = 5_000;
  registry = new Registry();
  metrics = new ReviewMetrics(registry, () => nowMs);
});
/** A reviewer that takes so long. */
function taking(ms: number, tokens: FakeTokens): FakeTokens {
  const review = tokens.review.bind(tokens);
  tokens.review = (token) => {
    nowMs += ms;
    return review(token);
  };
  return tokens;
}

it('a review is measured by its kind, and answered as without', async () => {
  const tokens = taking(200, new FakeTokens());
  tokens.users.set('good', jane);
  expect(await metrics.tokens(tokens).review('good')).toEqual(jane);
  expect(await metrics.access(new FakeAccess()).review(jane, discovery)).toEqual({ isAllowed: true, reason: '' });
  const text = await registry.metrics();
  expect(text).toContain(`${NAME}_sum{kind="TokenReview",outcome="ok"} 0.2\n`);
  expect(text).toContain(`${NAME}_bucket{le="0.1",kind="TokenReview",outcome="ok"} 0\n`);
  expect(text).toContain(`${NAME}_bucket{le="0.25",kind="TokenReview",outcome="ok"} 1\n`);
  expect(text).toContain(`${NAME}_count{kind="SubjectAccessReview",outcome="ok"} 1\n`);
});

it('one that fails is measured too, and still fails', async () => {
  const tokens = taking(12_000, new FakeTokens());
  tokens.users.set('broken', new Error('down'));
  await expect(metrics.tokens(tokens).review('broken')).rejects.toThrow('down');
  expect(await registry.metrics()).toContain(`${NAME}_sum{kind="TokenReview",outcome="error"} 12\n`);
});

it('what a cache answers is no review', async () => {
  const tokens = new FakeTokens();
  const cached = new CachedTokenReviewer({ reviewer: metrics.tokens(tokens), now: () => 0 });
  for (let call = 0; call < 3; call++) await cached.review('unknown');
  expect(await registry.metrics()).toContain(`${NAME}_count{kind="TokenReview",outcome="ok"} 1\n`);
});
