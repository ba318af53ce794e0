import { Fields } from './fields.js';
import type { ManifestNode } from './manifest-node.js';
import { itemField } from './manifest-node.js';
import { wholeFile, type Report } from './problem.js';
import type { ManifestDocument } from './read-manifests.js';

const KIND = 'HorizontalPodAutoscaler';
const API_VERSION = 'autoscaling/v2';

/**
 * The one HorizontalPodAutoscaler among the documents of a file, `List`s opened.
 *
 * @param file how problems name it
 * @returns undefined, and a problem, when there is none of the version that is read, or several
 */
export function findHpa(documents: readonly ManifestDocument[], file: string, report: Report): Fields | undefined {
  const found = documents.flatMap(({ root, problems }) => {
    report.include(problems);
    return objectsOf(root).flatMap(({ node, field }) => {
      const fields = node.kind === 'map' ? Fields.of(node, field, report) : undefined;
      return fields === undefined || textOf(node, 'kind') !== KIND
        ? []
        : [{ fields, version: textOf(node, 'apiVersion') }];
    });
  });
  const [first, second] = found;
  if (first === undefined) {
    if (!report.hasErrors) report.error(wholeFile(file), `no ${KIND} found`);
    return undefined;
  }
  if (second !== undefined) {
    report.error(second.fields, `a second ${KIND}`, { accepted: 'one in the file' });
    return undefined;
  }
  if (first.version === API_VERSION) return first.fields;
  report.error(first.fields.place('apiVersion'), `not the version of ${KIND} that tidecast reads`, {
    value: first.version ?? '',
    accepted: API_VERSION,
  });
  return undefined;
}

function objectsOf(root: ManifestNode): { readonly node: ManifestNode; readonly field: string }[] {
  const items = root.kind === 'map' ? root.entries.get('items') : undefined;
  if (items?.kind !== 'list' || textOf(root, 'kind')?.endsWith('List') !== true) return [{ node: root, field: '' }];
  return items.items.map((node, index) => ({ node, field: itemField('items', index) }));
}

function textOf(node: ManifestNode, key: string): string | undefined {
  const value = node.kind === 'map' ? node.entries.get(key) : undefined;
  return value?.kind === 'scalar' && value.value !== null ? value.text : undefined;
}
