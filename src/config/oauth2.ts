import type { AuthSource } from './auth-sources.js';
import type { Fields } from './fields.js';
import type { Report } from './problem.js';
import type { Lookup } from './text-data.js';

/** The only grant that KEDA knows. */
const TYPES = ['clientCredentials'] as const;

/**
 * `spec.oauth2` as the parameters that KEDA makes of it: `oauthTokenURI`, `clientID`, `clientSecret`, `scopes` and
 * `endpointParams`. What is wrong is reported.
 *
 * @param findSecret looks up the client's secret, by the name of the Secret and the key within
 * @param report where problems with the inside of a field go
 */
export function readOauth2(
  spec: Fields,
  findSecret: (name: string, key: string) => Lookup,
  report: Report,
): AuthSource[] {
  const oauth2 = spec.map('oauth2');
  if (oauth2 === undefined) return [];
  oauth2.warnUnknown(['type', 'clientId', 'clientSecret', 'tokenUrl', 'scopes', 'tokenUrlParams']);
  if (!oauth2.has('type')) report.error(oauth2.place('type'), 'is required', { accepted: TYPES.join(', ') });
  oauth2.choice('type', TYPES);
  const tokenUrl = oauth2.requiredText('tokenUrl');
  const clientId = oauth2.requiredText('clientId');
  const clientSecret = readSecret(oauth2, findSecret);
  const scopes = oauth2.textItems('scopes');
  const params = oauth2.map('tokenUrlParams')?.texts() ?? [];
  if (tokenUrl !== undefined && !isHttpUrl(tokenUrl)) {
    // Not repeated: it may hold credentials.
    report.error(oauth2.place('tokenUrl'), 'not a URL', { accepted: 'a URL that begins with http:// or https://' });
  }
  const source = (parameter: string, key: string, text: string | undefined): AuthSource[] =>
    text === undefined || text === '' ? [] : [{ parameter, find: () => ({ text }), ...oauth2.place(key) }];
  const query = new URLSearchParams([...params].map(([name, { text }]): [string, string] => [name, text]));
  return [
    ...source('oauthTokenURI', 'tokenUrl', tokenUrl),
    ...source('clientID', 'clientId', clientId),
    ...(clientSecret === undefined ? [] : [clientSecret]),
    ...source('scopes', 'scopes', scopes.join(',')),
    ...source('endpointParams', 'tokenUrlParams', query.toString()),
  ];
}

function readSecret(oauth2: Fields, find: (name: string, key: string) => Lookup): AuthSource | undefined {
  const ref = oauth2.requiredMap('clientSecret')?.requiredMap('valueFrom')?.requiredMap('secretKeyRef');
  const name = ref?.requiredText('name');
  const key = ref?.requiredText('key');
  if (ref === undefined || name === undefined || key === undefined) return undefined;
  return { parameter: 'clientSecret', find: () => find(name, key), at: ref.at, field: ref.field };
}

function isHttpUrl(text: string): boolean {
  return /^https?:\/\/[^/]/.test(text) && URL.canParse(text);
}
