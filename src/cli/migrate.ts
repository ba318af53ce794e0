import { Command, InvalidArgumentError, Option } from 'commander';
import { printable } from '../config/render-problems.js';
import { forecasterNames } from '../forecast/registry.js';
import { migrate } from '../migrate/migrate.js';
import type { Migration } from '../migrate/migrate.js';
import type { Remark, Severity, Target } from '../migrate/remark.js';
import { TARGETS } from '../migrate/remark.js';
import { unifiedDiff } from '../migrate/unified-diff.js';
import { readSources, writeMigrated } from './migrate-files.js';
import { withJson } from './options.js';
import { colourDiff } from './output/diff.js';
import { colorsOf, print, printJson, type Terminal } from './terminal.js';

/** Exit statuses beside 0 and that of a wrong command line. */
const FAILED = 1;
const INCOMPLETE = 3;

/** The Service of docs/keda.md. */
const DEFAULT_SCALER_ADDRESS = 'tidecast.tidecast:9190';

const LABELS: Readonly<Record<Severity, string>> = { error: 'error', lost: 'not carried over', note: 'note' };
const TARGET_TITLES: Readonly<Record<Target, string>> = { keda: 'beside KEDA', standalone: 'standalone' };

interface MigrateFlags {
  readonly target: Target | 'both';
  readonly scalerAddress: string;
  readonly prometheus?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `tidecast migrate`: what would have to change in manifests and rules for tidecast, as a diff. */
export function migrateCommand(terminal: Terminal, exit: (code: number) => void): Command {
  return withJson(new Command('migrate'))
    .summary('show what KEDA manifests, alert rules and adapter rules become with tidecast, as a diff')
    .description(
      'Reads ScaledObjects, predict_linear alert rules and prometheus-adapter rules from files and folders, prints what ' +
        'would change as a unified diff, and names what cannot be carried over. Changes nothing by itself. Exit status 0 ' +
        'when everything is carried over, 3 when something is not, 1 when the input has an error.',
    )
    .argument('<path...>', 'YAML or JSON files, or folders of them')
    .addOption(
      new Option('--target <target>', 'keda: KEDA stays and asks tidecast; standalone: what tidecast itself reads')
        .choices([...TARGETS, 'both'])
        .default('both'),
    )
    .option('--scaler-address <host:port>', 'where KEDA finds tidecast', hostAndPort, DEFAULT_SCALER_ADDRESS)
    .option('--prometheus <url>', 'the Prometheus of rules, which do not name it', httpAddress)
    .option('--out <folder>', 'write the changed files there too, never over existing ones')
    .action(async (paths: string[], flags: MigrateFlags) => {
      const migration = await run(paths, flags);
      const failed = migration.remarks.some(({ severity }) => severity === 'error');
      const written = flags.out === undefined || failed ? [] : await writeMigrated(migration.files, flags.out, paths);
      if (flags.json === true) printJson(terminal.stdout, asJson(migration, written));
      else show(migration, written, terminal, targetsOf(flags));
      if (failed) exit(FAILED);
      else if (migration.remarks.some(({ severity }) => severity === 'lost')) exit(INCOMPLETE);
    });
}

async function run(paths: readonly string[], flags: MigrateFlags): Promise<Migration> {
  const targets = targetsOf(flags);
  const { sources, problems } = await readSources(paths);
  const { scalerAddress, prometheus: prometheusAddress } = flags;
  const migration = migrate(sources, targets, { scalerAddress, prometheusAddress, forecasterNames });
  const unread = problems.map(({ file, line, field, message }) => ({
    severity: 'error' as const,
    file,
    line,
    field,
    message,
    targets,
  }));
  const nothing = {
    severity: 'error' as const,
    file: paths.join(', '),
    line: 0,
    field: '',
    message: 'nothing to migrate: no ScaledObject, no predict_linear rule and no prometheus-adapter rule found',
    targets,
  };
  const isEmpty = migration.found === 0 && unread.length === 0 && migration.remarks.length === 0;
  return { ...migration, remarks: [...unread, ...migration.remarks, ...(isEmpty ? [nothing] : [])] };
}

function targetsOf({ target }: MigrateFlags): readonly Target[] {
  return target === 'both' ? TARGETS : [target];
}

function asJson({ files, remarks }: Migration, written: readonly string[]): object {
  return {
    files: files.map((file) => ({
      path: file.path,
      target: file.target,
      isNew: file.before === undefined,
      diff: unifiedDiff(file),
      text: file.after,
    })),
    remarks,
    written,
  };
}

function show(
  { files, remarks }: Migration,
  written: readonly string[],
  terminal: Terminal,
  targets: readonly Target[],
): void {
  const { stdout, stderr, env } = terminal;
  const colors = colorsOf(stdout, env);
  for (const target of targets) {
    const own = files.filter((file) => file.target === target);
    if (own.length === 0) print(stderr, `${TARGET_TITLES[target]}: no change`);
    for (const file of own) {
      // Before the header of a diff, patch and git apply pass over text.
      if (targets.length > 1) print(stdout, colors.dim(`# ${TARGET_TITLES[target]}`));
      const diff = unifiedDiff(file);
      stdout.write(stdout.isTTY === true ? colourDiff(diff.split('\n').map(printable).join('\n'), colors) : diff);
    }
  }
  for (const remark of inOrder(remarks)) print(stderr, printable(renderRemark(remark, targets)));
  for (const path of written) print(stderr, `written: ${printable(path)}`);
  const count = (severity: Severity): number => remarks.filter((remark) => remark.severity === severity).length;
  const counted = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
  const [errors, notes] = [counted(count('error'), 'error'), counted(count('note'), 'note')];
  print(stderr, `${errors}, ${count('lost')} not carried over, ${notes}`);
}

function renderRemark({ severity, file, line, field, message, targets }: Remark, asked: readonly Target[]): string {
  const place = line > 0 ? `${file}:${line}` : file;
  const label = LABELS[severity];
  const qualified = targets.length < asked.length ? `${label}, ${targets.map((t) => TARGET_TITLES[t]).join()}` : label;
  return [place, qualified, ...(field === '' ? [] : [field]), message].join(': ');
}

function inOrder(remarks: readonly Remark[]): readonly Remark[] {
  return [...remarks].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

function hostAndPort(text: string): string {
  if (!/^(\[[\da-fA-F:.]+\]|[^\s:/@[\]]+):\d{1,5}$/.test(text)) {
    throw new InvalidArgumentError('Expected HOST:PORT, such as tidecast.tidecast:9190.');
  }
  return text;
}

function httpAddress(text: string): string {
  if (!/^https?:\/\/[^/]/.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError('Expected a URL such as http://prometheus.monitoring:9090.');
  }
  return text;
}
