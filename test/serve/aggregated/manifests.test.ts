import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { AggregatedMetrics } from '../../../src/serve/aggregated/metrics.js';
import { ReviewMetrics } from '../../../src/serve/aggregated/review-metrics.js';
import { runCli } from '../../cli/run-cli.js';

const folder = new URL('../../../deploy/aggregated-api/', import.meta.url);
const manifests = ['rbac', 'certificate', 'deployment', 'apiservice', 'hpa'].flatMap((name) =>
  parseAllDocuments(readFileSync(new URL(`${name}.yaml`, folder), 'utf8')).map((document) => document.toJS() as object),
);

/** A part of a manifest by its path, such as `spec.ports.0.port`. */
function part(manifest: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], manifest);
}

function one(kind: string, name = 'tidecast'): object {
  return manifests.find((manifest) => part(manifest, 'kind') === kind && part(manifest, 'metadata.name') === name)!;
}

const deployment = one('Deployment');
const POD = 'spec.template.spec';

it('the samples fit together: names, ports, labels and the name that is verified', () => {
  const service = one('Service');
  const apiService = one('APIService', 'v1beta1.external.metrics.k8s.io');
  expect(part(apiService, 'spec')).toMatchObject({
    group: 'external.metrics.k8s.io',
    version: 'v1beta1',
    service: {
      name: 'tidecast',
      namespace: part(service, 'metadata.namespace'),
      port: part(service, 'spec.ports.0.port'),
    },
  });
  expect(part(apiService, 'spec')).not.toHaveProperty('insecureSkipTLSVerify');
  expect(part(one('Certificate', 'tidecast-serving'), 'spec.dnsNames')).toContain('tidecast.tidecast.svc');
  expect(apiService).toHaveProperty(
    ['metadata', 'annotations', 'cert-manager.io/inject-ca-from'],
    'tidecast/tidecast-serving',
  );
  expect(part(deployment, 'spec.template.metadata.labels')).toMatchObject(part(service, 'spec.selector') as object);
  expect(part(deployment, `${POD}.containers.0.ports`)).toEqual([
    { name: part(service, 'spec.ports.0.targetPort'), containerPort: 6443 },
  ]);
  expect(part(deployment, 'spec.replicas')).toBeGreaterThan(1);
});

it('the ServiceAccount of the pods may do what they do', () => {
  const account = {
    kind: 'ServiceAccount',
    name: part(deployment, `${POD}.serviceAccountName`),
    namespace: 'tidecast',
  };
  expect(one('ClusterRoleBinding', 'tidecast:auth-delegator')).toMatchObject({
    roleRef: { name: 'system:auth-delegator' },
    subjects: [account],
  });
  expect(one('RoleBinding', 'tidecast:authentication-reader')).toMatchObject({
    metadata: { namespace: 'kube-system' },
    roleRef: { kind: 'Role', name: 'extension-apiserver-authentication-reader' },
    subjects: [account],
  });
});

it('the ServiceAccount of the pods may write nothing but reviews, and so needs no leader', () => {
  const granted = manifests.filter((manifest) => JSON.stringify(manifest).includes('"roleRef"'));
  const ours = granted.filter((binding) => JSON.stringify(part(binding, 'subjects')).includes('"tidecast"'));
  // Roles of Kubernetes: TokenReviews and SubjectAccessReviews, and reading one ConfigMap.
  expect(ours.map((binding) => part(binding, 'roleRef.name')).toSorted()).toEqual([
    'extension-apiserver-authentication-reader',
    'system:auth-delegator',
  ]);
  const rules = manifests.flatMap((manifest) => ('rules' in manifest ? (manifest.rules as { verbs: string[] }[]) : []));
  expect(new Set(rules.flatMap(({ verbs }) => verbs))).toEqual(new Set(['get', 'list']));
});

it('the flags of the Deployment, and those in the documentation, exist', async () => {
  const { stdout } = await runCli(['serve', '--help']);
  const args = (part(deployment, `${POD}.containers.0.args`) as string[]).filter((arg) => arg.startsWith('--'));
  const documentation = readFileSync(new URL('../../../docs/aggregated-api.md', import.meta.url), 'utf8');
  const documented = documentation.match(/--aggregated-[a-z-]+/g) ?? [];
  for (const flag of [...args.map((arg) => arg.replace(/=.*/, '')), ...documented]) expect(stdout).toContain(flag);
});

it('the metrics in the documentation are those that there are', () => {
  const registry = new Registry();
  new AggregatedMetrics(registry);
  new ReviewMetrics(registry, () => 0);
  const documentation = readFileSync(new URL('../../../docs/aggregated-api.md', import.meta.url), 'utf8');
  const rows = [...documentation.matchAll(/^\| `(tidecast_aggregated_\w+)(?:\{([\w,]+)\})?`/gm)];
  const documented = rows.map(([, name, labels = '']) => `${name} ${labels}`);
  const all = registry.getMetricsAsArray() as unknown as { name: string; labelNames: string[] }[];
  expect(documented.toSorted()).toEqual(
    all.map(({ name, labelNames }) => `${name} ${labelNames.join(',')}`).toSorted(),
  );
});
