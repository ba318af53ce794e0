import { isMap, isScalar, isSeq, stringify } from 'yaml';
import type { Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { Plain, PlainMap } from './plain.js';
import { equalPlain, isPlainMap } from './plain.js';
import type { TextEdit } from './text-edit.js';
import { indentBefore, lineEnd, lineEndOf, lineStart } from './text-edit.js';

/** The YAML is written in a way (aliases, mostly) that leaves no place for the change. */
export class NotEditable extends Error {}

type MapPair = Pair<Scalar, Node | null>;

/**
 * Edits of the source by which maps and lists become what they should be. Only what differs is touched: comments, order,
 * quotes and indentation of all else stay as they are, which writing the document anew would not keep.
 */
export class YamlEdit {
  readonly edits: TextEdit[] = [];

  /** @param document parsed with `merge: true` from `source`, to which all ranges refer */
  constructor(
    private readonly source: string,
    private readonly document: Document.Parsed,
  ) {}

  /** Changes the maps of a list and appends to it. @throws {NotEditable} */
  list(list: YAMLSeq, wanted: readonly PlainMap[]): void {
    wanted.forEach((map, index) => {
      const item = list.items[index] as Node | undefined;
      if (item === undefined || equalPlain(this.plain(item), map)) return;
      if (!isMap(item)) throw new NotEditable();
      this.map(item, map);
    });
    for (const map of wanted.slice(list.items.length)) this.append(list, map);
  }

  private map(map: YAMLMap, wanted: PlainMap): void {
    const pairs = map.items as MapPair[];
    const current = this.plain(map) as PlainMap;
    const own = new Set(pairs.map(nameOf));
    const removed = Object.keys(current).filter((key) => !Object.hasOwn(wanted, key));
    if (removed.some((key) => !own.has(key))) throw new NotEditable();
    const added = new Map(
      Object.entries(wanted).filter(([key, value]) => !own.has(key) && !equalPlain(current[key], value)),
    );
    const gone = new Set(removed);
    for (const key of removed) {
      // A key whose value stays has another name now.
      const renamed = [...added].find(([, value]) => equalPlain(value, current[key]))?.[0];
      if (renamed === undefined) continue;
      this.replace(pairs.find((pair) => nameOf(pair) === key)!.key, renamed);
      added.delete(renamed);
      gone.delete(key);
    }
    for (const pair of pairs) this.value(pair, current, wanted);
    this.remove(map, gone);
    this.insert(map, added, gone);
  }

  private value(pair: MapPair, current: PlainMap, wanted: PlainMap): void {
    const key = nameOf(pair);
    const value = wanted[key];
    if (value === undefined || equalPlain(current[key], value)) return;
    if (isMap(pair.value) && isPlainMap(value)) this.map(pair.value, value);
    else if (isScalar(pair.value) && typeof value === 'string') this.replace(pair.value, value);
    else throw new NotEditable();
  }

  private replace(scalar: Scalar, text: string): void {
    const [start, end] = scalar.range!;
    const written = scalar.type === 'QUOTE_DOUBLE' ? JSON.stringify(text) : this.inline(text, scalar);
    this.edits.push({ start, end, text: written });
  }

  private remove(map: YAMLMap, keys: ReadonlySet<string>): void {
    const pairs = map.items as MapPair[];
    for (let from = 0; from < pairs.length; from++) {
      if (!keys.has(nameOf(pairs[from]!))) continue;
      let to = from;
      while (to + 1 < pairs.length && keys.has(nameOf(pairs[to + 1]!))) to++;
      this.edits.push({ ...this.extent(map, from, to), text: '' });
      from = to;
    }
  }

  /** What to cut out for the pairs `from` to `to`, both included: whole lines where they have lines of their own. */
  private extent(map: YAMLMap, from: number, to: number): { start: number; end: number } {
    const pairs = map.items as MapPair[];
    const [before, first, last, after] = [pairs[from - 1], pairs[from]!, pairs[to]!, pairs[to + 1]];
    const start = startOf(first.key);
    if (map.flow !== true && indentBefore(this.source, start) !== undefined) {
      const end = endOf(last);
      return { start: lineStart(this.source, start), end: this.source[end - 1] === '\n' ? end : this.nextLine(end) };
    }
    if (after !== undefined) return { start, end: startOf(after.key) };
    if (before === undefined || map.flow !== true) throw new NotEditable();
    return { start: endOf(before), end: endOf(last) };
  }

  private nextLine(offset: number): number {
    const newline = this.source.indexOf('\n', offset);
    return newline === -1 ? this.source.length : newline + 1;
  }

  /** Adds pairs after the last that stays. */
  private insert(map: YAMLMap, added: ReadonlyMap<string, Plain>, gone: ReadonlySet<string>): void {
    if (added.size === 0) return;
    const last = (map.items as MapPair[]).findLast((pair) => !gone.has(nameOf(pair)));
    if (last === undefined) throw new NotEditable();
    const start = startOf(last.key);
    if (map.flow === true) {
      const quoted = last.key.type === 'QUOTE_DOUBLE';
      const texts = [...added].map(([k, v]) => `${quoted ? JSON.stringify(k) : k}: ${JSON.stringify(v)}`);
      this.insertInFlow(endOf(last), start, texts);
    } else {
      const indent = ' '.repeat(start - lineStart(this.source, start));
      const lines = [...added].flatMap(([key, value]) => this.block({ [key]: value }));
      this.insertLines(
        endOf(last),
        lines.map((line) => indent + line),
      );
    }
  }

  private append(list: YAMLSeq, map: PlainMap): void {
    const last = list.items.at(-1) as Node | undefined;
    if (last?.range == null) throw new NotEditable();
    if (list.flow === true) {
      const [start] = last.range;
      const indent = indentBefore(this.source, start);
      const json = JSON.stringify(map, null, indent === undefined ? undefined : 2);
      this.insertInFlow(endOfNode(last), start, [json.replaceAll('\n', lineEndOf(this.source) + (indent ?? ''))]);
    } else {
      const [start] = list.range!;
      const indent = ' '.repeat(start - lineStart(this.source, start));
      const lines = this.block(map).map((line, index) => `${indent}${index === 0 ? '- ' : '  '}${line}`);
      this.insertLines(endOfNode(last), lines);
    }
  }

  /** Adds elements to a flow collection, each on a line of its own where the sibling that begins at `sibling` has one. */
  private insertInFlow(at: number, sibling: number, texts: readonly string[]): void {
    const indent = indentBefore(this.source, sibling);
    const space = indent === undefined ? ' ' : lineEndOf(this.source) + indent;
    this.edits.push({ start: at, end: at, text: texts.map((text) => `,${space}${text}`).join('') });
  }

  /** Adds lines below the one that ends at or after `offset`; a comment at its end stays there. */
  private insertLines(offset: number, lines: readonly string[]): void {
    const newline = lineEndOf(this.source);
    const text = lines.join(newline);
    // A block scalar ends behind its line end.
    if (this.source[offset - 1] === '\n') this.edits.push({ start: offset, end: offset, text: text + newline });
    else {
      const at = lineEnd(this.source, offset);
      this.edits.push({ start: at, end: at, text: newline + text });
    }
  }

  private block(map: PlainMap): string[] {
    return stringify(map, { lineWidth: 0, singleQuote: this.prefersSingleQuotes }).trimEnd().split('\n');
  }

  private inline(text: string, { type }: Scalar): string {
    if (type === 'QUOTE_SINGLE') return `'${text.replaceAll("'", "''")}'`;
    return stringify(text, { lineWidth: 0, singleQuote: this.prefersSingleQuotes }).trimEnd();
  }

  private get prefersSingleQuotes(): boolean {
    const [from, , to] = this.document.range;
    const own = this.source.slice(from, to);
    return own.split("'").length >= own.split('"').length;
  }

  private plain(node: Node): unknown {
    return node.toJS(this.document, { maxAliasCount: 100 }) as unknown;
  }
}

function nameOf({ key }: MapPair): string {
  return String(key.value);
}

function startOf(node: Node): number {
  return node.range![0];
}

/** Where a pair ends, without comments and white space after it. */
function endOf({ key, value }: MapPair): number {
  return value === null ? key.range![1] : endOfNode(value);
}

function endOfNode(node: Node): number {
  if (isMap(node) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1) as MapPair);
  if (isSeq(node) && node.flow !== true && node.items.length > 0) return endOfNode(node.items.at(-1) as Node);
  return node.range![1];
}
