import type { Composition } from '../../src/core/composition.js';
import type { Fault } from './fault.js';
import type { Expected, Rig } from './rig.js';
import { Run, type Step } from './run.js';

/** What the trigger beside the rig's says at each step: once it asks for more than the rig's, in the middle of the fault. */
const BESIDE = { before: [25, 30, 35], during: [40, 95, 45], after: [50, 55, 60] };
/** The store is written to, and says that it cannot. */
const STORE_FAULTS: readonly Fault[] = ['store full', 'disk read-only'];

/** A fault that means nothing to a class of triggers. */
export interface Exempt {
  readonly fault: Fault;
  readonly rig: string;
  readonly why: string;
}

/** What a fault did to a class of triggers. */
export interface Verdict {
  readonly fault: Fault;
  readonly rig: string;
  /** At the last step of the fault. */
  readonly state: string;
  readonly reason: string;
  /** Replicas before, at the least during, and after it. */
  readonly replicas: readonly [before: number | null, during: number | null, after: number | null];
  /** Compositions during and after the fault. */
  readonly decisions: number;
  /** What was lower than before, or than what the trigger beside it asked for. */
  readonly lowered: readonly string[];
  /** What else is wrong with it. */
  readonly complaints: readonly string[];
}

export function isExempt(outcome: Exempt | Verdict): outcome is Exempt {
  return 'why' in outcome;
}

/** Lets one fault befall a ScaledObject with the trigger of the rig and one that always answers. */
export async function runCase(rig: Rig, fault: Fault): Promise<Exempt | Verdict> {
  const why = rig.exemption(fault);
  if (why !== null) return { fault, rig: rig.name, why };
  const run = await Run.start(rig);
  try {
    const before = (await run.steps(BESIDE.before)).at(-1)!;
    const expected = await run.inject(fault);
    const during = await run.steps(BESIDE.during);
    const { storeErrors } = run;
    await run.heal();
    const after = await run.steps(BESIDE.after);
    return {
      fault,
      rig: rig.name,
      ...judge({ before, during, after, expected }),
      ...(STORE_FAULTS.includes(fault) && storeErrors === 0 && { complaints: ['the store did not fail'] }),
    };
  } finally {
    await run.close();
  }
}

interface Observed {
  readonly before: Step;
  readonly during: readonly Step[];
  readonly after: readonly Step[];
  readonly expected: Expected;
}

function judge({ before, during, after, expected }: Observed): Omit<Verdict, 'fault' | 'rig'> {
  const required = ({ composition }: Step): number | null => composition.requiredReplicas;
  const least = during.map(required).reduce((a, b) => (a === null || b === null ? null : Math.min(a, b)));
  const [last, end] = [during.at(-1)!, after.at(-1)!];
  const reason = last.composition.triggers[0]!.reason;
  return {
    state: last.state,
    reason,
    replicas: [required(before), least, required(end)],
    decisions: during.length + after.length,
    lowered: unique([...during, ...after].flatMap(({ composition }) => lowered(composition, required(before) ?? 0))),
    complaints: unique([
      ...(before.state.startsWith('known') ? [] : [`was ${before.state} before: ${reasonOf(before)}`]),
      ...(last.state === expected.state ? [] : [`is ${last.state}, not ${expected.state}`]),
      ...(expected.reason.test(reason) ? [] : [`"${reason}" does not match ${String(expected.reason)}`]),
      ...during.flatMap(({ composition }) => guessed(composition)),
      ...(end.state === before.state ? [] : [`has not recovered: ${end.state}, ${reasonOf(end)}`]),
      ...(after.every((step) => required(step) === required(before)) ? [] : ['something of it is left']),
    ]),
  };
}

/** Nothing may be lower than before the fault, nor than what the trigger beside it asks for. */
function lowered({ requiredReplicas, active, triggers }: Composition, before: number): string[] {
  const beside = triggers[1]!.metrics[0]?.value ?? 0;
  return [
    ...(requiredReplicas === null ? ['nothing was required'] : []),
    ...(requiredReplicas !== null && requiredReplicas < before ? [`from ${before} to ${requiredReplicas}`] : []),
    ...(requiredReplicas !== null && requiredReplicas < Math.ceil(beside / 10) ? ['below the other trigger'] : []),
    ...(active === false ? ['put to sleep'] : []),
  ];
}

/** What is not known has no value. */
function guessed({ triggers: [trigger] }: Composition): string[] {
  const isValue = trigger!.metrics.some(({ value }) => value !== null);
  return trigger!.state === 'failing' && isValue ? ['a value is served of what is not known'] : [];
}

function reasonOf({ composition }: Step): string {
  return composition.triggers[0]!.reason;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
