import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KubernetesError, UsageError } from '../../src/core/errors.js';
import type { Access, User } from '../../src/core/identity.js';
import { silentLogger } from '../../src/core/logger.js';
import { followConfigMap } from '../../src/kube/config-map-follower.js';
import { KubeClient } from '../../src/kube/kube-client.js';
import { loadKubeConfig } from '../../src/kube/kube-config.js';
import { KubeAccessReviewer, KubeTokenReviewer } from '../../src/kube/reviews.js';
import { CONFIG_MAP, FakeKubeApiserver } from '../support/fake-kube-apiserver.js';
import { ManualClock } from '../support/manual-clock.js';
import { testAuthority, type TestAuthority } from '../support/pki.js';
import { temporaryFolder } from '../support/programs.js';

let authority: TestAuthority;
beforeAll(async () => {
  authority = await testAuthority('kubernetes');
});
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let apiserver: FakeKubeApiserver;
let client: KubeClient;
beforeEach(async () => {
  folder = await temporaryFolder();
  apiserver = await FakeKubeApiserver.start(authority);
  client = aClient();
});
afterEach(async () => {
  client.close();
  await apiserver.close();
  await folder.remove();
});

function aClient(text = apiserver.kubeconfig(authority), timeoutMs = 5_000): KubeClient {
  const file = join(folder.path, 'kubeconfig');
  writeFileSync(file, text);
  return new KubeClient({ config: loadKubeConfig(file, {}), random: () => 0, timeoutMs, backoffMs: 1 });
}

const jane: User = { name: 'jane', uid: '42', groups: ['a,b'], extra: { scope: ['x', 'y'] } };
const metric: Access = {
  kind: 'resource',
  verb: 'list',
  group: 'g',
  version: 'v1',
  resource: 'rps',
  namespace: 'shop',
  name: '',
};

describe('reviews', () => {
  it('ask about the user and the access as they are', async () => {
    apiserver.decide = () => ({ allowed: true, reason: 'RBAC' });
    const reviewer = new KubeAccessReviewer(client);
    expect(await reviewer.review(jane, metric)).toEqual({ isAllowed: true, reason: 'RBAC' });
    await reviewer.review({ name: 'joe', groups: [], extra: {} }, { kind: 'path', verb: 'get', path: '/apis' });
    expect(apiserver.reviews('SubjectAccessReview')).toEqual([
      {
        user: 'jane',
        uid: '42',
        groups: ['a,b'],
        extra: { scope: ['x', 'y'] },
        resourceAttributes: { verb: 'list', group: 'g', version: 'v1', resource: 'rps', namespace: 'shop' },
      },
      { user: 'joe', groups: [], extra: {}, nonResourceAttributes: { verb: 'get', path: '/apis' } },
    ]);
  });

  it.each<[object, boolean]>([
    [{ allowed: true }, true],
    [{ allowed: false }, false],
    [{ allowed: false, denied: true, reason: 'no' }, false],
    [{ allowed: true, denied: true }, false],
  ])('%j: allowed is %s', async (status, isAllowed) => {
    apiserver.decide = () => status;
    expect((await new KubeAccessReviewer(client).review(jane, metric)).isAllowed).toBe(isAllowed);
  });

  it('without a verdict are an error', async () => {
    apiserver.decide = () => ({ evaluationError: 'webhook down' });
    await expect(new KubeAccessReviewer(client).review(jane, metric)).rejects.toThrow(TypeError);
  });

  it('of tokens tell whose they are', async () => {
    apiserver.users.set('good', { username: 'ci', uid: '7', groups: ['builders'], extra: { k: ['v'] } });
    apiserver.users.set('plain', { username: 'ci' });
    apiserver.users.set('nameless', {});
    const reviewer = new KubeTokenReviewer(client);
    expect(await reviewer.review('good')).toEqual({ name: 'ci', uid: '7', groups: ['builders'], extra: { k: ['v'] } });
    expect(await reviewer.review('plain')).toEqual({ name: 'ci', groups: [], extra: {} });
    expect(await reviewer.review('bad')).toBeNull();
    await expect(reviewer.review('nameless')).rejects.toThrow('names no user');
  });
});

describe('a request', () => {
  const ask = (): Promise<unknown> => new KubeTokenReviewer(client).review('s3cret');

  it.each<[string, number, number]>([
    ['is tried five times while kube-apiserver fails', 500, 5],
    ['is tried five times while it is overloaded', 429, 5],
    ['is not repeated when it is refused', 403, 1],
    ['is not repeated when it is not understood', 400, 1],
  ])('%s', async (_, status, attempts) => {
    apiserver.failure = status;
    const error = await ask().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(KubernetesError);
    expect(error).toMatchObject({ code: 'TC_KUBERNETES', status });
    expect((error as Error).message).toBe(
      `POST /apis/authentication.k8s.io/v1/tokenreviews: kube-apiserver answered ${status}: as the test wants it`,
    );
    expect(apiserver.seen).toHaveLength(attempts);
  });

  it('says so when there is no answer, and never what was sent', async () => {
    apiserver.failure = 'hang';
    client = aClient(undefined, 20);
    const error = (await ask().catch((thrown: unknown) => thrown)) as Error;
    expect(error).toMatchObject({ name: 'KubernetesError', status: undefined });
    expect(error.message).toMatch(/kube-apiserver did not answer: timeout of 20ms exceeded/);
    expect(JSON.stringify(error) + String(error.stack)).not.toMatch(/s3cret|token-of-tidecast/);
  });

  it('trusts the authority of the kubeconfig alone', async () => {
    client = aClient(apiserver.kubeconfig(await testAuthority('another')));
    await expect(ask()).rejects.toThrow(/did not answer: .*certificate/);
  });
});

describe('the kubeconfig', () => {
  it.each<[string, string | undefined, RegExp]>([
    ['is missing outside a pod', undefined, /does not run in a Kubernetes pod; expected --kubeconfig/],
    ['is not there', '/no/such', /--kubeconfig \/no\/such: ENOENT/],
  ])('%s', (_, file, message) => {
    expect(() => loadKubeConfig(file, {})).toThrow(message);
    expect(() => loadKubeConfig(file, {})).toThrow(UsageError);
  });

  it.each<[string, RegExp]>([
    ['', /kubeconfig: /],
    ['clusters: 7', /kubeconfig: /],
    ['{"clusters":[]}', /the server of the current context is ""/],
    ['not: [yaml', /kubeconfig: /],
    [
      '{"clusters":[{"name":"c","cluster":{"server":"http://localhost:8080"}}],"users":[],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x"}',
      /is "http:\/\/localhost:8080"; expected one of https/,
    ],
  ])('%j is refused', (text, message) => {
    expect(() => aClient(text)).toThrow(message);
    expect(() => aClient(text)).toThrow(UsageError);
  });
});

describe('following a ConfigMap', () => {
  let clock: ManualClock;
  let stop: AbortController;
  let followed: Promise<void>;
  let seen: Readonly<Record<string, string>>[];
  let problems: string[];
  beforeEach(() => {
    clock = new ManualClock();
    stop = new AbortController();
    [seen, problems] = [[], []];
  });
  afterEach(async () => {
    stop.abort();
    await followed;
  });
  function follow(onData = (data: Readonly<Record<string, string>>): void => void seen.push(data)): void {
    followed = followConfigMap(
      {
        ...{ client, namespace: 'kube-system', name: CONFIG_MAP, clock, logger: silentLogger },
        onData,
        onProblem: (problem) => problems.push(problem),
      },
      stop.signal,
    );
  }

  it('reads it, and reads it again when it changes', async () => {
    apiserver.setConfigMap({ a: '1' });
    follow();
    await expect.poll(() => apiserver.watching).toBe(1);
    apiserver.setConfigMap({ a: '2' });
    await clock.untilSleeping();
    await clock.advance(1_000);
    await expect.poll(() => seen).toEqual([{ a: '1' }, { a: '2' }]);
    const watch = apiserver.seen.find(({ query }) => query['watch'] === 'true');
    expect(watch?.query).toEqual({
      watch: 'true',
      fieldSelector: `metadata.name=${CONFIG_MAP}`,
      timeoutSeconds: '60',
      resourceVersion: '2',
    });
  });

  it.each(['gone', 'expired', 'ended', 'reset'] as const)(
    'a watch that is %s is begun anew after a reading, once a second at most',
    async (mode) => {
      apiserver.watchMode = mode;
      follow();
      await clock.untilSleeping();
      const before = apiserver.seen.length;
      expect(before).toBe(2);
      await clock.advance(999);
      expect(apiserver.seen).toHaveLength(before);
      apiserver.watchMode = 'open';
      await clock.advance(60_000);
      await expect.poll(() => apiserver.watching).toBe(1);
      expect(seen).toHaveLength(2);
    },
  );

  it('goes on trying while kube-apiserver refuses, and says why it cannot be read', async () => {
    apiserver.failure = 403;
    follow();
    await clock.untilSleeping();
    apiserver.failure = null;
    apiserver.setConfigMap({ a: '1' });
    await clock.advance(30_000);
    await expect.poll(() => seen).toEqual([{ a: '1' }]);
    expect(problems).toEqual([
      `GET /api/v1/namespaces/kube-system/configmaps/${CONFIG_MAP}: kube-apiserver answered 403: as the test wants it`,
    ]);
  });

  it('takes an exception of whoever gets the data for a failure, and goes on', async () => {
    apiserver.setConfigMap({ a: '1' });
    let isFirst = true;
    follow((data) => {
      if (!isFirst) seen.push(data);
      else {
        isFirst = false;
        throw new Error('the handler fails');
      }
    });
    await clock.untilSleeping();
    expect(problems).toEqual(['the handler fails']);
    await clock.advance(2_000);
    await expect.poll(() => seen).toEqual([{ a: '1' }]);
  });

  it('waits longer with each failure, up to half a minute, and briefly again after a success', async () => {
    apiserver.failure = 500;
    const pauses: number[] = [];
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms, signal) => {
      pauses.push(ms);
      return sleep(ms, signal);
    };
    follow();
    for (let failure = 1; failure <= 6; failure++) {
      await expect.poll(() => pauses.length).toBe(failure);
      if (failure === 6) apiserver.failure = null;
      await clock.advance(pauses[failure - 1]!);
    }
    expect(pauses).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    await expect.poll(() => apiserver.watching).toBe(1);
    apiserver.setConfigMap({ a: '1' });
    await expect.poll(() => pauses.at(-1)).toBe(1_000);
  });

  it('gives up a watch that has fallen silent', async () => {
    apiserver.setConfigMap({ a: '1' });
    followed = Promise.resolve();
    const path = `/api/v1/namespaces/kube-system/configmaps?watch=true`;
    await client.untilEvent(path, { deadlineMs: 20, signal: stop.signal });
    await expect.poll(() => apiserver.watching).toBe(0);
  });

  it('ends when it is told to, in the middle of a watch', async () => {
    follow();
    await expect.poll(() => apiserver.watching).toBe(1);
    stop.abort();
    await followed;
    await expect.poll(() => apiserver.watching).toBe(0);
  });
});
