import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KubeClient } from '../../src/kube/kube-client.js';
import { KubeCluster } from '../../src/kube/kube-cluster.js';
import { loadKubeConfig } from '../../src/kube/kube-config.js';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { FakeKubeApiserver, type FakePod } from '../support/fake-kube-apiserver.js';
import { ManualClock } from '../support/manual-clock.js';
import { testAuthority } from '../support/pki.js';
import { temporaryFolder } from '../support/programs.js';
import { type WrittenTrigger, makeTrigger, reactiveTrigger } from './make-trigger.js';

const clock = new ManualClock();
const outside = createTriggerTypes({ clock });
const never = new AbortController().signal;

const written = (metadata: Record<string, string> = {}): WrittenTrigger => ({
  type: 'kubernetes-workload',
  metadata: { podSelector: 'app=api', value: '4', ...metadata },
});

describe('in a cluster', () => {
  let apiserver: FakeKubeApiserver;
  let client: KubeClient;
  let types: ReturnType<typeof createTriggerTypes>;
  let removeFolder: () => Promise<void>;

  beforeAll(async () => {
    const authority = await testAuthority('cluster');
    apiserver = await FakeKubeApiserver.start(authority);
    const folder = await temporaryFolder();
    removeFolder = folder.remove;
    const file = join(folder.path, 'kubeconfig');
    await writeFile(file, apiserver.kubeconfig(authority));
    client = new KubeClient({ config: loadKubeConfig(file, {}), random: () => 0, backoffMs: 1 });
    types = createTriggerTypes({ clock, cluster: new KubeCluster(client) });
  });
  afterAll(async () => {
    client.close();
    await apiserver.close();
    await removeFolder();
  });
  beforeEach(() => {
    apiserver.failure = null;
    apiserver.seen.length = 0;
    apiserver.pods.clear();
  });

  const pod = (phase: string, node?: string, app = 'api'): FakePod => ({
    labels: { app },
    phase,
    ...(node !== undefined && { node }),
  });
  const read = async (trigger: WrittenTrigger, signal = never) => {
    const source = await reactiveTrigger(types, trigger).open(signal);
    return source.read(signal).finally(() => source.close());
  };

  test.each<[sentence: string, metadata: Record<string, string>, value: number, active: boolean]>([
    ['pods that have not ended', {}, 4, true],
    ['nodes that such pods run on', { groupByNode: 'true' }, 2, true],
    ['no pods', { podSelector: 'app=none' }, 0, false],
    ['as many pods as the activation value', { activationValue: '4' }, 4, false],
    ['more pods than the activation value', { activationValue: '3.5' }, 4, true],
  ])('counts %s', async (_sentence, metadata, value, active) => {
    apiserver.pods.set('shop', [
      pod('Running', 'a'),
      pod('Running', 'a'),
      pod('Unknown', 'b'),
      pod('Pending'),
      pod('Succeeded', 'c'),
      pod('Failed', 'd'),
      pod('Running', 'e', 'web'),
    ]);
    apiserver.pods.set('other', [pod('Running', 'f')]);
    expect(await read(written(metadata))).toEqual({ active, metrics: [{ name: 'workload-shop', target: 4, value }] });
  });

  test('counts more pods than one answer holds', async () => {
    apiserver.pods.set(
      'shop',
      Array.from({ length: 250 }, () => pod('Running', 'a')),
    );
    expect((await read(written())).metrics[0]!.value).toBe(250);
    expect(apiserver.seen).toHaveLength(3);
  });

  test.each<[sentence: string, status: number]>([
    ['no right to list pods', 403],
    ['a selector that Kubernetes does not take', 400],
    ['a server that fails', 500],
  ])('%s is an error', async (_sentence, status) => {
    apiserver.failure = status;
    await expect(read(written())).rejects.toThrow(
      `pods of shop: GET /api/v1/namespaces/shop/pods: kube-apiserver answered ${status}`,
    );
  });

  test('a server that is silent is waited for until the signal is aborted', async () => {
    apiserver.failure = 'hang';
    const source = await reactiveTrigger(types, written()).open(never);
    const deadline = new AbortController();
    const reading = source.read(deadline.signal);
    deadline.abort(new DOMException('timeout', 'TimeoutError'));
    await expect(reading).rejects.toThrow('pods of shop: no answer before the deadline');
  });
});

test('outside of a cluster every poll fails and says why', async () => {
  const source = await reactiveTrigger(outside, written()).open(never);
  await expect(source.read(never)).rejects.toThrow('tidecast does not run in a Kubernetes pod');
});

test.each<[sentence: string, metadata: Record<string, string>, problem: RegExp]>([
  ['no selector', { podSelector: '' }, /error podSelector: podSelector is required/],
  ['no value', { value: '' }, /error value: value is required/],
  ['a value of 0', { value: '0' }, /error value: must be greater than 0/],
])('reports %s', (_sentence, metadata, problem) => {
  expect(makeTrigger(outside, written(metadata)).problems).toEqual([expect.stringMatching(problem)]);
});
