import { execFile } from 'node:child_process';
import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { silentLogger } from '../../../src/core/logger.js';
import { AggregatedEndpoint } from '../../../src/run/aggregated-endpoint.js';
import { SystemClock } from '../../../src/run/system-clock.js';
import { Aggregator } from '../../support/aggregator.js';
import { FakeKubeApiserver, type ReviewSpec } from '../../support/fake-kube-apiserver.js';
import { describeWithPrograms, temporaryFolder } from '../../support/programs.js';
import { fakeView, workloadStatus } from '../external-metrics/fake-view.js';
import { BASE, METRIC, clusterPki, configMapData } from './setup.js';

const HPA = 'system:serviceaccount:kube-system:horizontal-pod-autoscaler';
const RAW = `${BASE}/namespaces/shop/${METRIC}`;

interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** RBAC as `deploy/aggregated-api` and Kubernetes' own roles have it; `jane` has no role. */
function rbac({ user = '', groups = [], resourceAttributes, nonResourceAttributes }: ReviewSpec): object {
  const isDiscovery = nonResourceAttributes !== undefined && groups.includes('system:authenticated');
  const isHpa = user === HPA && resourceAttributes?.['verb'] === 'list';
  return { allowed: isDiscovery || isHpa };
}

describeWithPrograms(['kubectl'], 'kubectl, through an aggregator like that of kube-apiserver', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let apiserver: FakeKubeApiserver;
  let endpoint: AggregatedEndpoint;
  let aggregator: Aggregator;

  beforeAll(async () => {
    folder = await temporaryFolder();
    const pki = await clusterPki();
    apiserver = await FakeKubeApiserver.start(pki.clusterCa);
    apiserver.setConfigMap(configMapData(pki));
    apiserver.decide = rbac;
    const kubeconfig = join(folder.path, 'kubeconfig');
    writeFileSync(kubeconfig, apiserver.kubeconfig(pki.clusterCa));
    const service = { name: 'tidecast', namespace: 'tidecast' };
    const view = fakeView([
      workloadStatus(['shop', 'checkout', METRIC], 12.5),
      workloadStatus(['shop', 'stale', METRIC], null, { reason: 'the forecast ran out at 18:40' }),
    ]);
    endpoint = await AggregatedEndpoint.open({
      ...{ view, registry: new Registry(), clock: new SystemClock(), logger: silentLogger, random: () => 0.5 },
      address: {
        ...{ host: '127.0.0.1', port: 0, kubeconfig, env: {}, limits: { drainMs: 0 } },
        certificate: { folder: join(folder.path, 'certificates'), service },
      },
    });
    const port = Number(new URL(await endpoint.start()).port);
    const caBundle = readFileSync(join(folder.path, 'certificates', 'ca.crt'), 'utf8');
    aggregator = await Aggregator.start({ port, service, caBundle, frontProxy: pki.frontProxy });
    // As in a cluster: until kube-apiserver has been read, the probe fails and is repeated.
    while (!(await aggregator.probe())) await new Promise((resolve) => setImmediate(resolve));
    expect(await aggregator.discover()).toBe('aggregated');
  });
  afterAll(async () => {
    await aggregator.close();
    await endpoint.close();
    await apiserver.close();
    await folder.remove();
  });

  function kubectl(...args: readonly string[]): Promise<Run> {
    const all = ['--server', aggregator.url, '--cache-dir', join(folder.path, `cache-${Math.random()}`), ...args];
    return new Promise((resolve) => {
      execFile('kubectl', all, { env: { PATH: process.env['PATH'], HOME: folder.path } }, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  it('get --raw prints the value, whatever the encoding of the selector', async () => {
    for (const query of [
      'labelSelector=scaledobject.keda.sh/name=checkout',
      'labelSelector=scaledobject.keda.sh%2Fname+in+%28checkout%29',
      'watch=false&labelSelector=scaledobject.keda.sh/name%20in%20(checkout),!tier',
    ]) {
      const run = await kubectl('get', '--raw', `${RAW}?${query}`);
      expect(run).toMatchObject({ status: 0, stderr: '' });
      expect(JSON.parse(run.stdout)).toMatchObject({
        kind: 'ExternalMetricValueList',
        items: [{ metricName: METRIC, value: '12500m' }],
      });
    }
    // Decoded and encoded anew: keys sorted, spaces as "+".
    expect(aggregator.proxied.at(-1)).toContain(
      '?labelSelector=scaledobject.keda.sh%2Fname+in+%28checkout%29%2C%21tier&watch=false',
    );
  });

  it.each<[string, string, RegExp]>([
    [
      'an unknown ScaledObject',
      `${RAW}?labelSelector=scaledobject.keda.sh/name=nothing`,
      /Error from server \(NotFound\): no metric .*shop\/nothing/,
    ],
    ['a bad selector', `${RAW}?labelSelector=a%20in%20(`, /Error from server \(BadRequest\): labelSelector, position/],
    ['a watch', `${RAW}?watch=true`, /Error from server \(Forbidden\): .*cannot watch resource/],
    [
      'a path that is not there',
      `${BASE}/namespaces/shop/${METRIC}/x`,
      /Error from server \(Forbidden\): .*cannot get resource/,
    ],
    ['a path of discovery that is not there', `${BASE}/`, /^$/],
  ])('get --raw says what is wrong: %s', async (_, path, message) => {
    expect((await kubectl('get', '--raw', path)).stderr).toMatch(message);
  });

  it('gets the error of a stale forecast at once, without being told to retry', async () => {
    const before = aggregator.proxied.length;
    const run = await kubectl('get', '--raw', `${RAW}?labelSelector=scaledobject.keda.sh/name=stale`);
    expect(run.stderr).toMatch(/Error from server \(ServiceUnavailable\): .*the forecast ran out at 18:40/);
    expect(aggregator.proxied).toHaveLength(before + 1);
  });

  it('a user without a role is forbidden', async () => {
    const hpa = aggregator.caller;
    aggregator.caller = { name: 'jane', groups: ['system:authenticated'], extra: { 'example.org/scope': 'ü' } };
    const run = await kubectl('get', '--raw', `${RAW}?labelSelector=scaledobject.keda.sh/name=checkout`);
    aggregator.caller = hpa;
    expect(run.stderr).toContain(
      `Error from server (Forbidden): ${METRIC}.external.metrics.k8s.io is forbidden: User "jane" cannot list resource "${METRIC}" in API group "external.metrics.k8s.io" in the namespace "shop"`,
    );
    expect(apiserver.reviews('SubjectAccessReview').at(-1)).toEqual({
      user: 'jane',
      groups: ['system:authenticated'],
      extra: { 'example.org/scope': ['ü'] },
      resourceAttributes: {
        namespace: 'shop',
        verb: 'list',
        group: 'external.metrics.k8s.io',
        version: 'v1beta1',
        resource: METRIC,
      },
    });
  });

  it.each([true, false])(
    'api-versions and api-resources list the group (aggregated discovery: %s)',
    async (aggregated) => {
      aggregator.offersAggregatedDiscovery = aggregated;
      const versions = await kubectl('api-versions');
      expect(versions).toMatchObject({ status: 0, stderr: '' });
      expect(versions.stdout.split('\n')).toContain('external.metrics.k8s.io/v1beta1');
      const resources = await kubectl('api-resources', '--api-group=external.metrics.k8s.io', '--no-headers');
      expect(resources).toMatchObject({ status: 0, stderr: '' });
      expect(resources.stdout).toMatch(/^externalmetrics +.*true +ExternalMetricValueList\s*$/);
    },
  );

  it('gets along with each of kube-apiserver’s own callers', async () => {
    expect(await aggregator.discover()).toBe('not modified');
    expect((await aggregator.discoverLegacy()).status).toBe(200);
    const { v2, v3, documents } = await aggregator.openapi();
    expect([v2.status, v3.status, ...documents.map(({ status }) => status)]).toEqual([200, 200, 200]);
    expect(JSON.parse(v2.body.toString())).toMatchObject({ swagger: '2.0' });
    expect(JSON.parse(documents[0]!.body.toString())).toMatchObject({ openapi: '3.0.0' });
    const again = await aggregator.send({ name: 'system:aggregator', groups: [] }, '/openapi/v2', {
      headers: { 'If-None-Match': v2.headers.etag },
    });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  it('asks kube-apiserver over connections that it keeps, and once for the same question', async () => {
    const ask = () => aggregator.send(aggregator.caller, `${RAW}?labelSelector=scaledobject.keda.sh/name=checkout`);
    await ask();
    const before = apiserver.seen.length;
    await Promise.all(Array.from({ length: 200 }, ask));
    expect(apiserver.seen.length - before).toBeLessThanOrEqual(2);
    expect(new Set(apiserver.seen.map(({ clientPort }) => clientPort)).size).toBeLessThan(10);
    expect(apiserver.seen.every(({ authorization }) => authorization === 'Bearer token-of-tidecast')).toBe(true);
  });

  it('asks nothing of kube-apiserver but one ConfigMap and reviews: there is nothing that two replicas could both write', () => {
    const asked = new Set(
      apiserver.seen.map(({ method, path, body }) => `${method} ${path} ${body?.kind ?? ''}`.trim()),
    );
    expect([...asked].toSorted()).toEqual([
      'GET /api/v1/namespaces/kube-system/configmaps',
      'GET /api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication',
      'POST /apis/authorization.k8s.io/v1/subjectaccessreviews SubjectAccessReview',
    ]);
  });
});
