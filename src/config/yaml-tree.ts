import type { Alias, Document, LineCounter, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { isAlias, isMap, isSeq } from 'yaml';
import type { ListNode, ManifestNode, MapNode, ScalarNode } from './manifest-node.js';
import { childField, itemField } from './manifest-node.js';
import type { Place, Position, Report } from './problem.js';

/** Deeper than any Kubernetes object, shallow enough for the stack. */
const MAX_DEPTH = 100;

/** Aliases share their target instead of copying it, so that this many cannot grow into a bomb. */
const MAX_ALIASES = 200;

/**
 * Turns one YAML document into a {@link ManifestNode}: aliases and merge keys (`<<`) resolved, duplicate keys reported.
 *
 * Done here rather than by `toJS`, which loses positions, resolves each alias by walking the whole document and checks
 * keys in quadratic time.
 */
export class YamlTree {
  private readonly anchors = new Map<string, ManifestNode>();
  private aliases = 0;

  constructor(
    private readonly file: string,
    private readonly lines: LineCounter,
    private readonly report: Report,
  ) {}

  /** @returns undefined for an empty document */
  read(document: Document.Parsed): ManifestNode | undefined {
    const { contents } = document;
    return contents === null ? undefined : this.convert(contents, { at: this.position(contents), field: '' }, 0);
  }

  private convert(node: Node, place: Place, depth: number): ManifestNode {
    if (depth > MAX_DEPTH) {
      this.report.error({ at: place.at, field: '' }, `nested more than ${MAX_DEPTH} levels deep`);
      return empty(place.at);
    }
    if (isAlias(node)) return this.resolve(node, place);
    const converted = this.convertContent(node, place, depth);
    if (node.anchor !== undefined) this.anchors.set(node.anchor, converted);
    return converted;
  }

  private convertContent(node: Scalar | YAMLMap | YAMLSeq, place: Place, depth: number): ManifestNode {
    if (isMap(node)) return this.convertMap(node, place, depth);
    if (isSeq(node)) return this.convertList(node, place, depth);
    return convertScalar(node, place.at);
  }

  private convertList(list: YAMLSeq, { at, field }: Place, depth: number): ListNode {
    const items = (list.items as Node[]).map((item, index) =>
      this.convert(item, { at: this.position(item), field: itemField(field, index) }, depth + 1),
    );
    return { kind: 'list', at, items };
  }

  private convertMap(map: YAMLMap, { at, field }: Place, depth: number): MapNode {
    const entries = new Map<string, ManifestNode>();
    const merged: { node: ManifestNode; place: Place }[] = [];
    for (const { key, value } of map.items as Pair<Scalar, Node | null>[]) {
      const name = String(key.value);
      const place = { at: this.position(key), field: childField(field, name) };
      const node = value === null ? empty(place.at) : this.convert(value, place, depth + 1);
      const first = entries.get(name);
      if (name === '<<' && key.type === 'PLAIN') merged.push({ node, place });
      else if (first === undefined) entries.set(name, node);
      else this.report.error(place, `given twice in one map; the first is on line ${first.at.line}`);
    }
    for (const { node, place } of merged) this.merge(node, place, entries);
    return { kind: 'map', at, entries };
  }

  /** A key given beside `<<` wins over a merged one, and of several merged maps the first wins. */
  private merge(source: ManifestNode, place: Place, entries: Map<string, ManifestNode>): void {
    for (const node of source.kind === 'list' ? source.items : [source]) {
      if (node.kind !== 'map') {
        this.report.error(place, 'a merge key needs a map or a list of maps');
        continue;
      }
      for (const [key, value] of node.entries) if (!entries.has(key)) entries.set(key, value);
    }
  }

  private resolve(alias: Alias, place: Place): ManifestNode {
    this.aliases++;
    if (this.aliases === MAX_ALIASES + 1) this.report.error(place, `more than ${MAX_ALIASES} aliases in one document`);
    if (this.aliases > MAX_ALIASES) return empty(place.at);
    const target = this.anchors.get(alias.source);
    if (target === undefined) {
      // Without the alias' name: an unquoted password may begin with an asterisk.
      this.report.error(place, 'an alias (*name) without an anchor (&name) before it; quote it if it is text');
      return empty(place.at);
    }
    return { ...target, at: place.at };
  }

  private position(node: Node): Position {
    const { line, col } = this.lines.linePos(node.range?.[0] ?? 0);
    return { file: this.file, line, column: col };
  }
}

function empty(at: Position): ScalarNode {
  return { kind: 'scalar', at, value: null, text: '' };
}

function convertScalar({ value, source }: Scalar, at: Position): ScalarNode {
  if (typeof value === 'string') return { kind: 'scalar', at, value, text: value };
  if (typeof value === 'number' || typeof value === 'boolean') {
    return { kind: 'scalar', at, value, text: source ?? String(value) };
  }
  return empty(at);
}
