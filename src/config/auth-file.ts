import { isDeepStrictEqual } from 'node:util';
import { TriggerError } from '../core/errors.js';
import type { AuthParameters } from './auth-parameters.js';
import type { Fields } from './fields.js';
import type { ManifestObject } from './objects.js';
import { childField } from './manifest-node.js';
import type { Place, Report } from './problem.js';
import type { Lookup } from './text-data.js';

/** The text of a file by its path below a folder that whoever runs tidecast has named, or why there is none. */
export type ReadAuthFile = (path: string) => Lookup;

/** `filePath` of a ClusterTriggerAuthentication. */
export interface AuthFile extends Place {
  readonly path: string;
}

/** Texts by the names of parameters, or what keeps them from being read. */
type Content = { readonly texts: ReadonlyMap<string, string> } | { readonly fault: string };

/**
 * Reads `spec.filePath`, with KEDA's rules and words; what is wrong is reported.
 *
 * @returns null when there is none
 */
export function readFilePath(spec: Fields, { kind, report }: Pick<ManifestObject, 'kind' | 'report'>): AuthFile | null {
  const path = spec.text('filePath') ?? '';
  if (path === '') return null;
  const place = spec.place('filePath');
  if (kind !== 'ClusterTriggerAuthentication') {
    report.error(place, `filePath is only supported for ClusterTriggerAuthentication, got kind: ${kind}`);
    return null;
  }
  if (path.startsWith('/') || path.includes('..')) {
    const accepted = 'a path below the folder of --filepath-auth-root-path, such as team-a/credentials.json';
    report.error(place, "filePath must be relative and not contain '..'", { value: path, accepted });
    return null;
  }
  return { ...place, path };
}

/**
 * The parameters in a file; that it cannot be used is reported. They are read again when they are asked for anew.
 *
 * @param absence why a parameter that is not in the file is not there
 */
export function authParametersIn(
  file: AuthFile,
  read: ReadAuthFile | undefined,
  { absence, report }: { readonly absence: string; readonly report: Report },
): AuthParameters {
  if (read === undefined) {
    const accepted = '--filepath-auth-root-path with the folder that it is below';
    report.error(file, 'filepath-auth-root-path not configured', { value: file.path, accepted });
    return { values: new Map(), absence };
  }
  const content = contentOf(file, read);
  if ('texts' in content) return parametersOf(content.texts, file, () => contentOf(file, read), absence);
  report.error(file, content.fault, { value: file.path, accepted: 'a file with a JSON object of texts' });
  return { values: new Map(), absence };
}

function parametersOf(
  texts: ReadonlyMap<string, string>,
  file: AuthFile,
  reread: () => Content,
  absence: string,
): AuthParameters {
  const { at, field } = file;
  const parameters: AuthParameters = {
    values: new Map([...texts].map(([name, text]) => [name, { at, field: childField(field, name), lookup: { text } }])),
    absence,
    renewed: () => {
      const content = reread();
      if ('fault' in content) throw new TriggerError(`credentials cannot be read: ${content.fault}`);
      return isDeepStrictEqual(content.texts, texts) ? parameters : parametersOf(content.texts, file, reread, absence);
    },
  };
  return parameters;
}

/** What is wrong says nothing of what the file holds, which is credentials. */
function contentOf({ path }: AuthFile, read: ReadAuthFile): Content {
  const found = read(path);
  if ('missing' in found) return { fault: found.missing };
  const object = parseObject(found.text);
  if (object === undefined) return { fault: `${path} does not hold a JSON object` };
  const texts = new Map<string, string>();
  for (const [name, value] of Object.entries(object)) {
    if (typeof value !== 'string') return { fault: `${path} has a value for ${JSON.stringify(name)} that is no text` };
    texts.set(name, value);
  }
  return { texts };
}

function parseObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // The error would quote the text.
    return undefined;
  }
}
