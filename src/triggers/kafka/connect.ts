import { type Socket, connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Admin, ISocketFactory, SASLOptions } from 'kafkajs';
import type { Clock } from '../../core/clock.js';
import type { Connecting } from '../pool.js';
import { tlsOptions } from '../tls.js';
import { untilAborted } from '../until-aborted.js';
import { inOurWords } from './errors.js';
import { brokerTokens } from './oauthbearer.js';
import type { KafkaConnectionValues } from './parameters.js';
import { passwordMechanism } from './sasl.js';

/** Whoever polls has a shorter deadline; these end what nobody waits for any more. */
const CONNECTION_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Without pauses: whoever polls decides when to try again. The library tries the next of the bootstrap servers by trying again,
 * and needs one attempt to learn which brokers there are.
 */
const AT_ONCE = { initialRetryTime: 0, maxRetryTime: 0 };

export interface KafkaConnection {
  readonly admin: Admin;
  /** Ends all connections to brokers at once. */
  readonly end: () => void;
}

/** Makes connections to a cluster; further brokers are connected to when they are first asked. */
export function kafkaConnection(values: KafkaConnectionValues, clock: Clock): Connecting<KafkaConnection> {
  return {
    connect: async (signal) => {
      const { Kafka, logLevel } = await import('kafkajs');
      const tokens = values.tokens && (await brokerTokens(values, values.tokens, clock, signal));
      const sasl = tokens?.mechanism ?? passwordSasl(values);
      const sockets = new BrokerSockets();
      const end = (): void => {
        tokens?.end();
        sockets.end();
      };
      const kafka = new Kafka({
        clientId: 'tidecast',
        brokers: [...values.bootstrapServers],
        ...(values.tls === 'enable' && { ssl: tlsOptions(values) }),
        ...(sasl !== undefined && { sasl }),
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        retry: { ...AT_ONCE, retries: values.bootstrapServers.length },
        logLevel: logLevel.NOTHING,
        socketFactory: sockets.open,
      });
      const admin = kafka.admin();
      try {
        await untilAborted(admin.connect(), signal);
        return { admin, end };
      } catch (error) {
        end();
        throw inOurWords(error);
      }
    },
    disconnect: ({ end }) => {
      end();
    },
  };
}

function passwordSasl({ sasl, username = '', password = '' }: KafkaConnectionValues): SASLOptions | undefined {
  const mechanism = passwordMechanism(sasl);
  return mechanism === undefined ? undefined : { mechanism, username, password };
}

/** The sockets of one client, which itself would wait for answers before it disconnects. */
class BrokerSockets {
  private readonly sockets = new Set<Socket>();
  private isEnded = false;

  readonly open: ISocketFactory = ({ host, port, ssl: tls, onConnect }) => {
    // Plain connections have none, whatever the library declares.
    const options = tls as typeof tls | undefined;
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = options
      ? connectTls({ host, port, ...name, ...options }, onConnect)
      : connectTcp({ host, port }, onConnect);
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    if (this.isEnded) destroy(socket);
    return socket;
  };

  readonly end = (): void => {
    this.isEnded = true;
    for (const socket of this.sockets) destroy(socket);
  };
}

/** By an error, from which the library learns of it. */
function destroy(socket: Socket): void {
  socket.destroy(new Error('closed'));
}
