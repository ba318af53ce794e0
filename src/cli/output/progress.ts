/** The part of a stream that progress is written to. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

export interface Progress {
  /** @param done between 0 and `total` */
  update(done: number, total: number): void;
  /** Removes the line from a terminal. Call it before writing anything else there. */
  end(): void;
}

const BAR_WIDTH = 24;
const CLEAR_LINE = '\r\x1b[2K';
/**
 * Says how far a long piece of work has come: a bar that redraws itself on a terminal, otherwise a line now and then.
 *
 * @param stream standard error as a rule, so that standard output holds nothing but the result
 * @param label what is being done, such as `backtest shop/checkout`
 */
export function startProgress(stream: ProgressStream, label: string): Progress {
  return stream.isTTY === true ? barOn(stream, label) : linesOn(stream, label);
}

function barOn(stream: ProgressStream, label: string): Progress {
  let shown = '';
  return {
    update(done, total) {
      const filled = parts(done, total, BAR_WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      const line = `${label} ${bar} ${String(parts(done, total, 100)).padStart(3)}%`;
      if (line !== shown) stream.write(CLEAR_LINE + line);
      shown = line;
    },
    end() {
      if (shown !== '') stream.write(CLEAR_LINE);
      shown = '';
    },
  };
}

/** A log or a file keeps everything, so a line for each tenth is enough. */
function linesOn(stream: ProgressStream, label: string): Progress {
  let tenthsSaid = 0;
  return {
    update(done, total) {
      const tenths = parts(done, total, 10);
      if (tenths <= tenthsSaid) return;
      stream.write(`${label}: ${parts(done, total, 100)}% (${done} of ${total})\n`);
      tenthsSaid = tenths;
    },
    end: () => undefined,
  };
}

/** How many of `count` equal parts are complete; 0 while the total is not known. */
function parts(done: number, total: number, count: number): number {
  return total > 0 ? Math.min(count, Math.max(0, Math.floor((done * count) / total))) : 0;
}
