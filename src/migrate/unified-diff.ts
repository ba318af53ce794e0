import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';
import type { StructuredPatchHunk } from 'diff';
import type { Landmark, MigratedFile } from './source.js';
import type { TextEdit } from './text-edit.js';
import { lineStart } from './text-edit.js';

const CONTEXT_LINES = 3;

/**
 * The change of one file as a unified diff, which `git apply` and `patch -p1` accept. Each hunk is headed by the object it
 * is about. Only the parts that differ are compared, so that a file of thousands of objects takes no longer than its parts.
 */
export function unifiedDiff({ path, before, parts, after, landmarks }: MigratedFile): string {
  const relative = path.replaceAll('\\', '/').replace(/^(\.{0,2}\/)+/, '');
  const script =
    before === undefined
      ? compare('', after)
      : editScript(
          before,
          [...parts].sort((a, b) => a.start - b.start),
        );
  const hunks = groupHunks(script);
  const patch = {
    oldFileName: before === undefined ? '/dev/null' : `a/${relative}`,
    newFileName: `b/${relative}`,
    oldHeader: undefined,
    newHeader: undefined,
    hunks,
  };
  const titles = hunks.map((hunk) => titleOf(hunk, landmarks));
  const isHeader = /^@@ .* @@$/;
  return formatPatch(patch, FILE_HEADERS_ONLY)
    .split('\n')
    .map((line) => (isHeader.test(line) ? [line, titles.shift() ?? ''].join(' ').trimEnd() : line))
    .join('\n');
}

function titleOf({ oldStart, lines }: StructuredPatchHunk, landmarks: readonly Landmark[]): string | undefined {
  const firstChange = oldStart + lines.findIndex((line) => !line.startsWith(' '));
  return landmarks.findLast(({ line }) => line <= firstChange)?.title;
}

/** All lines of the file, each with what becomes of it (` `, `-`, `+`) in front. */
function editScript(before: string, parts: readonly TextEdit[]): readonly string[] {
  const script: string[][] = [];
  let done = 0;
  for (const { start, end, text } of parts) {
    // A comparison is of whole lines.
    const from = lineStart(before, start);
    const newline = before.indexOf('\n', Math.max(end - 1, from));
    const to = newline === -1 ? before.length : newline + 1;
    script.push(unchanged(before.slice(done, from)));
    script.push(compare(before.slice(from, to), before.slice(from, start) + text + before.slice(end, to)));
    done = to;
  }
  return [...script, unchanged(before.slice(done))].flat();
}

function compare(before: string, after: string): string[] {
  const { hunks } = structuredPatch('', '', before, after, undefined, undefined, { context: Infinity });
  return hunks.length === 0 ? unchanged(before) : hunks.flatMap(({ lines }) => lines);
}

function unchanged(text: string): string[] {
  if (text === '') return [];
  const lines = text.split('\n').map((line) => ` ${line}`);
  if (lines.at(-1) === ' ') return lines.slice(0, -1);
  return [...lines, '\\ No newline at end of file'];
}

/** The stretches of the script around changes; those that would touch are one. */
function groupHunks(script: readonly string[]): StructuredPatchHunk[] {
  const changed = script.flatMap((line, index) => (/^[-+]/.test(line) ? [index] : []));
  const ranges: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = ranges.at(-1);
    if (last !== undefined && index - CONTEXT_LINES <= last.to) last.to = index + 1 + CONTEXT_LINES;
    else ranges.push({ from: Math.max(0, index - CONTEXT_LINES), to: index + 1 + CONTEXT_LINES });
  }
  const passed = { index: 0, old: 0, new: 0 };
  return ranges.map(({ from, to }) => {
    const skipped = countLines(script.slice(passed.index, from));
    // A note on a missing line end belongs to the line before it.
    const lines = script.slice(from, script[to]?.startsWith('\\') === true ? to + 1 : to);
    const { old, new: added } = countLines(lines);
    const [oldBefore, newBefore] = [passed.old + skipped.old, passed.new + skipped.new];
    Object.assign(passed, { index: from + lines.length, old: oldBefore + old, new: newBefore + added });
    return { oldStart: oldBefore + 1, oldLines: old, newStart: newBefore + 1, newLines: added, lines };
  });
}

/** How many lines of the old and of the new text a part of the script stands for. */
function countLines(lines: readonly string[]): { old: number; new: number } {
  const count = (prefixes: string): number => lines.filter((line) => prefixes.includes(line[0]!)).length;
  return { old: count(' -'), new: count(' +') };
}
