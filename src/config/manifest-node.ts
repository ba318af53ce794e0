import type { Position } from './problem.js';

/**
 * A parsed manifest in which everything knows where it stands: a keyed value where its key is, a list item where it
 * begins. Independent of the parser, acyclic, immutable; parts may be shared (YAML aliases).
 */
export type ManifestNode = ScalarNode | ListNode | MapNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Position;
  readonly value: string | number | boolean | null;
  /** The value as written, without quotes and escapes: `0x10` stays `0x10`. */
  readonly text: string;
}

export interface ListNode {
  readonly kind: 'list';
  readonly at: Position;
  readonly items: readonly ManifestNode[];
}

export interface MapNode {
  readonly kind: 'map';
  readonly at: Position;
  readonly entries: ReadonlyMap<string, ManifestNode>;
}

/** Path of a key within the map at `field`; keys that are not plain words are bracketed and quoted. */
export function childField(field: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${field}[${JSON.stringify(key)}]`;
  return field === '' ? key : `${field}.${key}`;
}

/** Path of an item within the list at `field`. */
export function itemField(field: string, index: number): string {
  return `${field}[${index}]`;
}
