/**
 * How well other forecasting libraries do on the windows of the accuracy benchmark: `npm run bench:peers -- --python
 * PYTHON [--traces DIR] [--max-origins 4] [--models a,b] [--peers a,b] [--work DIR] [--json FILE]`.
 *
 * The protocol is that of `bench/accuracy.ts` with fewer origins, because some peers take seconds for each. Our models
 * are fitted and scored on the same origins in the same run, series by series and one after the other, so that times can
 * be compared as ratios even on a machine that does other things. Stores the result, unless only some peers ran.
 * With `--work`, the scores of each series are kept in that folder and taken up again by the next run.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { reportPeers, STORED_PEERS, type PeersResult } from '../accuracy-peers.js';
import { PROTOCOL } from '../accuracy-series.js';
import { scoreRow } from '../accuracy-summary.js';
import { describeRun, REPOSITORY, writeResult } from '../support/result-file.js';
import { listTraces } from '../support/traces.js';
import { startPeers } from './peer-process.js';
import { summarisePeers } from './peers-summary.js';
import { scoreSeriesWithPeers, type SeriesWithPeers } from './series-with-peers.js';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    traces: { type: 'string', default: join(REPOSITORY, '../shared/traces') },
    'max-origins': { type: 'string', default: '4' },
    models: { type: 'string', default: 'auto,combination,ridge,last-value,seasonal-naive' },
    peers: { type: 'string' },
    work: { type: 'string' },
    json: { type: 'string' },
  },
});

async function main(): Promise<void> {
  const folder = resolve(values.traces);
  const maxOrigins = Number(values['max-origins']);
  const models = values.models.split(',');
  const side = await startPeers(values.python);
  const peers = values.peers?.split(',') ?? side.peers;
  const exchange = mkdtempSync(join(tmpdir(), 'tidecast-peers-'));
  const results: SeriesWithPeers[] = [];
  const traces = listTraces(folder, PROTOCOL.maxStepMs);
  try {
    for (const trace of traces) {
      const task = { folder, trace, maxOrigins, models, peers, exchange };
      results.push(await unlessKept(trace.file, () => scoreSeriesWithPeers(task, side)));
      process.stderr.write(`${results.length}/${traces.length} ${trace.file}\n`);
    }
  } finally {
    side.close();
    rmSync(exchange, { recursive: true });
  }
  const result: PeersResult = {
    benchmark: 'peers',
    ...describeRun(),
    versions: side.versions,
    times: 'on one core of a machine that also did other work: compare them as ratios within this file',
    protocol: { ...PROTOCOL, maxOrigins },
    peers,
    ...summarisePeers(results),
    series: results.map(({ file, family, origins, scores }) => ({
      file,
      family,
      origins,
      scores: scores.map(scoreRow),
    })),
  };
  const store = values.json ?? (values.peers === undefined ? STORED_PEERS : undefined);
  if (store !== undefined) writeResult(store, result);
  process.stdout.write(reportPeers(result));
}

/** A run takes long, and machines are switched off. */
async function unlessKept(name: string, score: () => Promise<SeriesWithPeers>): Promise<SeriesWithPeers> {
  if (values.work === undefined) return score();
  const file = join(values.work, `${name}.json`);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as SeriesWithPeers;
  const scored = await score();
  mkdirSync(values.work, { recursive: true });
  writeFileSync(file, JSON.stringify(scored));
  return scored;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
