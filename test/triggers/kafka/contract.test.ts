import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { KAFKA_PROGRAMS, startKafka } from '../../support/kafka.js';
import { ManualClock } from '../../support/manual-clock.js';
import { testAuthority } from '../../support/pki.js';
import { CANARY, describeTriggerContract } from '../contract/trigger-contract.js';
import { startAdvertisingRelay } from './advertising-relay.js';
import { openTopics } from './topics.js';

const GROUP = 'workers';

describeTriggerContract({
  title: 'kafka',
  programs: KAFKA_PROGRAMS,
  types: createTriggerTypes({ clock: new ManualClock() }),
  start: async () => {
    const authority = await testAuthority('brokers');
    const tls = { authority, server: await authority.issue('broker') };
    const kafka = await startKafka({ username: 'tidecast', password: CANARY, tls });
    const relay = await startAdvertisingRelay(kafka.saslPort);
    return {
      port: relay.port,
      write: (topic, port, password) => {
        relay.advertise(port);
        const metadata = { bootstrapServers: `127.0.0.1:${port}`, consumerGroup: GROUP, topic, sasl: 'plaintext' };
        return {
          type: 'kafka',
          metadata: { ...metadata, allowIdleConsumers: 'true' },
          auth: { username: 'tidecast', password },
        };
      },
      fill: async (topic, lag) => {
        const topics = await openTopics(kafka.plainPort);
        await topics.create(topic);
        const end = await topics.end(topic);
        const committed = await topics.committed(GROUP, topic);
        // Committing is slow while the group still knows the member that did so before.
        if (committed === undefined) await topics.commit(GROUP, topic, { 0: end });
        await topics.produce(topic, 0, (committed ?? end) + lag - end);
        await topics.close();
      },
      kill: () => kafka.kill(),
      restart: () => kafka.restart(),
      stop: async () => {
        await relay.stop();
        await kafka.stop();
      },
    };
  },
  missing: /no such topic/,
});
