import { closest, distance } from 'fastest-levenshtein';

/** A part of a name shorter than this could be a part of anything. */
const MIN_PART_LENGTH = 4;

/**
 * The candidate that was probably meant: equal but for case, or nearest and at most a third of its letters (and at least
 * two) away, or containing the text.
 *
 * @returns undefined when none is near enough to be more help than noise
 */
export function suggest(text: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const lowered = text.toLowerCase();
  const sameButForCase = candidates.find((candidate) => candidate.toLowerCase() === lowered);
  if (sameButForCase !== undefined) return sameButForCase;
  const nearest = closest(text, candidates);
  if (distance(text, nearest) <= Math.max(2, Math.floor(nearest.length / 3))) return nearest;
  if (lowered.length < MIN_PART_LENGTH) return undefined;
  return candidates.find((candidate) => candidate.toLowerCase().includes(lowered));
}

/** `; did you mean "x"?` for use at the end of a message, or nothing. */
export function didYouMean(text: string, candidates: readonly string[]): string {
  const suggestion = suggest(text, candidates);
  return suggestion === undefined ? '' : `; did you mean "${suggestion}"?`;
}
