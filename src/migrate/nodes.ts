import type { ManifestNode } from '../config/manifest-node.js';
import type { Place } from '../config/problem.js';

/**
 * Lenient access to manifests of kinds that are not ours to check: whatever is not of the expected shape is absent.
 */

/** What stands at a path of keys. */
export function child(node: ManifestNode | undefined, ...keys: readonly string[]): ManifestNode | undefined {
  return keys.reduce<ManifestNode | undefined>(
    (at, key) => (at?.kind === 'map' ? at.entries.get(key) : undefined),
    node,
  );
}

/** The scalar at a path as text. */
export function textAt(node: ManifestNode | undefined, ...keys: readonly string[]): string | undefined {
  const found = child(node, ...keys);
  return found?.kind === 'scalar' && found.value !== null ? found.text : undefined;
}

export function itemsAt(node: ManifestNode | undefined, ...keys: readonly string[]): readonly ManifestNode[] {
  const found = child(node, ...keys);
  return found?.kind === 'list' ? found.items : [];
}

export function entriesAt(
  node: ManifestNode | undefined,
  ...keys: readonly string[]
): readonly (readonly [string, ManifestNode])[] {
  const found = child(node, ...keys);
  return found?.kind === 'map' ? [...found.entries] : [];
}

export function placeOf(node: ManifestNode): Place {
  return { at: node.at, field: '' };
}
