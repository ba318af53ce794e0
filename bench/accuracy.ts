/**
 * How well each model forecasts recorded load: `npm run bench:accuracy -- [--traces DIR] [--models a,b]
 * [--max-origins 60] [--json FILE]`.
 *
 * Every series of DIR with a step of at most 10 minutes (1-minute series averaged to 2 minutes) is replayed from origins
 * 3 hours apart, each with 7 days of history and 2 hours of horizon. The error of the median is divided by that of the
 * value one day earlier on the same points; these ratios are averaged geometrically within each family of series, and
 * then over the families; likewise the pinball loss of the quantiles. Prints how that compares with the stored result and
 * what `bench/peers/` has measured of other libraries, and stores it, unless only some models ran.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { allForecasters, forecasterNames } from '../src/forecast/registry.js';
import { PROTOCOL, type SeriesResult, type SeriesTask } from './accuracy-series.js';
import { reportPeers, storedPeers } from './accuracy-peers.js';
import { scoreRow, summarise, type ModelSummary } from './accuracy-summary.js';
import { coveragePartsTable, coverageTable, familyTable, modelTable, pinballFamilyTable } from './accuracy-tables.js';
import { mapInChildren } from './support/children.js';
import {
  describeRun,
  readResult,
  REPOSITORY,
  resultFile,
  writeResult,
  type RunDescription,
} from './support/result-file.js';
import { listTraces } from './support/traces.js';

interface AccuracyResult extends RunDescription {
  readonly protocol: typeof PROTOCOL & { readonly maxOrigins: number };
  readonly models: readonly ModelSummary[];
}

interface Arguments {
  readonly folder: string;
  readonly models: readonly string[];
  readonly maxOrigins: number;
  /** Where to store the result; undefined: nowhere. */
  readonly store: string | undefined;
}

const STORED = resultFile('accuracy');

async function main(): Promise<void> {
  const { folder, models, maxOrigins, store } = readArguments();
  const startedMs = performance.now();
  const results = await scoreAll(folder, models, maxOrigins);
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  const protocol = { ...PROTOCOL, maxOrigins };
  const summaries = summarise(results);
  print(`\n${results.length} series in ${seconds} s\n`);
  print(modelTable(summaries, previousModels(protocol)));
  print(coverageTable(summaries));
  print(coveragePartsTable(summaries, 0.9));
  print(familyTable(summaries));
  print(pinballFamilyTable(summaries));
  const peers = storedPeers();
  print(peers === null ? 'The peers have not been measured: npm run bench:peers' : reportPeers(peers));
  if (store === undefined) return;
  writeResult(store, {
    benchmark: 'accuracy',
    ...describeRun(),
    protocol,
    models: summaries,
    series: results.map(({ file, family, origins, scores }) => ({
      file,
      family,
      origins,
      scores: scores.map(scoreRow),
    })),
  });
  print(`Stored in ${relative(process.cwd(), store)}`);
}

const TRACES = join(REPOSITORY, '../shared/traces');

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      traces: { type: 'string', default: TRACES },
      models: { type: 'string' },
      'max-origins': { type: 'string', default: '60' },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    print('npm run bench:accuracy -- [--traces DIR] [--models a,b] [--max-origins 60] [--json FILE]');
    process.exit(0);
  }
  const folder = resolve(values.traces);
  if (!existsSync(join(folder, 'INDEX.csv'))) {
    throw new Error(`${folder} is not a folder of load series: it has no INDEX.csv. Name one with --traces DIR.`);
  }
  const maxOrigins = Number(values['max-origins']);
  if (!Number.isInteger(maxOrigins) || maxOrigins < 1) {
    throw new Error(`--max-origins must be a whole number >= 1, got ${values['max-origins']}`);
  }
  const models = values.models?.split(',') ?? [...allForecasters().map(({ name }) => name), 'auto'];
  const known = ['auto', ...forecasterNames];
  const unknown = models.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`unknown model "${unknown}"; expected some of ${known.join(', ')}`);
  // Only the whole benchmark, on the traces it is meant for, replaces the stored result.
  const complete = values.models === undefined && maxOrigins === 60 && values.traces === TRACES;
  return { folder, models, maxOrigins, store: values.json ?? (complete ? STORED : undefined) };
}

async function scoreAll(folder: string, models: readonly string[], maxOrigins: number): Promise<SeriesResult[]> {
  const tasks = listTraces(folder, PROTOCOL.maxStepMs).map((trace): SeriesTask => {
    return { folder, trace, models, maxOrigins };
  });
  let done = 0;
  return mapInChildren<SeriesResult>(
    new URL('./accuracy-series.ts', import.meta.url),
    tasks,
    availableParallelism(),
    ({ file }) => process.stderr.write(`${++done}/${tasks.length} ${file}\n`),
  );
}

/** The stored summaries, or none when they were made in another way. */
function previousModels(protocol: AccuracyResult['protocol']): readonly ModelSummary[] {
  const stored = readResult(STORED) as AccuracyResult | null;
  if (stored === null) return [];
  if (JSON.stringify(stored.protocol) !== JSON.stringify(protocol)) {
    print('The stored result was made under another protocol; it is not compared.\n');
    return [];
  }
  print(`Compared with ${stored.commit} of ${stored.measuredAt} on Node ${stored.node}, ${stored.machine.cpu}\n`);
  return stored.models;
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
