/** What keys do. */
export interface KeyActions {
  readonly next: () => void;
  readonly quit: () => void;
}

/**
 * Reads single keys from standard input while the demo's screen is shown: Tab for the next workload, q or Ctrl-C to
 * quit. Does nothing when standard input is not a terminal.
 *
 * @returns gives standard input back
 */
export function listenToKeys({ next, quit }: KeyActions): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => undefined;
  const onData = (data: Buffer): void => {
    const key = data.toString();
    if (key === '\t') next();
    else if (key === 'q' || key === '\x03') quit();
  };
  stdin.setRawMode(true);
  stdin.on('data', onData);
  stdin.resume();
  return () => {
    stdin.off('data', onData);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
