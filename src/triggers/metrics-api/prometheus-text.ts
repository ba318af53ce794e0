import { TriggerError } from '../../core/errors.js';

/** A metric, and labels that a sample of it must have; it may have others. */
export interface Selector {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

const LABEL = /\s*([a-zA-Z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(?:,|$)/suy;
const SAMPLE = /^([a-zA-Z_:][\w:]*)\s*(?:\{((?:"(?:[^"\\]|\\.)*"|[^"}])*)\})?\s+(\S+)(?:\s+-?\d+)?$/s;

/** Reads `name` or `name{label="value"}`; undefined for anything else, other matchers than equality included. */
export function parseSelector(text: string): Selector | undefined {
  const match = /^([a-zA-Z_:][\w:]*)\s*(?:\{(.*)\})?$/s.exec(text.trim());
  const labels = parseLabels(match?.[2] ?? '');
  return match === null || labels === undefined ? undefined : { name: match[1]!, labels };
}

/**
 * The value of the first sample that a selector matches in Prometheus' text format; samples of histograms and summaries
 * do not count.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 * @throws {TriggerError} none matches, or it has no number
 */
export function findSample(text: string, { name, labels }: Selector): string {
  const types = new Map<string, string>();
  for (const line of text.split('\n').map((untrimmed) => untrimmed.trim())) {
    const [, family, type] = /^#\s+TYPE\s+(\S+)\s+(\S+)/.exec(line) ?? [];
    if (family !== undefined && type !== undefined) types.set(family, type);
    if (line === '' || line.startsWith('#') || !line.startsWith(name)) continue;
    const [, sampleName, labelText, value] = SAMPLE.exec(line) ?? [];
    if (sampleName !== name || value === undefined || !isSimple(name, types)) continue;
    const given = parseLabels(labelText ?? '');
    if (given !== undefined && [...labels].every(([label, wanted]) => given.get(label) === wanted)) return value;
  }
  throw new TriggerError(`no counter, gauge or untyped sample of ${name} has these labels`);
}

function isSimple(name: string, types: ReadonlyMap<string, string>): boolean {
  const family = name.replace(/_(bucket|sum|count)$/, '');
  return ![name, family].some((candidate) => ['histogram', 'summary'].includes(types.get(candidate) ?? ''));
}

function parseLabels(text: string): ReadonlyMap<string, string> | undefined {
  const labels = new Map<string, string>();
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < text.trimEnd().length) {
    const match = LABEL.exec(text);
    if (match === null) return undefined;
    labels.set(match[1]!, unescape(match[2]!));
  }
  return labels;
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, (_match, character: string) => (character === 'n' ? '\n' : character));
}
