import { Fields } from './fields.js';
import type { ManifestNode, MapNode } from './manifest-node.js';
import { itemField } from './manifest-node.js';
import type { Place, Position } from './problem.js';
import { Report } from './problem.js';
import type { ManifestDocument } from './read-manifests.js';
import { didYouMean } from './suggest.js';

const KEDA_API = 'keda.sh/v1alpha1';

const API_OF_KIND = {
  ScaledObject: KEDA_API,
  TriggerAuthentication: KEDA_API,
  ClusterTriggerAuthentication: KEDA_API,
  Secret: 'v1',
  ConfigMap: 'v1',
} as const;

export type ObjectKind = keyof typeof API_OF_KIND;

const KINDS = Object.keys(API_OF_KIND) as ObjectKind[];
const KEDA_KINDS = KINDS.filter((kind) => API_OF_KIND[kind] === KEDA_API);

/** A Kubernetes object of a kind that tidecast reads. */
export interface ManifestObject extends Place {
  readonly kind: ObjectKind;
  /** `default` when not given; empty for kinds of the cluster. */
  readonly namespace: string;
  /** Empty when missing, which is a problem in `report`. */
  readonly name: string;
  readonly root: Fields;
  /** What is wrong with this object. `root` reports here. */
  readonly report: Report;
}

/**
 * Finds the objects that tidecast reads among the documents, `List`s opened. Other kinds are passed over in silence,
 * so that a folder may hold all manifests of an application; what was probably meant for us is reported.
 */
export function findObjects(documents: readonly ManifestDocument[], report: Report): ManifestObject[] {
  const objects = documents.flatMap(({ root, problems }) => {
    const found = readDocument(root, '', report);
    for (const object of found) object.report.include(problems);
    return found;
  });
  reportDuplicates(objects);
  return objects;
}

function readDocument(node: ManifestNode, field: string, report: Report): ManifestObject[] {
  if (node.kind !== 'map') {
    report.warning({ at: node.at, field }, 'not a Kubernetes object; skipped');
    return [];
  }
  const kind = scalarText(node.entries.get('kind'));
  const items = node.entries.get('items');
  if (kind?.endsWith('List') !== true || items?.kind !== 'list') return readObject(node, field, kind, report);
  if (field !== '') {
    // Not opened: by aliases, lists within lists could multiply without end.
    report.warning({ at: node.at, field }, `a ${kind} within a List is not read`);
    return [];
  }
  return items.items.flatMap((item, index) => readDocument(item, itemField('items', index), report));
}

function readObject(node: MapNode, field: string, kind: string | undefined, report: Report): ManifestObject[] {
  const apiVersion = scalarText(node.entries.get('apiVersion'));
  const root = new Fields(node, field, report);
  if (kind === undefined || apiVersion === undefined) {
    reportUnidentified(root, kind, apiVersion, report);
    return [];
  }
  const known = KINDS.find((candidate) => candidate === kind);
  if (known !== undefined && apiVersion === API_OF_KIND[known]) return [readHeader(root, known)];
  reportOtherKind(root, kind, apiVersion, report);
  return [];
}

function readHeader(root: Fields, kind: ObjectKind): ManifestObject {
  const report = new Report();
  const reporting = root.reportingTo(report);
  const metadata = reporting.requiredMap('metadata');
  const { at, field } = root;
  const namespace = metadata?.text('namespace') ?? '';
  return {
    kind,
    name: metadata?.requiredText('name') ?? '',
    namespace: kind === 'ClusterTriggerAuthentication' ? '' : namespace === '' ? 'default' : namespace,
    at: metadata?.place('name').at ?? at,
    field,
    root: reporting,
    report,
  };
}

/** A file that only happens to be YAML is worth a warning; a ScaledObject that lost its header is an error. */
function reportUnidentified(
  root: Fields,
  kind: string | undefined,
  apiVersion: string | undefined,
  report: Report,
): void {
  const missing = [...(apiVersion === undefined ? ['apiVersion'] : []), ...(kind === undefined ? ['kind'] : [])];
  const message = `no ${missing.join(' and no ')}, so not a Kubernetes object; skipped`;
  const meantForUs = apiVersion?.startsWith('keda.sh/') === true || KEDA_KINDS.some((candidate) => candidate === kind);
  if (meantForUs) report.error(root, message);
  else report.warning(root, message);
}

function reportOtherKind(root: Fields, kind: string, apiVersion: string, report: Report): void {
  if (KEDA_KINDS.some((candidate) => candidate === kind)) {
    report.error(root.place('apiVersion'), `not the version of ${kind} that tidecast reads`, {
      value: apiVersion,
      accepted: KEDA_API,
    });
  } else if (apiVersion.startsWith('keda.sh/')) {
    if (kind === 'ScaledJob') report.warning(root.place('kind'), 'ScaledJob is not handled by tidecast; skipped');
    else {
      report.error(root.place('kind'), `unknown kind of ${apiVersion}${didYouMean(kind, KEDA_KINDS)}`, {
        value: kind,
        accepted: KEDA_KINDS.join(', '),
      });
    }
  }
}

function reportDuplicates(objects: readonly ManifestObject[]): void {
  const seen = new Map<string, Position>();
  for (const { kind, namespace, name, at, field, report } of objects) {
    if (name === '') continue;
    const key = objectKey(kind, namespace, name);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, at);
    else {
      const where = namespace === '' ? '' : ` in namespace "${namespace}"`;
      const message = `${kind} "${name}"${where} is given twice; the first is at ${first.file}:${first.line}`;
      report.error({ at, field: field === '' ? 'metadata.name' : `${field}.metadata.name` }, message);
    }
  }
}

function scalarText(node: ManifestNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.text : undefined;
}

/** Identifies an object; no two differing triples share a key. */
export function objectKey(kind: string, namespace: string, name: string): string {
  return JSON.stringify([kind, namespace, name]);
}
