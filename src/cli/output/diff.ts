import type { Colors } from './style.js';

/** A unified diff in colours: what goes red, what comes green, headings apart. */
export function colourDiff(diff: string, colors: Colors): string {
  return diff
    .split('\n')
    .map((line) => {
      if (/^(---|\+\+\+) /.test(line)) return colors.bold(line);
      if (line.startsWith('@@ ')) return colors.cyan(line);
      if (line.startsWith('-')) return colors.red(line);
      return line.startsWith('+') ? colors.green(line) : line;
    })
    .join('\n');
}
