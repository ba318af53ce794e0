/** What stands for a credential in a text. */
const MASK = '***';

/** Masking what is shorter would garble messages and hide nothing. */
const MIN_LENGTH = 3;

/** A shorter value in a query, such as `json`, is rather a word than a credential. */
const MIN_VALUE_LENGTH = 8;

/**
 * Makes a function that hides credentials in texts that others wrote: as they are, in JSON, percent-encoded, in base64, and the
 * parts of a URL's `user:password@` and of its query.
 */
export function secretMask(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(partsOf).flatMap(formsOf))]
    .filter((form) => form.length >= MIN_LENGTH)
    // The longest first, so that no part of a longer one is left over.
    .sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((masked, form) => masked.replaceAll(form, MASK), text);
}

function partsOf(secret: string): string[] {
  const trimmed = secret.trim();
  // Several URLs may stand in one value; what is between `//` and the last `@` of each may hold anything.
  const credentials = [...trimmed.matchAll(/:\/\/([^/?#\s]*)@/g)].flatMap(([, userinfo = '']) => {
    const colon = userinfo.indexOf(':');
    const password = colon === -1 ? '' : userinfo.slice(colon + 1);
    return [userinfo, decodeUserinfo(userinfo), password, decodeUserinfo(password)];
  });
  return [trimmed, ...credentials, ...queriesOf(trimmed)];
}

/** Of URLs: a server says what it was asked for, and a token may stand in the query. */
function queriesOf(text: string): string[] {
  return [...text.matchAll(/:\/\/[^?#\s]*\?([^#\s]+)/g)].flatMap(([, query = '']) => {
    const values = [...new URLSearchParams(query).values()].filter((value) => value.length >= MIN_VALUE_LENGTH);
    return [query, ...query.split('&').filter((pair) => !pair.endsWith('=')), ...values];
  });
}

function formsOf(secret: string): string[] {
  const base64 = Buffer.from(secret, 'utf8').toString('base64');
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, encodeURIComponent(secret), encodeURI(secret), base64, base64.replace(/=+$/, '')];
}

function decodeUserinfo(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
