import { testAuthority } from '../../test/support/pki.js';
import { type RunningRabbitmq, startRabbitmq } from '../../test/support/rabbitmq.js';
import { CANARY } from '../../test/triggers/contract/trigger-contract.js';
import { USER, fillQueue, withChannel } from '../../test/triggers/rabbitmq/queues.js';
import { FaultProxy } from './fault-proxy.js';
import { COUNT, PASSWORD, type Rig, TARGET, failing } from './rig.js';
import { sourceRig } from './source-rig.js';
import { until } from './until.js';

type Protocol = 'amqp' | 'http';

/** A queue of a real RabbitMQ, each way of asking with a queue and a user of its own. The second rig stops the broker. */
export async function startRabbitmqRigs(): Promise<readonly Rig[]> {
  const authority = await testAuthority('authority of rabbitmq');
  const server = await authority.issue('rabbitmq', { usage: 'server' });
  const broker = await startRabbitmq({ username: USER, password: CANARY, tls: { server, authority } });
  return [await rigOf(broker, 'amqp', () => undefined), await rigOf(broker, 'http', () => broker.stop())];
}

async function rigOf(broker: RunningRabbitmq, protocol: Protocol, close: () => unknown): Promise<Rig> {
  const { amqpPort, httpPort } = broker;
  const queue = `orders-${protocol}`;
  const proxy = await FaultProxy.start(protocol === 'amqp' ? amqpPort : httpPort);
  const fill = async (): Promise<void> => {
    await fillQueue(amqpPort, queue, COUNT);
    await until(`the API knows of ${COUNT} messages`, async () => {
      const { messages } = (await (await ask(httpPort, 'GET', `queues/%2F/${queue}`)).json()) as { messages?: number };
      return messages === COUNT;
    });
  };
  await setPassword(httpPort, queue, PASSWORD);
  await fill();
  return sourceRig({
    name: `rabbitmq ${protocol}`,
    proxy,
    written: {
      type: 'rabbitmq',
      metadata: { queueName: queue, mode: 'QueueLength', value: TARGET },
      auth: { host: `${protocol}://${queue}:${PASSWORD}@127.0.0.1:${proxy.port}/` },
    },
    content: {
      NaN: 'the broker counts its messages',
      empty: {
        make: () =>
          withChannel(amqpPort, '/', async (channel) => {
            await channel.deleteQueue(queue);
          }),
        ...failing(protocol === 'amqp' ? /no queue/i : /answered 404/),
      },
      'counter reset': 'messages in a queue are no counter',
      'duplicated series': 'a queue is there once',
      'absurdly large': 'a queue has as many messages as there are',
      'credentials revoked': {
        make: async () => {
          await setPassword(httpPort, queue, 'another');
          proxy.cut();
        },
        undo: () => setPassword(httpPort, queue, PASSWORD),
        ...failing(protocol === 'amqp' ? /ACCESS.REFUSED|refused/i : /answered 401/),
      },
    },
    restore: fill,
    close,
  });
}

/** Of a user who may look at all queues; it is made if need be. */
async function setPassword(httpPort: number, user: string, password: string): Promise<void> {
  await put(httpPort, `users/${user}`, { password, tags: 'monitoring' });
  await put(httpPort, `permissions/%2F/${user}`, { configure: '^$', write: '^$', read: '^$' });
}

async function put(httpPort: number, path: string, body: object): Promise<void> {
  const { status } = await ask(httpPort, 'PUT', path, JSON.stringify(body));
  if (status >= 300) throw new Error(`${path}: ${status}`);
}

function ask(httpPort: number, method: string, path: string, body?: string): Promise<Response> {
  const Authorization = `Basic ${Buffer.from(`${USER}:${CANARY}`).toString('base64')}`;
  const headers = { Authorization, 'Content-Type': 'application/json' };
  return fetch(`http://127.0.0.1:${httpPort}/api/${path}`, { method, headers, ...(body !== undefined && { body }) });
}
