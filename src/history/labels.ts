import { excerpt } from './excerpt.js';

export type Labels = Readonly<Record<string, string>>;

const MOST_EXAMPLES = 5;
const MOST_NAMES = 10;
const LONGEST_VALUE = 60;

/** The same text for the same labels, whatever their order. */
export function labelsKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * What tells label sets apart, for a message: the labels whose values are not all the same (an absent label counts as an
 * empty one, as in Prometheus), and up to five of the sets reduced to them.
 *
 * @param sets at least two, all different
 */
export function describeDifferences(sets: readonly Labels[]): string {
  const names = [...new Set(sets.flatMap((labels) => Object.keys(labels)))]
    .filter((name) => sets.some((labels) => valueOf(labels, name) !== valueOf(sets[0]!, name)))
    .sort();
  const shownNames = names.slice(0, MOST_NAMES);
  const examples = sets
    .slice(0, MOST_EXAMPLES)
    .map(
      (labels) =>
        `{${shownNames.map((name) => `${name}=${excerpt(valueOf(labels, name), LONGEST_VALUE)}`).join(', ')}}`,
    );
  const others = sets.length - examples.length;
  const list = others > 0 ? `${examples.join(', ')} and ${others} more` : examples.join(', ');
  const nameList = shownNames.join(', ') + (names.length > shownNames.length ? ', ...' : '');
  return `${sets.length} series that differ in ${nameList}: ${list}`;
}

function valueOf(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? labels[name]! : '';
}
