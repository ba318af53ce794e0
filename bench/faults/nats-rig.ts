import { connect } from 'nats';
import { NATS_ACCOUNT, NATS_USER, startNats } from '../../test/support/nats.js';
import { FaultProxy } from './fault-proxy.js';
import { COUNT, type Rig, TARGET, failing } from './rig.js';
import { sourceRig } from './source-rig.js';

/** A consumer of a real NATS JetStream, asked by the monitoring of its server. */
export async function startNatsRig(): Promise<Rig> {
  const server = await startNats();
  const proxy = await FaultProxy.start(server.monitoring.port);
  const client = await connect({ servers: server.address, ...NATS_USER });
  const manager = await client.jetstreamManager();
  const restore = async (): Promise<void> => {
    await manager.streams.delete('orders').catch(() => false);
    await manager.streams.add({ name: 'orders', subjects: ['orders'] });
    await manager.consumers.add('orders', { durable_name: 'worker', ack_policy: 'explicit' as never });
    for (let message = 0; message < COUNT; message++) await manager.jetstream().publish('orders', 'a message');
  };
  await restore();
  return sourceRig({
    name: 'nats-jetstream',
    proxy,
    written: {
      type: 'nats-jetstream',
      metadata: {
        natsServerMonitoringEndpoint: `127.0.0.1:${proxy.port}`,
        account: NATS_ACCOUNT,
        stream: 'orders',
        consumer: 'worker',
        lagThreshold: TARGET,
      },
    },
    content: {
      NaN: 'the server counts its messages',
      empty: { make: () => manager.streams.delete('orders'), ...failing(/stream "orders" not found/) },
      'counter reset': 'a backlog is no counter',
      'duplicated series': 'a consumer is there once',
      'absurdly large': 'a stream has as many messages as there are',
      'credentials revoked': 'monitoring knows no credentials',
    },
    restore,
    close: async () => {
      await client.close();
      await server.stop();
    },
  });
}
