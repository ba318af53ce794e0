import { UsageError } from '../core/errors.js';
import type { IsGiven, ReplayFlags } from './replay-flags.js';

/** Flags that mean nothing without another one, which, and why. */
const NEEDS: readonly {
  readonly flag: keyof ReplayFlags;
  readonly needed: keyof ReplayFlags;
  readonly words: string;
}[] = [
  { flag: 'noiseCorrelation', needed: 'noise', words: 'SHARE: how much the load deviates' },
  { flag: 'concurrency', needed: 'requestTime', words: 'DURATION: how long one request takes' },
  ...(['query', 'header', 'username', 'bearerTokenFile', 'caFile'] as const).map(
    (flag) => ({ flag, needed: 'prometheus', words: 'URL: the server that is asked' }) as const,
  ),
  { flag: 'workload', needed: 'service', words: 'URL: the running tidecast that has it' },
];

/** What an objective chooses. */
const CHOSEN = ['quantile', 'target', 'leadMargin', 'hold'] as const;

/** @throws {UsageError} a flag that would change nothing, with the one that it needs, or that it contradicts */
export function checkTogether(flags: ReplayFlags, isGiven: IsGiven): void {
  const idle = NEEDS.find(({ flag, needed }) => isGiven(flag) && !isGiven(needed));
  if (idle !== undefined) throw new UsageError(`${spelt(idle.flag)} needs ${spelt(idle.needed)} ${idle.words}`);
  const chosen = CHOSEN.find((flag) => isGiven(flag) && !(flag === 'target' && makesCapacity(flags)));
  if (flags.objective === undefined || chosen === undefined) return;
  throw new UsageError(
    `${spelt(chosen)} and --objective exclude each other: an objective chooses ${CHOSEN.map(spelt).join(', ')} itself`,
  );
}

/** Then `--target` says which share of its capacity a replica carries at the target of the file or of the service. */
function makesCapacity({ hpa, scaledObject, service, capacity }: ReplayFlags): boolean {
  return capacity === undefined && [hpa, scaledObject, service].some((source) => source !== undefined);
}

/** As it stands on the command line. */
function spelt(flag: keyof ReplayFlags): string {
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
