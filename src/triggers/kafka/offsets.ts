import type { Admin } from 'kafkajs';
import { TriggerError } from '../../core/errors.js';
import { inOurWords, isUnknownTopic } from './errors.js';
import type { PartitionOffsets } from './lag.js';

/** As far as offsets go. */
export type OffsetsAdmin = Pick<Admin, 'fetchOffsets' | 'fetchTopicOffsets' | 'describeGroups' | 'listTopics'>;

/** A group, and where its consumers read. */
export interface Reading {
  readonly consumerGroup: string;
  /** At least one. */
  readonly topics: readonly string[];
  /** null: all. */
  readonly partitions: readonly number[] | null;
}

/**
 * Offsets of all partitions that count. The committed ones are read first, so that what is consumed meanwhile is not taken
 * for less than nothing.
 *
 * @throws {TriggerError} a topic has no partition that counts
 * @throws anything else: a broker refuses, or cannot be reached
 */
export async function partitionOffsets(admin: OffsetsAdmin, reading: Reading): Promise<PartitionOffsets[]> {
  const { consumerGroup: groupId, topics, partitions: counted } = reading;
  try {
    const committed = await committedByPartition(admin, groupId, topics);
    const ends = await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)));
    return topics.flatMap((topic, index) => {
      const counting = ends[index]!.filter(({ partition }) => counted === null || counted.includes(partition));
      if (counting.length === 0) throw new TriggerError(noPartition(topic, counted));
      return counting.map(({ partition, high }) => ({
        topic,
        partition,
        committed: committed.get(topic)?.get(partition) ?? null,
        end: Number(high),
      }));
    });
  } catch (error) {
    if (!isUnknownTopic(error)) throw inOurWords(error);
    throw new Error(`no such topic, or no right to see it: ${topics.join(', ')}`, { cause: error });
  }
}

async function committedByPartition(
  admin: OffsetsAdmin,
  groupId: string,
  topics: readonly string[],
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const answer = await admin.fetchOffsets({ groupId, topics: [...topics] });
  return new Map(
    answer.map(({ topic, partitions }) => [
      topic,
      // Kafka has -1 for none.
      new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)] as const).filter(isCommitted)),
    ]),
  );
}

function isCommitted([, offset]: readonly [number, number]): boolean {
  return offset >= 0;
}

function noPartition(topic: string, counted: readonly number[] | null): string {
  return `topic "${topic}" has no partition${counted === null ? '' : ` that partitionLimitation names`}`;
}

/**
 * The topics that a group has committed offsets of.
 *
 * @throws {TriggerError} there are none
 */
export async function committedTopics(admin: OffsetsAdmin, groupId: string): Promise<readonly string[]> {
  const answer = await admin.fetchOffsets({ groupId }).catch((error: unknown) => {
    throw inOurWords(error);
  });
  if (answer.length > 0) return answer.map(({ topic }) => topic);
  throw new TriggerError(`group "${groupId}" has committed no offsets, so that its topics are not known; name topic`);
}

/**
 * All topics of the cluster, as KEDA's `apache-kafka` takes them for a group that is being consumed by.
 *
 * @throws {TriggerError} the group has no members
 */
export async function allTopics(admin: OffsetsAdmin, groupId: string): Promise<readonly string[]> {
  const { groups } = await admin.describeGroups([groupId]).catch((error: unknown) => {
    throw inOurWords(error);
  });
  const [group] = groups;
  if (group === undefined || group.members.length === 0) {
    throw new TriggerError(`no active members in group ${groupId}, group-state is ${group?.state ?? 'unknown'}`);
  }
  return admin.listTopics();
}
