import { type Admin, Kafka, Partitioners, type Producer, logLevel } from 'kafkajs';
import { vi } from 'vitest';

/** Whoever writes into topics and reads from them. */
export interface Topics {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly producer: Producer;
  /** Makes the topic, if it is not there. */
  create(topic: string, partitions?: number): Promise<void>;
  /** Puts so many messages into a partition. */
  produce(topic: string, partition: number, messages: number): Promise<void>;
  /** Of partition 0: the offset of the next message. */
  end(topic: string): Promise<number>;
  /** Of partition 0. */
  committed(groupId: string, topic: string): Promise<number | undefined>;
  commit(groupId: string, topic: string, offsets: Readonly<Record<number, number>>): Promise<void>;
  close(): Promise<void>;
}

/** @param port of a listener that lets everybody do everything */
export async function openTopics(port: number): Promise<Topics> {
  const kafka = new Kafka({ brokers: [`127.0.0.1:${port}`], logLevel: logLevel.NOTHING, connectionTimeout: 10_000 });
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  return {
    kafka,
    admin,
    producer,
    create: async (topic, numPartitions = 1) => {
      await admin.createTopics({ topics: [{ topic, numPartitions, replicationFactor: 1 }], waitForLeaders: true });
    },
    produce: async (topic, partition, messages) => {
      if (messages === 0) return;
      await producer.send({ topic, messages: Array.from({ length: messages }, () => ({ partition, value: 'x' })) });
    },
    end: async (topic) => Number((await admin.fetchTopicOffsets(topic))[0]!.high),
    committed: async (groupId, topic) => {
      // A broker that has just started does not know its groups yet.
      const [found] = await vi.waitFor(() => admin.fetchOffsets({ groupId, topics: [topic] }), {
        timeout: 30_000,
        interval: 200,
      });
      const offset = Number(found!.partitions[0]!.offset);
      return offset < 0 ? undefined : offset;
    },
    commit: async (groupId, topic, offsets) => {
      const partitions = Object.entries(offsets).map(([partition, offset]) => ({
        partition: Number(partition),
        offset: String(offset),
      }));
      await admin.setOffsets({ groupId, topic, partitions });
    },
    close: async () => {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    },
  };
}
