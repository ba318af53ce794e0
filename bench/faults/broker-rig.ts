import { Redis } from 'ioredis';
import { SystemClock } from '../../src/run/system-clock.js';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { startRedis } from '../../test/support/redis.js';
import { reactiveTrigger } from '../../test/triggers/make-trigger.js';
import { FaultProxy } from './fault-proxy.js';
import { alone, injectAt, type Rig } from './rig.js';

const COUNT = 75;
const PASSWORD = 'secret';

/** A connection to a broker that stays open: a list in a real Redis. */
export async function startBrokerRig(): Promise<Rig> {
  const server = await startRedis(['--requirepass', PASSWORD]);
  const proxy = await FaultProxy.start(server.port);
  const admin = new Redis({ port: server.port, password: PASSWORD });
  const healthy = async (): Promise<void> => {
    await admin.config('SET', 'requirepass', PASSWORD);
    await admin.del('orders');
    await admin.rpush('orders', ...Array.from({ length: COUNT }, String));
  };
  await healthy();
  const trigger = reactiveTrigger(createTriggerTypes({ clock: new SystemClock() }), {
    type: 'redis',
    name: 'tested',
    metadata: { address: `127.0.0.1:${proxy.port}`, listName: 'orders', listLength: '10' },
    auth: { password: PASSWORD },
  });
  return {
    name: 'broker (redis)',
    attach: () => Promise.resolve(alone(trigger)),
    inject: (fault) =>
      injectAt(proxy, fault, {
        // Not a number, and not a list: the key has another type.
        NaN: async () => {
          await admin.set('orders', 'NaN');
        },
        empty: 'a list that does not exist is empty, as KEDA documents',
        'counter reset': 'a length is no counter',
        'duplicated series': 'a list has one length',
        'absurdly large': 'a list cannot be that long',
        'credentials revoked': async () => {
          await admin.config('SET', 'requirepass', 'another');
          proxy.cut();
        },
      }),
    heal: async () => {
      await healthy();
      await proxy.heal();
    },
    close: async () => {
      admin.disconnect();
      await proxy.close();
      await server.stop();
    },
  };
}
