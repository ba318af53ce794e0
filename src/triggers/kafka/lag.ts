/** What is known of one partition that a consumer group reads. */
export interface PartitionOffsets {
  readonly topic: string;
  readonly partition: number;
  /** The next offset that the group will read; null: it has committed none. */
  readonly committed: number | null;
  /** The offset that the next message will get; null: the broker did not say. */
  readonly end: number | null;
}

/** Offsets a group had committed, by {@link partitionKey}. */
export type CommittedOffsets = ReadonlyMap<string, number>;

export interface LagRules {
  /** Where a group begins that has committed nothing. */
  readonly offsetResetPolicy: 'latest' | 'earliest';
  readonly scaleToZeroOnInvalidOffset: boolean;
  readonly excludePersistentLag: boolean;
}

export interface BoundRules {
  readonly lagThreshold: number;
  readonly allowIdleConsumers: boolean;
  readonly limitToPartitionsWithLag: boolean;
  readonly ensureEvenDistributionOfPartitions: boolean;
}

export interface Lag {
  /** Messages that more consumers would help with. */
  readonly forScaling: number;
  /** Messages, those too that no consumer gets past. */
  readonly forActivation: number;
}

export interface GroupLag extends Lag {
  readonly partitions: number;
  readonly partitionsWithLag: number;
}

function partitionKey({ topic, partition }: Pick<PartitionOffsets, 'topic' | 'partition'>): string {
  return `${topic}/${partition}`;
}

/**
 * Lag of one partition by KEDA's rules: a group without a committed offset counts as one message behind where it will begin
 * at the end, so that a consumer starts and commits; a partition of which the broker does not say the end counts as 0.
 *
 * @param before what was committed at the previous poll; undefined: not known
 */
export function partitionLag({ committed, end }: PartitionOffsets, before: number | undefined, rules: LagRules): Lag {
  if (committed === null && rules.offsetResetPolicy === 'latest') return both(rules.scaleToZeroOnInvalidOffset ? 0 : 1);
  if (committed === null && rules.scaleToZeroOnInvalidOffset) return both(0);
  if (end === null) return both(0);
  const lag = end - (committed ?? 0);
  const isStuck = rules.excludePersistentLag && committed !== null && committed === before;
  return isStuck ? { forScaling: 0, forActivation: lag } : both(lag);
}

function both(lag: number): Lag {
  return { forScaling: lag, forActivation: lag };
}

/** Sums over the partitions of a group. */
export function groupLag(partitions: readonly PartitionOffsets[], before: CommittedOffsets, rules: LagRules): GroupLag {
  const lags = partitions.map((offsets) => partitionLag(offsets, before.get(partitionKey(offsets)), rules));
  const sum = (of: (lag: Lag) => number): number => lags.reduce((total, lag) => total + of(lag), 0);
  return {
    forScaling: sum(({ forScaling }) => forScaling),
    forActivation: sum(({ forActivation }) => forActivation),
    partitions: partitions.length,
    partitionsWithLag: lags.filter(({ forScaling }) => forScaling > 0).length,
  };
}

/** The lag to scale by, as KEDA bounds it: more consumers than partitions would idle. */
export function boundedLag(lag: GroupLag, rules: BoundRules): number {
  const { lagThreshold, allowIdleConsumers, limitToPartitionsWithLag, ensureEvenDistributionOfPartitions } = rules;
  const { forScaling, partitions, partitionsWithLag } = lag;
  if (allowIdleConsumers && !limitToPartitionsWithLag && !ensureEvenDistributionOfPartitions) return forScaling;
  const wanted = ensureEvenDistributionOfPartitions
    ? evenConsumers(forScaling, partitions, lagThreshold) * lagThreshold
    : forScaling;
  const bound = limitToPartitionsWithLag ? partitionsWithLag : partitions;
  return Math.trunc(wanted / lagThreshold) > bound ? bound * lagThreshold : wanted;
}

/** The smallest number of consumers that carries the lag and shares the partitions evenly. */
function evenConsumers(lag: number, partitions: number, lagThreshold: number): number {
  for (let consumers = 1; consumers < partitions; consumers++) {
    if (partitions % consumers === 0 && consumers * lagThreshold >= lag) return consumers;
  }
  return partitions;
}

/** What a poll leaves for the next. */
export function committedOffsets(partitions: readonly PartitionOffsets[]): CommittedOffsets {
  return new Map(
    partitions.flatMap((offsets) =>
      offsets.committed === null ? [] : [[partitionKey(offsets), offsets.committed] as const],
    ),
  );
}
