import { PROTOBUF_TYPE } from './protobuf.js';

const JSON_TYPE = 'application/json';

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** A form in which a value can be sent. */
export type Form = 'json' | 'protobuf';

/**
 * The form that an `Accept` header prefers; null when it allows neither. JSON, unless protobuf is named with a higher
 * quality: the HPA controller names protobuf and a wildcard, which likes both alike.
 *
 * @see RFC 9110, section 12.5.1
 */
export function preferredForm(accept: string | undefined): Form | null {
  const ranges = rangesOf(accept);
  // With parameters (`as=Table`) it is a form that is not served.
  const named = ranges.filter(({ type, parameters }) => type === PROTOBUF_TYPE && !parameters.has('as'));
  const [json, protobuf] = [jsonQuality(ranges), Math.max(0, ...named.map(weight))];
  if (json === 0 && protobuf === 0) return null;
  return protobuf > json ? 'protobuf' : 'json';
}

/**
 * Whether an `Accept` header allows JSON: by name, by a wildcard, or by being absent. The most specific range decides,
 * and `q=0` forbids. JSON with parameters (`application/json;as=Table`) counts as JSON: plain JSON is what callers that
 * ask for such a form fall back to.
 */
export function allowsJson(accept: string | undefined): boolean {
  return jsonQuality(rangesOf(accept)) > 0;
}

/** Whether an `Accept` header asks for aggregated discovery in version `v2`. */
export function asksForAggregatedDiscovery(accept: string | undefined): boolean {
  return parseAccept(accept ?? '').some(
    ({ type, parameters }) =>
      type === JSON_TYPE &&
      parameters.get('g') === 'apidiscovery.k8s.io' &&
      parameters.get('v') === 'v2' &&
      parameters.get('as') === 'APIGroupDiscoveryList',
  );
}

/** How welcome JSON is, 0 to 1: what the most specific ranges that cover it say at best. */
function jsonQuality(ranges: readonly MediaRange[]): number {
  for (const covering of [JSON_TYPE, 'application/*', '*/*']) {
    const matching = ranges.filter(({ type }) => type === covering);
    if (matching.length > 0) return Math.max(...matching.map(weight));
  }
  return 0;
}

/** 1 where none is given or what is given is no number. */
function weight({ parameters }: MediaRange): number {
  const value = Number(parameters.get('q') ?? 1);
  return Number.isNaN(value) ? 1 : Math.min(Math.max(value, 0), 1);
}

/** Absent and empty: anything goes. */
function rangesOf(accept: string | undefined): MediaRange[] {
  return accept === undefined || accept.trim() === '' ? parseAccept('*/*') : parseAccept(accept);
}

function parseAccept(accept: string): MediaRange[] {
  return accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    return { type: type.toLowerCase(), parameters: new Map(parameters.map(parseParameter)) };
  });
}

function parseParameter(text: string): [string, string] {
  const [name = '', value = ''] = text.split('=', 2).map((part) => part.trim());
  return [name.toLowerCase(), value];
}
