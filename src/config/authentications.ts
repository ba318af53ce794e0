import type { AuthFile, ReadAuthFile } from './auth-file.js';
import { authParametersIn, readFilePath } from './auth-file.js';
import type { AuthParameters } from './auth-parameters.js';
import type { AuthSource } from './auth-sources.js';
import { REFERENCE_LISTS, readReferences } from './auth-sources.js';
import type { Environment } from './environment.js';
import { readEnvironment } from './environment.js';
import type { Fields } from './fields.js';
import type { ManifestObject } from './objects.js';
import { readOauth2 } from './oauth2.js';
import { objectKey } from './objects.js';
import type { Place, Report } from './problem.js';
import type { Lookup, TextData } from './text-data.js';

/** `authenticationRef` of a trigger. */
export interface AuthenticationRef extends Place {
  readonly kind: 'TriggerAuthentication' | 'ClusterTriggerAuthentication';
  readonly name: string;
}

interface Authentication {
  readonly report: Report;
  readonly sources: readonly AuthSource[];
  /** Takes the place of all sources; null: there is none. */
  readonly file: AuthFile | null;
  /** Sources that are there and not read. */
  readonly unread: readonly Place[];
}

const UNREAD = [
  'podIdentity',
  'hashiCorpVault',
  'azureKeyVault',
  'gcpSecretManager',
  'awsSecretManager',
  'boundServiceAccountToken',
] as const;

const READ = [...REFERENCE_LISTS, 'oauth2'];

/** The namespace KEDA's own installation guide uses; ClusterTriggerAuthentications find their Secrets there. */
const DEFAULT_CLUSTER_OBJECT_NAMESPACE = 'keda';

/** Where authentications find what they refer to. */
export interface AuthReferences {
  readonly data: TextData;
  /** Stands for the environment of the target's container. */
  readonly env: Environment;
  /** Absent: no file may be read. */
  readonly authFile?: ReadAuthFile | undefined;
}

/** The TriggerAuthentications and ClusterTriggerAuthentications among the files. */
export class Authentications {
  private readonly objects = new Map<string, Authentication>();

  constructor(
    objects: readonly ManifestObject[],
    private readonly references: AuthReferences,
  ) {
    for (const object of objects) {
      if (object.kind !== 'TriggerAuthentication' && object.kind !== 'ClusterTriggerAuthentication') continue;
      this.objects.set(objectKey(object.kind, object.namespace, object.name), this.read(object));
    }
  }

  /**
   * The parameters of the trigger's authentication. As in KEDA, of two sources of one parameter the later wins, in the
   * order env, ConfigMap, Secret, OAuth, and a reference that leads nowhere is no error by itself; a file that cannot be
   * used is one.
   */
  resolve(ref: AuthenticationRef | undefined, namespace: string, report: Report): AuthParameters {
    if (ref === undefined) return { values: new Map(), absence: 'the trigger has no authenticationRef' };
    const owner = ref.kind === 'TriggerAuthentication' ? namespace : '';
    const authentication = this.objects.get(objectKey(ref.kind, owner, ref.name));
    const known = `${ref.kind} "${ref.name}"`;
    if (authentication === undefined) {
      const absence = `${known} is not among the configuration files`;
      report.warning(ref, owner === '' ? absence : `${absence}, or not in namespace "${namespace}"`);
      return { values: new Map(), absence };
    }
    if (authentication.report.hasErrors) report.error(ref, `${known} has errors of its own`);
    const { file, sources, unread } = authentication;
    for (const place of unread) {
      const reason = file === null ? 'not read by tidecast' : 'not read: filePath takes its place';
      report.warning(place, `${reason}; the parameters it would supply are missing`);
    }
    const absence = `${known} does not supply it`;
    if (file !== null) return authParametersIn(file, this.references.authFile, { absence, report });
    const values = sources.map(({ parameter, find, at, field }) => [parameter, { at, field, lookup: find() }] as const);
    return { values: new Map(values), absence };
  }

  private read({ root, kind, namespace, report }: ManifestObject): Authentication {
    const spec = root.requiredMap('spec');
    if (spec === undefined) return { report, sources: [], file: null, unread: [] };
    spec.warnUnknown([...READ, ...UNREAD, 'filePath']);
    const file = readFilePath(spec, { kind, report });
    const owner = kind === 'TriggerAuthentication' ? namespace : this.clusterObjectNamespace();
    const find = (of: 'Secret' | 'ConfigMap') => (name: string, key: string) =>
      this.references.data.find(of, owner, name, key);
    const unread = file === null ? UNREAD : [...READ, ...UNREAD];
    return {
      report,
      file,
      unread: unread.filter((key) => spec.has(key) && !isNoIdentity(spec, key)).map((key) => spec.place(key)),
      sources: [
        ...readReferences(spec, 'env', (name) => this.findEnv(name)),
        ...readReferences(spec, 'configMapTargetRef', find('ConfigMap')),
        ...readReferences(spec, 'secretTargetRef', find('Secret')),
        ...readOauth2(spec, find('Secret'), report),
      ],
    };
  }

  private clusterObjectNamespace(): string {
    return readEnvironment(this.references.env, 'KEDA_CLUSTER_OBJECT_NAMESPACE') ?? DEFAULT_CLUSTER_OBJECT_NAMESPACE;
  }

  private findEnv(name: string): Lookup {
    const text = readEnvironment(this.references.env, name);
    return text === undefined ? { missing: `environment variable "${name}" is not set` } : { text };
  }
}

function isNoIdentity(spec: Fields, key: string): boolean {
  return key === 'podIdentity' && spec.map(key)?.text('provider') === 'none';
}
