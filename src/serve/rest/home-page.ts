interface Operation {
  readonly summary?: string;
}

/** The part of an OpenAPI document that the page lists. */
export interface Described {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>;
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
td { padding: .2rem 1rem .2rem 0; vertical-align: top; }
code { font-size: .9em; overflow-wrap: anywhere; }`;

/** Allows the page its style and nothing else. */
export const HOME_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** A page for people that lists what is served here, as the OpenAPI document has it. */
export function homePage(document: Described): string {
  const rows = Object.entries(document.paths ?? {}).flatMap(([path, operations]) =>
    Object.entries(operations ?? {}).map(([method, operation]) => row(method, path, operation as Operation)),
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>tidecast</title>
<style>${STYLE}</style>
</head>
<body>
<h1>tidecast</h1>
<table>
${rows.join('\n')}
</table>
</body>
</html>
`;
}

function row(method: string, path: string, { summary = '' }: Operation): string {
  const shown = escapeHtml(path);
  const followable = method === 'get' && !path.includes('{');
  const link = followable ? `<a href="${shown}"><code>${shown}</code></a>` : `<code>${shown}</code>`;
  return `<tr><td><code>${escapeHtml(method.toUpperCase())}</code></td><td>${link}</td><td>${escapeHtml(summary)}</td></tr>`;
}

function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
