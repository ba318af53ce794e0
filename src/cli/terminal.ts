import { colorsFor, type Colors } from './output/style.js';

/** The world as a command sees it. Passed in, so that commands run in tests as they do in a shell. */
export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: NodeJS.ProcessEnv;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Aborted when the user asks the program to end. */
  readonly signal: AbortSignal;
  /**
   * From now on the program ends at once when the user asks for it, instead of aborting `signal`: for long computations, which
   * would not see that, once there is nothing left to finish or clean up.
   */
  readonly endAtOnce: () => void;
}

export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Writes a text with a final line end. */
export function print(stream: OutputStream, text: string): void {
  stream.write(`${text}\n`);
}

/** Writes a value as indented JSON. NaN and infinities become null, as JSON has no other word for unknown. */
export function printJson(stream: OutputStream, value: unknown): void {
  print(stream, JSON.stringify(value, null, 2));
}

export function colorsOf(stream: OutputStream, env: NodeJS.ProcessEnv): Colors {
  return colorsFor(stream, env);
}

/** Width for text on this stream: the terminal's, at most 120, or 100 where there is none. */
export function widthOf(stream: OutputStream): number {
  return Math.min(stream.columns ?? 100, 120);
}
