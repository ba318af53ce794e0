const LONGEST_EXCERPT = 200;

/** Foreign text as it goes into a message: quoted, on one line, and cut to a readable length. */
export function excerpt(value: unknown, longest = LONGEST_EXCERPT): string {
  if (value === undefined) return 'missing';
  const text = typeof value === 'string' ? value.replace(/\s+/g, ' ').trim() : JSON.stringify(value);
  const cut = text.length > longest ? `${text.slice(0, longest)}...` : text;
  return typeof value === 'string' ? JSON.stringify(cut) : cut;
}
