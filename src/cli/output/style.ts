import pc from 'picocolors';

/** Functions that colour a text, or leave it as it is. */
export type Colors = ReturnType<typeof pc.createColors>;

/** Leaves every text as it is. */
export const plain: Colors = pc.createColors(false);

/**
 * The colours that suit an output stream: none unless it is a terminal, none on a dumb one, none where the user asks so.
 *
 * @param env `NO_COLOR` (any text but the empty one) switches colours off, see no-color.org; `FORCE_COLOR` on, unless it
 *   is `0`; `NO_COLOR` wins
 */
export function colorsFor(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): Colors {
  const { NO_COLOR: no = '', FORCE_COLOR: force = '', TERM: term } = env;
  if (no !== '') return plain;
  if (force !== '') return pc.createColors(force !== '0');
  return pc.createColors(stream.isTTY === true && term !== 'dumb');
}
