/**
 * What tidecast saves on recorded load: `npm run bench:replay -- [--traces DIR] [--only a,b] [--startups 30,300]
 * [--refit-hours 6] [--processes 2] [--json FILE]`.
 *
 * Every series of DIR with a step of at most 120 s and at least 10 days: its last 13 days, of which the last 6 (or what
 * lies after 7) are reported; a fixed start-up time; a mean demand worth 20 pods. tidecast's settings are chosen by the
 * objectives of the protocol on the days before the report. Then each policy is moved along its target utilisation until it
 * costs the pod-hours of an HPA at 70 %, and until it is short for as many minutes. Prints how that compares with the
 * stored result, and stores it, unless only some cases ran.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DAY_MS, SECOND_MS } from '../src/core/duration.js';
import { TIDECAST } from '../src/replay/contenders.js';
import { ratiosOf, summarise, type PolicySummary } from './replay-summary.js';
import { caseTable, policyTable, spreadTable } from './replay-tables.js';
import { PROTOCOL, type CaseResult, type ReplayTask } from './replay-trace.js';
import { mapInChildren } from './support/children.js';
import {
  describeRun,
  readResult,
  REPOSITORY,
  resultFile,
  writeResult,
  type RunDescription,
} from './support/result-file.js';
import { listTraces, readTrace } from './support/traces.js';

interface ReplayBenchResult extends RunDescription {
  readonly protocol: typeof PROTOCOL;
  readonly policies: readonly PolicySummary[];
}

interface Arguments {
  readonly folder: string;
  /** Names without `.csv`; undefined: all. */
  readonly only: readonly string[] | undefined;
  readonly startupsS: readonly number[];
  /** How often models are fitted anew; undefined: as a replay does. */
  readonly refitHours: number | undefined;
  readonly processes: number;
  /** Where to store the result; undefined: nowhere. */
  readonly store: string | undefined;
}

const STORED = resultFile('replay');
const TRACES = join(REPOSITORY, '../shared/traces');
const USAGE =
  'npm run bench:replay -- [--traces DIR] [--only a,b] [--startups 30,300] [--refit-hours 6] [--processes 2] [--json FILE]';

async function main(): Promise<void> {
  const { store, ...args } = readArguments();
  const startedMs = performance.now();
  const cases = await replayAll(args);
  const summaries = summarise(cases);
  print(`\n${cases.length} cases in ${Math.round((performance.now() - startedMs) / 1_000)} s\n`);
  print(caseTable(cases));
  print(policyTable(summaries, previousPolicies()));
  print(spreadTable(summaries));
  if (store === undefined) return;
  writeResult(store, {
    benchmark: 'replay',
    ...describeRun(),
    protocol: PROTOCOL,
    policies: summaries,
    cases: rows(cases),
  });
  print(`Stored in ${relative(process.cwd(), store)}`);
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      traces: { type: 'string', default: TRACES },
      only: { type: 'string' },
      startups: { type: 'string' },
      'refit-hours': { type: 'string' },
      processes: { type: 'string', default: String(availableParallelism()) },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    print(USAGE);
    process.exit(0);
  }
  const folder = resolve(values.traces);
  if (!existsSync(join(folder, 'INDEX.csv'))) {
    throw new Error(`${folder} is not a folder of load series: it has no INDEX.csv. Name one with --traces DIR.`);
  }
  const startupsS = values.startups?.split(',').map((text) => positiveInteger('--startups', text));
  const refit = values['refit-hours'];
  const refitHours = refit === undefined ? undefined : positiveInteger('--refit-hours', refit);
  const complete = [values.only, startupsS, refitHours].every((each) => each === undefined) && values.traces === TRACES;
  return {
    folder,
    only: values.only?.split(','),
    startupsS: startupsS ?? PROTOCOL.startupsS,
    refitHours,
    processes: positiveInteger('--processes', values.processes),
    store: values.json ?? (complete ? STORED : undefined),
  };
}

function positiveInteger(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`${flag} must be a whole number >= 1, got ${text}`);
}

async function replayAll({
  folder,
  only,
  startupsS,
  refitHours,
  processes,
}: Omit<Arguments, 'store'>): Promise<CaseResult[]> {
  const traces = listTraces(folder, PROTOCOL.maxStepS * SECOND_MS).filter((trace) => {
    if (only !== undefined && !only.includes(trace.file.replace('.csv', ''))) return false;
    const { length, stepMs } = readTrace(folder, trace);
    return length * stepMs >= PROTOCOL.leastDays * DAY_MS;
  });
  const tasks = traces.map((trace): ReplayTask => ({ folder, trace, startupsS, refitHours }));
  let done = 0;
  const module = new URL('./replay-trace.ts', import.meta.url);
  const answers = await mapInChildren<CaseResult[]>(module, tasks, processes, (answer) => {
    const ours = ratiosOf(TIDECAST, answer).map(({ startupS, short }) => `${short.toFixed(2)} at ${startupS} s`);
    process.stderr.write(`${++done}/${tasks.length} ${answer[0]!.file}: short ${ours.join(', ')}, of the HPA's\n`);
  });
  return answers.flat();
}

function previousPolicies(): readonly PolicySummary[] {
  const stored = readResult(STORED) as ReplayBenchResult | null;
  if (stored === null) return [];
  if (JSON.stringify(stored.protocol) !== JSON.stringify(PROTOCOL)) {
    print('The stored result was made under another protocol; it is not compared.\n');
    return [];
  }
  print(`Compared with ${stored.commit} of ${stored.measuredAt} on Node ${stored.node}, ${stored.machine.cpu}\n`);
  return stored.policies;
}

/** Ratios alone: nothing that would give away the values of a series. */
function rows(cases: readonly CaseResult[]): object[] {
  const ours = ratiosOf(TIDECAST, cases);
  return cases.map(({ settings }, i) => ({ ...ours[i]!, settings }));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
