import type { TextField } from './fields.js';
import type { ManifestObject } from './objects.js';
import { objectKey } from './objects.js';
import type { Report } from './problem.js';

/** What a reference finds: the text, which may be secret, or why there is none. */
export type Lookup = { readonly text: string } | { readonly missing: string };

interface Source {
  readonly report: Report;
  readonly values: ReadonlyMap<string, () => Lookup>;
}

/**
 * The texts of the Secrets and ConfigMaps among the files. A value is decoded only when something refers to it, so that
 * Secrets that are none of our business (encrypted ones, say) are never judged.
 */
export class TextData {
  private readonly objects = new Map<string, Source>();

  constructor(objects: readonly ManifestObject[]) {
    for (const object of objects) {
      if (object.kind !== 'Secret' && object.kind !== 'ConfigMap') continue;
      const values = object.kind === 'Secret' ? secretValues(object) : configMapValues(object);
      const key = objectKey(object.kind, object.namespace, object.name);
      this.objects.set(key, { report: object.report, values });
    }
  }

  find(kind: 'Secret' | 'ConfigMap', namespace: string, name: string, key: string): Lookup {
    const source = this.objects.get(objectKey(kind, namespace, name));
    if (source === undefined) {
      return { missing: `${kind} "${name}" of namespace "${namespace}" is not among the configuration files` };
    }
    if (source.report.hasErrors) return { missing: `${kind} "${name}" has errors of its own` };
    return source.values.get(key)?.() ?? { missing: `${kind} "${name}" has no value for key "${key}"` };
  }
}

/** As in Kubernetes, `stringData` wins over `data`. */
function secretValues({ root, name }: ManifestObject): Source['values'] {
  return new Map([
    ...values(root.map('data')?.texts(), (key, text) => decodeBase64(text, name, key)),
    ...values(root.map('stringData')?.texts(), (_key, text) => ({ text })),
  ]);
}

function configMapValues({ root }: ManifestObject): Source['values'] {
  return new Map(values(root.map('data')?.texts(), (_key, text) => ({ text })));
}

function values(
  texts: ReadonlyMap<string, TextField> = new Map<string, TextField>(),
  read: (key: string, text: string) => Lookup,
): [string, () => Lookup][] {
  return [...texts].map(([key, { text }]) => [key, () => read(key, text)]);
}

function decodeBase64(text: string, name: string, key: string): Lookup {
  const compact = text.replace(/\s/g, '');
  if (compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact)) {
    return { missing: `key "${key}" of Secret "${name}" is not valid base64 (stringData takes plain text)` };
  }
  return { text: Buffer.from(compact, 'base64').toString('utf8') };
}
