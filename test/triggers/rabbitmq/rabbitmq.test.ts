import { afterAll, beforeAll } from 'vitest';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import { type TestAuthority, testAuthority } from '../../support/pki.js';
import { describeWithPrograms } from '../../support/programs.js';
import { RABBITMQ_PROGRAMS, type RunningRabbitmq, startRabbitmq } from '../../support/rabbitmq.js';
import { CANARY, type TriggerWorld, describeTriggerContract } from '../contract/trigger-contract.js';
import { describeManagementApi, describeTls } from './broker-cases.js';
import { describeSilence } from './silent-broker.js';
import { USER, fillQueue, waitForApi } from './queues.js';

const types = createTriggerTypes({ clock: new ManualClock() });

// One broker for all: it takes seconds to start.
describeWithPrograms(RABBITMQ_PROGRAMS, 'with a real broker', () => {
  let broker: RunningRabbitmq;
  let authority: TestAuthority;

  beforeAll(async () => {
    authority = await testAuthority('authority of rabbitmq');
    const server = await authority.issue('rabbitmq', { usage: 'server' });
    broker = await startRabbitmq({ username: USER, password: CANARY, tls: { server, authority } });
  }, 120_000);
  afterAll(() => broker.stop(), 60_000);

  for (const scheme of ['amqp', 'http'] as const) {
    describeTriggerContract({
      title: `rabbitmq over ${scheme}`,
      programs: RABBITMQ_PROGRAMS,
      types,
      start: () => Promise.resolve(worldOf(broker, scheme)),
      missing: scheme === 'amqp' ? /no queue 'missing'/i : /404/,
    });
  }
  describeManagementApi(() => broker);
  describeSilence(() => broker);
  describeTls(
    () => broker,
    () => authority,
  );
});

function worldOf(broker: RunningRabbitmq, scheme: 'amqp' | 'http'): TriggerWorld {
  const { amqpPort, httpPort } = broker;
  const filled = new Map<string, number>();
  const settle = async (): Promise<void> => {
    if (scheme === 'amqp') return;
    for (const [queue, messages] of filled) await waitForApi(httpPort, queue, { messages });
  };
  return {
    port: scheme === 'amqp' ? amqpPort : httpPort,
    write: (queueName, port, password) => ({
      type: 'rabbitmq',
      metadata: { queueName, mode: 'QueueLength', value: '5' },
      auth: { host: `${scheme}://${USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/` },
    }),
    fill: async (queue, value) => {
      await fillQueue(amqpPort, queue, value);
      filled.set(queue, value);
      await settle();
    },
    kill: () => broker.kill(),
    restart: async () => {
      await broker.restart();
      await settle();
    },
    stop: () => Promise.resolve(),
  };
}
