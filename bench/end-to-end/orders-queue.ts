import { connect, type Channel, type ChannelModel, type ConfirmChannel } from 'amqplib';

export const QUEUE = 'orders';
/** Each has one question under way at a time. */
const READERS = 8;

/** A queue of a real RabbitMQ, whose messages carry the time at which they were published. */
export class OrdersQueue {
  readonly #connection: ChannelModel;
  readonly #publisher: ConfirmChannel;
  readonly #readers: readonly Channel[];

  private constructor(connection: ChannelModel, publisher: ConfirmChannel, readers: readonly Channel[]) {
    this.#connection = connection;
    this.#publisher = publisher;
    this.#readers = readers;
  }

  static async open(url: string): Promise<OrdersQueue> {
    const connection = await connect(url);
    const publisher = await connection.createConfirmChannel();
    await publisher.assertQueue(QUEUE);
    const readers = await Promise.all(Array.from({ length: READERS }, () => connection.createChannel()));
    return new OrdersQueue(connection, publisher, readers);
  }

  /** Resolves once the broker has them. */
  async publish(atMs: number, messages: number): Promise<void> {
    const body = Buffer.alloc(8);
    body.writeDoubleBE(atMs);
    for (let i = 0; i < messages; i++) this.#publisher.sendToQueue(QUEUE, body);
    await this.#publisher.waitForConfirms();
  }

  /** Takes out up to so many. @returns when each was published */
  async take(messages: number): Promise<number[]> {
    const taken = await Promise.all(
      this.#readers.map((reader, i) => takeBy(reader, Math.floor((messages + i) / READERS))),
    );
    return taken.flat();
  }

  async waiting(): Promise<number> {
    return (await this.#publisher.checkQueue(QUEUE)).messageCount;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }
}

async function takeBy(reader: Channel, messages: number): Promise<number[]> {
  const publishedMs: number[] = [];
  for (let i = 0; i < messages; i++) {
    const message = await reader.get(QUEUE, { noAck: true });
    if (message === false) break;
    publishedMs.push(message.content.readDoubleBE());
  }
  return publishedMs;
}
