/**
 * The fault matrix: every fault into every class of triggers, with real sources behind a network that can fail. Prints
 * what was served and why, and fails if a single decision was lowered by a fault, if a state or its reason is not what it
 * must be, or if something did not recover.
 *
 *     npm run faults
 */
import { hasPrograms } from '../test/support/programs.js';
import { type Exempt, type Verdict, isExempt, runCase } from './faults/case.js';
import { FAULTS } from './faults/fault.js';
import type { Rig, RigKind } from './faults/rig.js';
import { QUICK_RIGS, SLOW_RIGS } from './faults/rigs.js';
import { detailsOf, matrixOf } from './faults/table.js';
import { noArguments } from './support/no-arguments.js';

noArguments('npm run faults');

const kinds = [...QUICK_RIGS, ...SLOW_RIGS];
const untested: string[] = [];
/** One after the other: some programs are started by commands that hold up everything else. */
const rigs: Rig[] = [];
for (const kind of kinds) rigs.push(...(await startOrSay(kind)));

const outcomes: (Exempt | Verdict)[] = [];
for (const fault of FAULTS) {
  process.stderr.write(`${fault}\n`);
  outcomes.push(...(await Promise.all(rigs.map((rig) => runCase(rig, fault)))));
}
for (const rig of rigs) await rig.close();

outcomes.sort((a, b) => indexOf(a) - indexOf(b));
const verdicts = outcomes.filter((outcome): outcome is Verdict => !isExempt(outcome));
const lowered = verdicts.filter((verdict) => verdict.lowered.length > 0);
const wrong = verdicts.filter(({ complaints }) => complaints.length > 0);
print(matrixOf(outcomes));
print(detailsOf(outcomes));
const decisions = verdicts.reduce((sum, verdict) => sum + verdict.decisions, 0);
print(
  `${FAULTS.length} faults, ${rigs.length} classes of triggers, ${verdicts.length} cases that can be, ${decisions} decisions`,
);
print(
  `${lowered.length} cases with a decision lowered by a fault, ${wrong.length} with a wrong state or reason, or not recovered`,
);
for (const verdict of new Set([...lowered, ...wrong])) {
  print(`  ${verdict.rig}, ${verdict.fault}: ${[...verdict.lowered, ...verdict.complaints].join('; ')}`);
}
for (const line of untested) process.stderr.write(`NOT TESTED: ${line}\n`);
process.exitCode = lowered.length + wrong.length === 0 ? 0 : 1;

async function startOrSay({ names, programs, start }: RigKind): Promise<readonly Rig[]> {
  const missing = programs.filter((program) => !hasPrograms(program));
  if (missing.length === 0) return start();
  untested.push(`${names.join(', ')} (not installed: ${missing.join(', ')})`);
  return [];
}

function indexOf({ rig }: Exempt | Verdict): number {
  return rigs.findIndex(({ name }) => name === rig);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
