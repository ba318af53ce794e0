import type { Socket } from 'node:net';
import type { Channel, ChannelModel } from 'amqplib';
import { TriggerError } from '../../core/errors.js';
import type { Connecting, ConnectionPool, Lease } from '../pool.js';
import { tlsOptions } from '../tls.js';
import { untilAborted } from '../until-aborted.js';
import type { RabbitmqHost } from './host.js';
import type { RabbitmqValues } from './parameters.js';

/** Seconds. So that a connection whose broker is gone ends by itself, whoever holds it. */
const HEARTBEAT_S = 10;
/** A broker that does not agree to the end of a connection within this time will not. */
const CLOSE_GRACE_MS = 1_000;
const DEFAULT_PORTS = { plain: 5672, encrypted: 5671 };
/** AMQP's reply code for a queue that does not exist, and for one that is another's. */
const REFUSALS: readonly unknown[] = [403, 404, 405];

/** Makes AMQP connections; several triggers share one, each with a channel of its own. */
export function amqpConnection(host: RabbitmqHost, values: RabbitmqValues): Connecting<ChannelModel> {
  return {
    connect: async (signal, onLost) => {
      const { connect, credentials } = await import('amqplib');
      const { cert, tls } = values;
      const username = values.username ?? host.username;
      const external = host.encrypted && tls === 'enable' && cert !== undefined && username === undefined;
      // Not declared by the library, which passes on to the socket what it does not know: the signal destroys it.
      const socketOptions = {
        ...(host.encrypted && tlsOptions(values)),
        ...(external && { credentials: credentials.external() }),
        clientProperties: { connection_name: 'tidecast' },
        signal,
      };
      const vhost = values.vhostName ?? host.vhost;
      const connection = await connect(
        {
          protocol: host.encrypted ? 'amqps' : 'amqp',
          hostname: host.hostname.replace(/^\[(.*)\]$/, '$1'),
          port: host.port ?? (host.encrypted ? DEFAULT_PORTS.encrypted : DEFAULT_PORTS.plain),
          // The library decodes it once more.
          vhost: encodeURIComponent(vhost),
          // As for all clients of AMQP.
          username: username ?? 'guest',
          password: values.password ?? host.password ?? (username === undefined ? 'guest' : ''),
          heartbeat: HEARTBEAT_S,
        },
        socketOptions,
      ).catch((error: unknown) => {
        throw inOurWords(error, vhost);
      });
      connection.on('error', onLost);
      connection.on('close', () => {
        onLost();
        socketOf(connection).destroy();
      });
      return connection;
    },
    disconnect: (connection) => {
      // Not waited for: a broker that is silent never answers.
      connection.close().catch(() => undefined);
      setTimeout(() => {
        // Without an error the library would not notice, and its heartbeat would go on.
        socketOf(connection).destroy(new Error('the broker does not end the connection'));
      }, CLOSE_GRACE_MS).unref();
    },
  };
}

/**
 * Not declared by the library, which only ends it: the other side has to end it too then, and where that is frozen the
 * socket would stay open for ever and keep the process from ending.
 */
function socketOf(connection: ChannelModel): Socket {
  return (connection.connection as unknown as { readonly stream: Socket }).stream;
}

/** The library's words where the broker ends the connection instead of opening the virtual host. */
function inOurWords(error: unknown, vhost: string): unknown {
  const isRefused = error instanceof Error && error.message.startsWith('Expected ConnectionOpenOk');
  return isRefused ? new Error(`virtual host "${vhost}" does not exist, or the user has no access to it`) : error;
}

/** A channel of one trigger on a shared connection. */
export interface QueueChannel {
  /** Ready messages. @throws {TriggerError} the broker does not have the queue, or does not let us see it */
  readonly messageCount: (queue: string, signal: AbortSignal) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Opens a channel on a connection of the pool. */
export function queueChannel(
  connections: ConnectionPool<ChannelModel>,
  key: string,
  connecting: Connecting<ChannelModel>,
): Connecting<QueueChannel> {
  return {
    connect: async (signal) => {
      const channel = new LeasedChannel(await connections.lease(key, connecting, signal));
      try {
        await channel.open(signal);
        return channel;
      } catch (error) {
        await channel.close();
        throw error;
      }
    },
    disconnect: (channel) => channel.close(),
  };
}

class LeasedChannel implements QueueChannel {
  private channel: Channel | undefined;

  constructor(private readonly lease: Lease<ChannelModel>) {}

  async open(signal: AbortSignal): Promise<Channel> {
    return (this.channel ??= await this.trusted(() => this.create(), signal));
  }

  readonly messageCount = async (queue: string, signal: AbortSignal): Promise<number> => {
    const channel = await this.open(signal);
    const { messageCount } = await this.trusted(() => channel.checkQueue(queue), signal);
    return messageCount;
  };

  readonly close = async (): Promise<void> => {
    this.channel?.close().catch(() => undefined);
    await this.lease.release();
  };

  private async create(): Promise<Channel> {
    const channel = await this.lease.connection.createChannel();
    channel.on('error', () => undefined);
    // The broker closes a channel on which it refuses something; the connection goes on.
    channel.on('close', () => {
      if (this.channel === channel) this.channel = undefined;
    });
    return channel;
  }

  /** Asks over the connection, and gives that up for all when no answer comes. */
  private async trusted<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T> {
    try {
      return await untilAborted(ask(), signal);
    } catch (error) {
      if (error instanceof Error && 'code' in error && REFUSALS.includes(error.code)) {
        throw new TriggerError(error.message);
      }
      this.lease.discard();
      throw error;
    }
  }
}
