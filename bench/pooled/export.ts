/**
 * Writes what `models/` learns from: `npx tsx bench/pooled/export.ts OUT [--traces DIR]`. For every series of DIR with a step of at
 * most 10 minutes, the situations that forecasts were made in, and what they were wrong by; see `train.py`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MINUTE_MS } from '../../src/core/duration.js';
import { mapInChildren } from '../support/children.js';
import { REPOSITORY } from '../support/result-file.js';
import { listTraces } from '../support/traces.js';
import type { ExportedTrace, ExportTask } from './export-trace.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { traces: { type: 'string', default: join(REPOSITORY, '../shared/traces') } },
});
const [out] = positionals;
if (out === undefined) throw new Error('npx tsx bench/pooled/export.ts OUT [--traces DIR]');
mkdirSync(out, { recursive: true });
const tasks = listTraces(values.traces, 10 * MINUTE_MS).map((trace): ExportTask => {
  return { folder: values.traces, trace, out };
});
let done = 0;
const module = new URL('./export-trace.ts', import.meta.url);
const traces = await mapInChildren<ExportedTrace>(module, tasks, availableParallelism(), ({ file, path }) => {
  process.stderr.write(`${++done}/${tasks.length} ${file}: ${path.rows} rows\n`);
});
writeFileSync(join(out, 'index.json'), `${JSON.stringify(traces, null, 2)}\n`);
