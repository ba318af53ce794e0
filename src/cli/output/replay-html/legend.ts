/** A drawn sample of a mark, with what it stands for; the text is HTML. */
type Entry = readonly [key: string, text: string];

/** What the marks of a drawing stand for. */
export function legend(...entries: readonly Entry[]): string {
  return `<ul class="legend">${entries.map(([key, text]) => `<li>${key}${text}</li>`).join('')}</ul>`;
}

export function lineKey(className: string): string {
  return sample(`<path class="line ${className}" d="M0 6H28"/>`);
}

export const NEEDED_KEY = sample('<rect class="needed" width="28" height="12"/>');
export const SHORT_KEY = sample(
  '<rect class="short" width="28" height="12"/><rect class="short-mark" width="28" height="4"/>',
);

function sample(mark: string): string {
  return `<svg viewBox="0 0 28 12" aria-hidden="true">${mark}</svg>`;
}
