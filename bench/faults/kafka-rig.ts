import { startKafka } from '../../test/support/kafka.js';
import { testAuthority } from '../../test/support/pki.js';
import { startAdvertisingRelay } from '../../test/triggers/kafka/advertising-relay.js';
import { openTopics } from '../../test/triggers/kafka/topics.js';
import { FaultProxy } from './fault-proxy.js';
import { COUNT, PASSWORD, type Rig, TARGET, failing } from './rig.js';
import { sourceRig } from './source-rig.js';

const GROUP = 'workers';

/** The lag of a group in a real Kafka. */
export async function startKafkaRig(): Promise<Rig> {
  const authority = await testAuthority('brokers');
  const tls = { authority, server: await authority.issue('broker') };
  const kafka = await startKafka({ username: 'scaler', password: PASSWORD, tls });
  const relay = await startAdvertisingRelay(kafka.saslPort);
  const proxy = await FaultProxy.start(relay.port);
  relay.advertise(proxy.port);
  const topics = await openTopics(kafka.plainPort);
  const fill = async (): Promise<void> => {
    await topics.create('orders');
    await topics.commit(GROUP, 'orders', { 0: 0 });
    await topics.produce('orders', 0, COUNT);
  };
  await fill();
  return sourceRig({
    name: 'kafka',
    proxy,
    written: {
      type: 'kafka',
      metadata: {
        bootstrapServers: `127.0.0.1:${proxy.port}`,
        consumerGroup: GROUP,
        topic: 'orders',
        lagThreshold: TARGET,
        allowIdleConsumers: 'true',
        sasl: 'scram_sha256',
      },
      auth: { username: 'scaler', password: PASSWORD },
    },
    content: {
      NaN: 'offsets are whole numbers',
      empty: {
        make: () => topics.admin.deleteTopics({ topics: ['orders'] }),
        ...failing(/no such topic/),
      },
      'counter reset': 'a lag is no counter',
      'duplicated series': 'a topic is there once',
      'absurdly large': 'a topic has as many messages as there are',
      'credentials revoked': {
        make: async () => {
          await kafka.setPassword('another');
          proxy.cut();
        },
        undo: () => kafka.setPassword(PASSWORD),
        ...failing(/authentication failed/i),
      },
    },
    restore: fill,
    close: async () => {
      await topics.close();
      await relay.stop();
      await kafka.stop();
    },
  });
}
