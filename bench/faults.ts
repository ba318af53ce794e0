/**
 * The fault matrix: every fault into every class of triggers, with real sources behind a network that can fail. Prints
 * what was served and what was asked for, and fails if a single decision was lowered by a fault or did not recover.
 *
 *     npm run faults
 */
import Table from 'cli-table3';
import { startBrokerRig } from './faults/broker-rig.js';
import { FAULTS, POLLING_INTERVAL_MS, runCase, type Verdict } from './faults/case.js';
import { startForecastRig } from './faults/forecast-rig.js';
import { startHttpRig } from './faults/http-rig.js';
import { startSqlRig } from './faults/sql-rig.js';
import { noArguments } from './support/no-arguments.js';

noArguments('npm run faults');

const rigs = await Promise.all([
  startForecastRig(POLLING_INTERVAL_MS),
  startHttpRig(),
  startBrokerRig(),
  startSqlRig(),
]);
const table = new Table({ head: ['fault', ...rigs.map(({ name }) => name)], style: { head: [], border: [] } });
const verdicts: Verdict[] = [];
for (const fault of FAULTS) {
  const row = await Promise.all(rigs.map((rig) => runCase(rig, fault)));
  verdicts.push(...row);
  table.push([fault, ...row.map(cell)]);
}
for (const rig of rigs) await rig.close();

const injected = verdicts.filter(({ notApplicable }) => notApplicable === null);
const bad = injected.filter(({ complaints }) => complaints.length > 0);
process.stdout.write(`${table.toString()}\n`);
process.stdout.write(
  'Each cell: what was served during the fault; replicas before, at the least during, and after it.\n',
);
process.stdout.write(
  `${FAULTS.length} faults, ${injected.length} cases; ${bad.length} with a decision that was lowered or did not recover\n`,
);
for (const { fault, rig, complaints } of bad) process.stdout.write(`  ${fault}, ${rig}: ${complaints.join('; ')}\n`);
process.exitCode = bad.length === 0 ? 0 : 1;

function cell({ notApplicable, served, replicas, complaints }: Verdict): string {
  if (notApplicable !== null) return 'n/a';
  return `${served}; ${replicas.map((count) => count ?? '?').join(' ')}${complaints.length === 0 ? '' : ' LOWERED'}`;
}
