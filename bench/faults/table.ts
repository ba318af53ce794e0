import Table from 'cli-table3';
import { type Exempt, type Verdict, isExempt } from './case.js';
import { FAULTS } from './fault.js';

const STYLE = { style: { head: [], border: [] } };

/** One row for each class of triggers, one column for each fault: the state that was served. */
export function matrixOf(outcomes: readonly (Exempt | Verdict)[]): string {
  const rigs = [...new Set(outcomes.map(({ rig }) => rig))];
  const table = new Table({ head: ['', ...FAULTS.map((fault) => fault.replaceAll(' ', '\n'))], ...STYLE });
  for (const rig of rigs) {
    const cells = FAULTS.map((fault) => outcomes.find((outcome) => outcome.rig === rig && outcome.fault === fault));
    table.push([rig, ...cells.map(cell)]);
  }
  return table.toString();
}

/** Every case with what was served, why, and how many replicas before, at the least during, and after it. */
export function detailsOf(outcomes: readonly (Exempt | Verdict)[]): string {
  const table = new Table({
    head: ['class', 'fault', 'state', 'replicas', 'reason'],
    colWidths: [21, 21, 18, 10, 90],
    wordWrap: true,
    ...STYLE,
  });
  for (const outcome of outcomes) {
    const { rig, fault } = outcome;
    if (isExempt(outcome)) table.push([rig, fault, 'n/a', '', outcome.why]);
    else table.push([rig, fault, outcome.state, replicasOf(outcome), outcome.reason]);
  }
  return table.toString();
}

function cell(outcome: Exempt | Verdict | undefined): string {
  if (outcome === undefined || isExempt(outcome)) return 'n/a';
  const { lowered, complaints, state } = outcome;
  if (lowered.length > 0) return 'LOWERED';
  return complaints.length > 0 ? 'WRONG' : state.replace(', ', '\n');
}

function replicasOf({ replicas }: Verdict): string {
  return replicas.map((count) => count ?? '?').join(' ');
}
