import type { Clock } from '../core/clock.js';
import { TriggerError } from '../core/errors.js';
import type { HttpClient } from './http.js';

/** A token is asked for anew this long before it expires: a poll takes time, and clocks differ. */
const EXPIRY_MARGIN_MS = 10_000;

export interface ClientCredentials {
  readonly tokenUri: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  /** Further fields of the request, such as `audience`. */
  readonly endpointParams: ReadonlyMap<string, string>;
}

/**
 * Access tokens by OAuth's client credentials grant (RFC 6749, section 4.4), the client authenticated by HTTP Basic. A token
 * is kept until shortly before it expires; one without a lifetime, until it is refused.
 */
export class AccessTokens {
  private token: { readonly text: string; readonly expiresMs: number } | undefined;

  constructor(
    private readonly credentials: ClientCredentials,
    private readonly http: HttpClient,
    private readonly clock: Clock,
  ) {}

  /** @throws {TriggerError} the token endpoint refuses, or answers no token; its answer is not quoted, for it may hold one */
  async current(signal: AbortSignal): Promise<string> {
    if (this.token === undefined || this.clock.now() >= this.token.expiresMs) this.token = await this.request(signal);
    return this.token.text;
  }

  /** Asks for a new token next time. */
  forget(): void {
    this.token = undefined;
  }

  private async request(signal: AbortSignal): Promise<{ text: string; expiresMs: number }> {
    const { tokenUri, clientId, clientSecret, scopes, endpointParams } = this.credentials;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scopes.length > 0 && { scope: scopes.join(' ') }),
      ...Object.fromEntries(endpointParams),
    });
    const basic = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret)}`).toString('base64');
    const requestedMs = this.clock.now();
    const { status, data } = await this.http.postForm(tokenUri, form, { Authorization: `Basic ${basic}` }, signal);
    if (status !== 200) throw new TriggerError(`the token endpoint answered ${status}`);
    const { access_token: text, expires_in: seconds } = fieldsOf(data);
    if (typeof text !== 'string' || text === '') throw new TriggerError('the token endpoint answered no access_token');
    const lifetimeMs = typeof seconds === 'number' ? seconds * 1_000 - EXPIRY_MARGIN_MS : Infinity;
    return { text, expiresMs: requestedMs + lifetimeMs };
  }
}

function fieldsOf(data: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(data);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** As RFC 6749 wants identifiers and secrets encoded before they are joined. */
function formEncode(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
