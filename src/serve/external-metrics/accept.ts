/** Ranges that cover `application/json`, most specific first. */
const JSON_RANGES = ['application/json', 'application/*', '*/*'] as const;

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Whether an `Accept` header allows JSON: by name, by a wildcard, or by being absent. The most specific range decides,
 * and `q=0` forbids. JSON with parameters (`application/json;as=Table`) counts as JSON: plain JSON is what callers that
 * ask for such a form fall back to.
 */
export function allowsJson(accept: string | undefined): boolean {
  if (accept === undefined || accept.trim() === '') return true;
  const ranges = parseAccept(accept);
  for (const type of JSON_RANGES) {
    const matching = ranges.filter((range) => range.type === type);
    if (matching.length > 0) return matching.some(({ parameters }) => Number(parameters.get('q') ?? 1) !== 0);
  }
  return false;
}

/** Whether an `Accept` header asks for aggregated discovery in version `v2`. */
export function asksForAggregatedDiscovery(accept: string | undefined): boolean {
  return parseAccept(accept ?? '').some(
    ({ type, parameters }) =>
      type === 'application/json' &&
      parameters.get('g') === 'apidiscovery.k8s.io' &&
      parameters.get('v') === 'v2' &&
      parameters.get('as') === 'APIGroupDiscoveryList',
  );
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
