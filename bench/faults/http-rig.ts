import { SystemClock } from '../../src/run/system-clock.js';
import { createTriggerTypes } from '../../src/triggers/registry.js';
import { json, startScriptedServer, text, type Reply } from '../../test/support/scripted-server.js';
import { reactiveTrigger } from '../../test/triggers/make-trigger.js';
import { FaultProxy } from './fault-proxy.js';
import { alone, injectAt, type Rig } from './rig.js';

const COUNT = 75;
const queueOf = (messages: unknown): Reply => json({ name: 'orders', messages });

/** RabbitMQ's management API, as far as its trigger asks it. */
export async function startHttpRig(): Promise<Rig> {
  const server = await startScriptedServer();
  const proxy = await FaultProxy.start(server.port);
  const healthy = (): void => {
    server.always(queueOf(COUNT));
  };
  healthy();
  const answerWith = (reply: Reply) => (): void => {
    server.always(reply);
  };
  const trigger = reactiveTrigger(createTriggerTypes({ clock: new SystemClock() }), {
    type: 'rabbitmq',
    name: 'tested',
    metadata: { protocol: 'http', queueName: 'orders', mode: 'QueueLength', value: '10' },
    auth: { host: `http://user:secret@127.0.0.1:${proxy.port}/` },
  });
  return {
    name: 'http',
    attach: () => Promise.resolve(alone(trigger)),
    inject: (fault) =>
      injectAt(proxy, fault, {
        NaN: answerWith(text(200, '{"name":"orders","messages":NaN}', { 'content-type': 'application/json' })),
        empty: answerWith(text(200, '')),
        'counter reset': 'a count in a queue is no counter',
        'duplicated series': answerWith(json([{ messages: COUNT }, { messages: 1 }])),
        'absurdly large': answerWith(queueOf(1e300)),
        'credentials revoked': answerWith(json({ error: 'not_authorised' }, { status: 401 })),
      }),
    heal: async () => {
      healthy();
      await proxy.heal();
    },
    close: async () => {
      await proxy.close();
      await server.close();
    },
  };
}
