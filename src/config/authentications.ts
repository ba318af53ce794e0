import type { Environment } from './environment.js';
import { readEnvironment } from './environment.js';
import type { Fields } from './fields.js';
import type { ManifestObject } from './objects.js';
import { objectKey } from './objects.js';
import type { Place, Report } from './problem.js';
import type { Lookup, TextData } from './text-data.js';

/** `authenticationRef` of a trigger. */
export interface AuthenticationRef extends Place {
  readonly kind: 'TriggerAuthentication' | 'ClusterTriggerAuthentication';
  readonly name: string;
}

/** One parameter that a TriggerAuthentication names, and what its reference found. */
export interface AuthParameter extends Place {
  readonly lookup: Lookup;
}

export interface AuthParameters {
  readonly values: ReadonlyMap<string, AuthParameter>;
  /** Why a parameter that is not in `values` is not there. */
  readonly absence: string;
}

interface Source extends Place {
  readonly parameter: string;
  readonly find: () => Lookup;
}

interface Authentication {
  readonly report: Report;
  readonly sources: readonly Source[];
  /** Sources that tidecast does not read. */
  readonly unread: readonly Place[];
}

const UNREAD = [
  'filePath',
  'podIdentity',
  'hashiCorpVault',
  'azureKeyVault',
  'gcpSecretManager',
  'awsSecretManager',
  'boundServiceAccountToken',
  'oauth2',
] as const;

const KNOWN = ['env', 'configMapTargetRef', 'secretTargetRef', ...UNREAD];

/** The namespace KEDA's own installation guide uses; ClusterTriggerAuthentications find their Secrets there. */
const DEFAULT_CLUSTER_OBJECT_NAMESPACE = 'keda';

/**
 * The TriggerAuthentications and ClusterTriggerAuthentications among the files. Their `env` entries read the
 * environment of this process, which stands for that of the target's container.
 */
export class Authentications {
  private readonly objects = new Map<string, Authentication>();

  constructor(
    objects: readonly ManifestObject[],
    private readonly data: TextData,
    private readonly env: Environment,
  ) {
    for (const object of objects) {
      if (object.kind !== 'TriggerAuthentication' && object.kind !== 'ClusterTriggerAuthentication') continue;
      this.objects.set(objectKey(object.kind, object.namespace, object.name), this.read(object));
    }
  }

  /**
   * The parameters of the trigger's authentication. As in KEDA, of two sources of one parameter the later wins, in the
   * order env, ConfigMap, Secret, and a reference that leads nowhere is no error by itself.
   */
  resolve(ref: AuthenticationRef | undefined, namespace: string, report: Report): AuthParameters {
    if (ref === undefined) return { values: new Map(), absence: 'the trigger has no authenticationRef' };
    const owner = ref.kind === 'TriggerAuthentication' ? namespace : '';
    const authentication = this.objects.get(objectKey(ref.kind, owner, ref.name));
    if (authentication === undefined) {
      const absence = `${ref.kind} "${ref.name}" is not among the configuration files`;
      report.warning(ref, owner === '' ? absence : `${absence}, or not in namespace "${namespace}"`);
      return { values: new Map(), absence };
    }
    if (authentication.report.hasErrors) {
      report.error(ref, `${ref.kind} "${ref.name}" has errors of its own`);
    }
    for (const place of authentication.unread) {
      report.warning(place, 'not read by tidecast; the parameters it would supply are missing');
    }
    const values = new Map<string, AuthParameter>();
    for (const { parameter, find, at, field } of authentication.sources) {
      values.set(parameter, { at, field, lookup: find() });
    }
    return { values, absence: `${ref.kind} "${ref.name}" does not supply it` };
  }

  private read({ root, kind, namespace, report }: ManifestObject): Authentication {
    const spec = root.requiredMap('spec');
    if (spec === undefined) return { report, sources: [], unread: [] };
    spec.warnUnknown(KNOWN);
    const secretNamespace = kind === 'TriggerAuthentication' ? namespace : this.clusterObjectNamespace();
    const unread = UNREAD.filter((key) => spec.has(key) && !(key === 'podIdentity' && isNoIdentity(spec)));
    return {
      report,
      unread: unread.map((key) => spec.place(key)),
      sources: [
        ...readSources(spec, 'env', (name) => this.findEnv(name)),
        ...readSources(spec, 'configMapTargetRef', (name, key) =>
          this.data.find('ConfigMap', secretNamespace, name, key),
        ),
        ...readSources(spec, 'secretTargetRef', (name, key) => this.data.find('Secret', secretNamespace, name, key)),
      ],
    };
  }

  private clusterObjectNamespace(): string {
    return readEnvironment(this.env, 'KEDA_CLUSTER_OBJECT_NAMESPACE') ?? DEFAULT_CLUSTER_OBJECT_NAMESPACE;
  }

  private findEnv(name: string): Lookup {
    const text = readEnvironment(this.env, name);
    return text === undefined ? { missing: `environment variable "${name}" is not set` } : { text };
  }
}

function readSources(spec: Fields, list: string, find: (name: string, key: string) => Lookup): Source[] {
  return spec.maps(list).flatMap(({ item }) => {
    item.warnUnknown(list === 'env' ? ['parameter', 'name', 'containerName'] : ['parameter', 'name', 'key']);
    const parameter = item.requiredText('parameter');
    const name = item.requiredText('name');
    const key = list === 'env' ? '' : item.requiredText('key');
    if (parameter === undefined || name === undefined || key === undefined) return [];
    return [{ parameter, find: () => find(name, key), at: item.at, field: item.field }];
  });
}

function isNoIdentity(spec: Fields): boolean {
  return spec.map('podIdentity')?.text('provider') === 'none';
}
