/**
 * A day of a queue, end to end: `npm run bench:end-to-end`. A real RabbitMQ, a real Prometheus, tidecast in local mode, and an HPA
 * that scales simulated consumers by what tidecast serves over HTTP: a daily load, and a burst at a random time that no
 * history tells of and that the query does not count. Everything but the burst's time is the same in each run; `--seed N`
 * gives other ones. Stores `results/end-to-end.json` and draws `docs/end-to-end.svg`.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { HOUR_MS } from '../src/core/duration.js';
import { burstWithin } from './end-to-end/load.js';
import { drawRun } from './end-to-end/plot.js';
import { runEndToEnd, type Tick } from './end-to-end/run.js';
import { summarise } from './end-to-end/summary.js';
import { describeRun, resultFile, writeResult } from './support/result-file.js';

const DAY = Date.UTC(2026, 2, 11);
/** From before the daily rise until after the fall. */
const FROM_MS = DAY + 6 * HOUR_MS;
const TO_MS = DAY + 20 * HOUR_MS;
const BURST_MESSAGES = 3_000;

const { values: flags } = parseArgs({ options: { seed: { type: 'string', default: '1' } } });
const seed = Number(flags.seed);
const burst = burstWithin(FROM_MS + 4 * HOUR_MS, TO_MS - 2 * HOUR_MS, seed, BURST_MESSAGES);
const ticks = await runEndToEnd({ fromMs: FROM_MS, toMs: TO_MS, burst, seed, onTick: progress });
const summary = summarise(ticks, burst);
process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
writeResult(resultFile('end-to-end'), { ...describeRun(), seed, summary });
writeFileSync(new URL('../docs/end-to-end.svg', import.meta.url), drawRun(ticks, burst));

function progress({ atMs, replicas, waiting }: Tick): void {
  if (atMs % HOUR_MS !== 0) return;
  process.stderr.write(
    `${new Date(atMs).toISOString().slice(11, 16)} UTC: ${replicas} consumers, ${waiting} waiting\n`,
  );
}
