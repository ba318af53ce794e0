import { once } from 'node:events';
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTriggerTypes } from '../../../src/triggers/registry.js';
import { ManualClock } from '../../support/manual-clock.js';
import type { RunningRabbitmq } from '../../support/rabbitmq.js';
import { CANARY } from '../contract/trigger-contract.js';
import { reactiveTrigger } from '../make-trigger.js';
import { USER, fillQueue } from './queues.js';

const types = createTriggerTypes({ clock: new ManualClock() });
const never = new AbortController().signal;

/** As the system answers for a broker that is stopped: what is sent is taken, the end of a connection too, and no more. */
async function startFreezer(port: number) {
  const clients: Socket[] = [];
  let frozen = false;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const broker = connect(port, '127.0.0.1');
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (chunk) => frozen || to.write(chunk)).on('error', () => undefined);
    };
    pass(client, broker);
    pass(broker, client);
    client.on('close', () => broker.destroy());
    clients.push(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    clients,
    freeze: () => {
      frozen = true;
    },
    stop: async () => {
      for (const client of clients) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export function describeSilence(broker: () => RunningRabbitmq): void {
  describe('a broker that is frozen', () => {
    let freezer: Awaited<ReturnType<typeof startFreezer>>;
    beforeAll(async () => {
      await fillQueue(broker().amqpPort, 'frozen', 3);
      freezer = await startFreezer(broker().amqpPort);
    });
    afterAll(() => freezer.stop());

    test('keeps no socket of ours open', async () => {
      const host = `amqp://${USER}:${encodeURIComponent(CANARY)}@127.0.0.1:${freezer.port}/`;
      const trigger = reactiveTrigger(types, { type: 'rabbitmq', metadata: { queueName: 'frozen' }, auth: { host } });
      const source = await trigger.open(never);
      await source.read(never);
      freezer.freeze();
      await source.close();
      expect(freezer.clients).toHaveLength(1);
      // Only where our side is gone altogether does the system refuse what is sent to it.
      await vi.waitFor(
        () => {
          freezer.clients[0]!.write('?');
          expect(freezer.clients[0]!.destroyed).toBe(true);
        },
        { timeout: 10_000, interval: 100 },
      );
    }, 20_000);
  });
}
