/**
 * What history hygiene does to recorded load: `npm run bench:hygiene -- [--traces DIR] [--json FILE]`.
 *
 * Of every series of DIR with a step of at most 10 minutes (1-minute series averaged to 2 minutes): the share that is
 * masked as it was recorded, in windows of 14 days; and where it has at least 10 days, by how much an outage of 2 h and a
 * load test of five times the load for an hour, planted in the first week at three pairs of times, change the forecasts
 * of the second week, with hygiene and without. Prints how that compares with the stored result, and stores it.
 */
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { median, quantile } from 'simple-statistics';
import { effects, maskedShare, PROTOCOL, type Effect, type MaskedShare } from './hygiene-trace.js';
import {
  describeRun,
  readResult,
  REPOSITORY,
  resultFile,
  writeResult,
  type RunDescription,
} from './support/result-file.js';
import { atQueryStep, listTraces, readTrace } from './support/traces.js';

interface TraceResult {
  readonly file: string;
  readonly recorded: MaskedShare;
  readonly effects: readonly Effect[];
}

/** Over all planted pairs of which both, or not both, were found. */
interface Summary {
  readonly pairs: number;
  /** Of the median forecast. */
  readonly medianChange: number;
  readonly p90Change: number;
  readonly largestChange: number;
  readonly medianChangeWithout: number;
  /** Pairs after which the forecasts changed by less than 5 %. */
  readonly below5Percent: number;
}

interface HygieneResult extends RunDescription {
  readonly protocol: typeof PROTOCOL;
  readonly maskedShare: number;
  readonly bothFound: Summary;
  readonly notBothFound: Summary;
}

const STORED = resultFile('hygiene');
const TRACES = join(REPOSITORY, '../shared/traces');

function main(): void {
  const { folder, store } = readArguments();
  const results = listTraces(folder, PROTOCOL.maxStepMs).map((trace): TraceResult => {
    process.stderr.write(`${trace.file}\n`);
    const series = atQueryStep(readTrace(folder, trace));
    const isLong = series.length * series.stepMs >= PROTOCOL.shortestMs;
    return { file: trace.file, recorded: maskedShare(series), effects: isLong ? effects(series) : [] };
  });
  const all = results.flatMap((result) => result.effects);
  const isFound = ({ outageFound, testFound }: Effect): boolean => outageFound && testFound;
  const figures = {
    maskedShare: mean(results.map(({ recorded }) => recorded.share)),
    bothFound: summarise(all.filter(isFound)),
    notBothFound: summarise(all.filter((effect) => !isFound(effect))),
  };
  print(`${traceTable(results)}\n\n${summaryTable(figures)}\n${comparison(figures)}`);
  if (store === undefined) return;
  writeResult(store, { benchmark: 'hygiene', ...describeRun(), protocol: PROTOCOL, ...figures, series: results });
  print(`Stored in ${relative(process.cwd(), store)}`);
}

function readArguments(): { folder: string; store: string | undefined } {
  const { values } = parseArgs({
    options: {
      traces: { type: 'string', default: TRACES },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    print('npm run bench:hygiene -- [--traces DIR] [--json FILE]');
    process.exit(0);
  }
  const folder = resolve(values.traces);
  if (!existsSync(join(folder, 'INDEX.csv'))) {
    throw new Error(`${folder} is not a folder of load series: it has no INDEX.csv. Name one with --traces DIR.`);
  }
  return { folder, store: values.json ?? (values.traces === TRACES ? STORED : undefined) };
}

function summarise(list: readonly Effect[]): Summary {
  const changes = list.map(({ withHygiene }) => withHygiene[0]!);
  if (changes.length === 0) {
    return {
      pairs: 0,
      medianChange: NaN,
      p90Change: NaN,
      largestChange: NaN,
      medianChangeWithout: NaN,
      below5Percent: 0,
    };
  }
  return {
    pairs: changes.length,
    medianChange: median(changes),
    p90Change: quantile(changes, 0.9),
    largestChange: Math.max(...changes),
    medianChangeWithout: median(list.map(({ without }) => without[0]!)),
    below5Percent: changes.filter((change) => change < 0.05).length,
  };
}

function traceTable(results: readonly TraceResult[]): string {
  const worst = (list: readonly Effect[], of: (effect: Effect) => number): string =>
    list.length === 0 ? '' : percent(Math.max(...list.map(of)));
  return render(
    ['series', 'windows', 'masks', 'masked', 'outage', 'load test', 'largest change', 'without'],
    results.map(({ file, recorded, effects: list }) => [
      file,
      String(recorded.windows),
      Object.entries(recorded.masks)
        .map(([kind, count]) => `${count} ${kind}`)
        .join(', '),
      percent(recorded.share),
      list.length === 0 ? '' : `${list.filter(({ outageFound }) => outageFound).length} of ${list.length}`,
      list.length === 0 ? '' : `${list.filter(({ testFound }) => testFound).length} of ${list.length}`,
      worst(list, ({ withHygiene }) => withHygiene[0]!),
      worst(list, ({ without }) => without[0]!),
    ]),
  );
}

function summaryTable({ bothFound, notBothFound }: Pick<HygieneResult, 'bothFound' | 'notBothFound'>): string {
  const row = (name: string, summary: Summary): string[] => [
    name,
    String(summary.pairs),
    percent(summary.medianChange),
    percent(summary.p90Change),
    percent(summary.largestChange),
    percent(summary.medianChangeWithout),
    String(summary.below5Percent),
  ];
  return render(
    ['planted pairs', 'count', 'median change', 'p90', 'largest', 'without hygiene', 'below 5 %'],
    [row('both found', bothFound), row('not both found', notBothFound)],
  );
}

function comparison({ maskedShare: share, bothFound }: Pick<HygieneResult, 'maskedShare' | 'bothFound'>): string {
  const now = `masked as recorded: ${percent(share, 3)}, both found: ${bothFound.pairs}`;
  const stored = readResult(STORED) as HygieneResult | null;
  if (stored === null || JSON.stringify(stored.protocol) !== JSON.stringify(PROTOCOL)) return now;
  return `${now}; before (${stored.commit}): ${percent(stored.maskedShare, 3)}, ${stored.bothFound.pairs}`;
}

function render(head: string[], rows: string[][]): string {
  const table = new Table({
    head,
    colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows);
  return table.toString();
}

function percent(share: number, digits = 1): string {
  return Number.isNaN(share) ? '' : `${(100 * share).toFixed(digits)} %`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
