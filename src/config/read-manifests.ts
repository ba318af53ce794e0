import type { Document, ErrorCode } from 'yaml';
import { LineCounter, parseAllDocuments } from 'yaml';
import type { ManifestNode } from './manifest-node.js';
import type { Place, Problem } from './problem.js';
import { Report } from './problem.js';
import { YamlTree } from './yaml-tree.js';

/** Of a document, one per line: what follows on the same line, and after a few lines, is mostly a consequence. */
const MAX_SYNTAX_ERRORS = 3;

/** Duplicate keys are found by `YamlTree`, in linear time. */
const YAML_OPTIONS = { prettyErrors: false, stringKeys: true, uniqueKeys: false, resolveKnownTags: false } as const;

/**
 * In our own words, because the parser's messages quote the source, and the source may hold a secret.
 * An upgrade of the parser that adds a code fails to compile here.
 */
const SYNTAX_MESSAGES = {
  ALIAS_PROPS: 'an alias cannot have an anchor or a tag',
  BAD_ALIAS: 'an alias or anchor that ends in a colon',
  BAD_COLLECTION_TYPE: 'a tag that does not fit its value',
  BAD_DIRECTIVE: 'a directive (%...) that is not known',
  BAD_DQ_ESCAPE: 'a backslash sequence that does not exist; write \\\\ for a backslash in double quotes',
  BAD_INDENT: 'wrong indentation, or a bracket that is not closed',
  BAD_PROP_ORDER: 'an anchor or tag in the wrong place',
  BAD_SCALAR_START: 'a text that begins with a reserved character; quote it',
  BLOCK_AS_IMPLICIT_KEY: 'a second "key: value" on one line; quote a text that contains ": "',
  BLOCK_IN_FLOW: 'an indented block inside brackets',
  DUPLICATE_KEY: 'a key given twice in one map',
  IMPOSSIBLE: 'not YAML',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters',
  MISSING_CHAR: 'a closing quote, a bracket, a comma or a colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a key that spans several lines; a colon is missing, or the indentation is wrong',
  MULTIPLE_ANCHORS: 'a value with two anchors',
  MULTIPLE_DOCS: 'several documents where one was expected',
  MULTIPLE_TAGS: 'a value with two tags',
  NON_STRING_KEY: 'a key that is not a text; a Helm template has to be rendered first (helm template)',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAB_AS_INDENT: 'a tab used for indentation; use spaces',
  TAG_RESOLVE_FAILED: 'a tag (!name) that has no meaning here and is ignored; quote the value if it is text',
  UNEXPECTED_TOKEN: 'something that does not belong here; check quotes and indentation',
} as const satisfies Record<ErrorCode, string>;

/** One document that could be read, if with problems such as a key given twice. */
export interface ManifestDocument {
  readonly root: ManifestNode;
  readonly problems: readonly Problem[];
}

export interface ManifestFile {
  /** In order; empty documents and those with syntax errors are left out. */
  readonly documents: readonly ManifestDocument[];
  /** Of the whole file, those of its documents included. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the YAML or JSON documents of one file. Never throws: whatever is wrong is a problem with its line.
 *
 * @param fileName how problems name the file
 */
export function readManifests(text: string, fileName: string): ManifestFile {
  const lines = new LineCounter();
  const report = new Report();
  const documents: ManifestDocument[] = [];
  const lastCharacter = Math.max(0, text.trimEnd().length - 1);
  const placeAt = (offset: number): Place => {
    // A quote or bracket that is never closed is missed at the end, which may be past the last line.
    const { line, col } = lines.linePos(Math.min(offset, lastCharacter));
    return { at: { file: fileName, line, column: col }, field: '' };
  };
  for (const document of parseAllDocuments(text, { ...YAML_OPTIONS, lineCounter: lines })) {
    const own = new Report();
    reportSyntax(document, own, placeAt);
    const root = own.hasErrors ? undefined : new YamlTree(fileName, lines, own).read(document);
    if (root !== undefined && !isEmpty(root)) documents.push({ root, problems: own.problems });
    report.include(own.problems);
  }
  return { documents, problems: report.problems };
}

function reportSyntax({ warnings, errors }: Document.Parsed, report: Report, placeAt: (offset: number) => Place): void {
  for (const { code, pos } of warnings) report.warning(placeAt(pos[0]), SYNTAX_MESSAGES[code]);
  const lines = new Set<number>();
  for (const { code, pos } of errors) {
    const place = placeAt(pos[0]);
    if (lines.has(place.at.line)) continue;
    lines.add(place.at.line);
    if (lines.size > MAX_SYNTAX_ERRORS) return;
    report.error(place, `not valid YAML: ${SYNTAX_MESSAGES[code]}`);
  }
}

function isEmpty(node: ManifestNode): boolean {
  return node.kind === 'scalar' && node.value === null;
}
