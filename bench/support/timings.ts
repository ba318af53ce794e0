import Table from 'cli-table3';
import { describeRun, readResult, resultFile, writeResult, type RunDescription } from './result-file.js';

/** Repeated measurements of one named scenario. */
export interface Timing {
  readonly scenario: string;
  readonly runs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  /** What the median should stay below; null when nothing is promised. */
  readonly budgetMs: number | null;
}

interface TimingResult extends RunDescription {
  readonly timings: readonly Timing[];
}

/** Prints the timings beside the stored ones of the same scenario, and stores them in their place. */
export function storeTimings(benchmark: string, timings: readonly Timing[]): void {
  const file = resultFile(benchmark);
  const previous = readResult(file) as TimingResult | null;
  const table = new Table({
    head: ['scenario', 'median ms', 'p95 ms', 'budget ms', 'runs', 'before', 'change'],
    colAligns: ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const timing of timings) {
    const before = previous?.timings.find(({ scenario }) => scenario === timing.scenario)?.medianMs;
    table.push([
      timing.scenario,
      milliseconds(timing.medianMs),
      milliseconds(timing.p95Ms),
      timing.budgetMs === null ? '' : String(timing.budgetMs),
      String(timing.runs),
      before === undefined ? '' : milliseconds(before),
      before === undefined ? '' : `${((timing.medianMs / before - 1) * 100).toFixed(0)} %`,
    ]);
  }
  const run = describeRun();
  const origin =
    previous === null ? '' : `before: ${previous.commit} of ${previous.measuredAt}, ${previous.machine.cpu}\n`;
  process.stdout.write(`${table.toString()}\n${origin}now: ${run.commit}, Node ${run.node}, ${run.machine.cpu}\n`);
  writeResult(file, { benchmark, ...run, timings });
}

function milliseconds(value: number): string {
  return value.toFixed(value < 10 ? 3 : 1);
}
