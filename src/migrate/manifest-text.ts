import type { Document } from 'yaml';
import { LineCounter, isSeq, parseAllDocuments, parseDocument } from 'yaml';
import type { Position } from '../config/problem.js';
import type { PlainMap } from './plain.js';
import { equalPlain, isPlainMap } from './plain.js';
import type { TextEdit } from './text-edit.js';
import { applyEdits } from './text-edit.js';
import { NotEditable, YamlEdit } from './yaml-edit.js';

/** As `readManifests` reads, with merge keys resolved. */
const YAML_OPTIONS = {
  prettyErrors: false,
  stringKeys: true,
  uniqueKeys: false,
  resolveKnownTags: false,
  merge: true,
} as const;

/** Aliases are resolved by copying, so that their number has to be bounded. */
const JS_OPTIONS = { maxAliasCount: 100 };

/** A path from the root of a document to something in it. */
export type Path = readonly (string | number)[];

/** A list of maps in a document, and what it should be. */
export interface ListChange {
  /** Where the object that holds the list stands in the file: it tells the document. */
  readonly at: Position;
  readonly path: Path;
  /** As many maps as there are, in their order, and those to append. */
  readonly wanted: readonly PlainMap[];
}

export interface ChangedText {
  readonly text: string;
  /** The edits that made it, one for each changed document. */
  readonly parts: readonly TextEdit[];
  /** Those that could not be made. */
  readonly refused: readonly ListChange[];
}

/** The text of one file of manifests, to be changed in places. */
export class ManifestText {
  private readonly lines = new LineCounter();
  private readonly documents: readonly Document.Parsed[];

  constructor(readonly text: string) {
    this.documents = parseAllDocuments(text, { ...YAML_OPTIONS, lineCounter: this.lines }) as Document.Parsed[];
  }

  /** The list of maps at a path. @returns undefined for anything else, and where aliases are in the way */
  maps(at: Position, path: Path): readonly PlainMap[] | undefined {
    const document = this.documentAt(at);
    const node = document?.getIn(path, true);
    if (document === undefined || !isSeq(node)) return undefined;
    try {
      const items = node.toJS(document, JS_OPTIONS) as unknown[];
      return items.every(isPlainMap) ? items : undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * The text with the changes made, all else byte for byte as it was. Each changed document is read again and compared: it
   * holds what was wanted, and no other data have changed. Where that cannot be (aliases, mostly), it stays as it is.
   */
  withLists(changes: readonly ListChange[]): ChangedText {
    const perDocument = new Map<Document.Parsed | undefined, ListChange[]>();
    for (const change of changes) {
      const document = this.documentAt(change.at);
      perDocument.set(document, [...(perDocument.get(document) ?? []), change]);
    }
    const edits: TextEdit[] = [];
    const refused: ListChange[] = [];
    for (const [document, own] of perDocument) {
      const edit = document && this.changeDocument(document, own);
      if (edit === undefined) refused.push(...own);
      else edits.push(edit);
    }
    return { text: applyEdits(this.text, edits), parts: edits, refused };
  }

  /** @returns undefined where the document cannot be changed */
  private changeDocument(document: Document.Parsed, changes: readonly ListChange[]): TextEdit | undefined {
    try {
      return this.rewrite(document, changes);
    } catch (error) {
      if (error instanceof NotEditable || error instanceof ReferenceError) return undefined;
      throw error;
    }
  }

  private rewrite(document: Document.Parsed, changes: readonly ListChange[]): TextEdit {
    const edit = new YamlEdit(this.text, document);
    const [start, , end] = document.range;
    for (const { path, wanted } of changes) {
      const list = document.getIn(path, true);
      if (!isSeq(list)) throw new NotEditable();
      edit.list(list, wanted);
    }
    const shifted = edit.edits.map((one) => ({ ...one, start: one.start - start, end: one.end - start }));
    const text = applyEdits(this.text.slice(start, end), shifted);
    const expected = changes.reduce<unknown>(
      (data, { path, wanted }) => replaced(data, path, wanted),
      document.toJS(JS_OPTIONS),
    );
    const written = parseDocument(text, YAML_OPTIONS);
    if (written.errors.length > 0 || !equalPlain(written.toJS(JS_OPTIONS), expected)) throw new NotEditable();
    return { start, end, text };
  }

  private documentAt({ line, column }: Position): Document.Parsed | undefined {
    const offset = (this.lines.lineStarts[line - 1] ?? 0) + column - 1;
    return this.documents.find(({ range: [start, , end] }) => start <= offset && offset < end);
  }
}

/** A copy of the data in which something else stands at the path. */
function replaced(data: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(data)) return data.map((item: unknown, i) => (i === key ? replaced(item, rest, value) : item));
  const map = data as Record<string, unknown>;
  return { ...map, [key]: replaced(map[key], rest, value) };
}
