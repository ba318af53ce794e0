import { expect, test } from 'vitest';
import { type RabbitmqHost, parseHost } from '../../../src/triggers/rabbitmq/host.js';

test.each<[text: string, expected: Partial<RabbitmqHost>]>([
  ['amqp://mq', { protocol: 'amqp', encrypted: false, hostname: 'mq', port: undefined, vhost: '/' }],
  ['amqp://mq:5672/', { port: 5672, vhost: '/' }],
  ['amqp://user:pa%2Fss@mq:5672/shop', { username: 'user', password: 'pa/ss', vhost: 'shop' }],
  ['amqp://user@mq', { username: 'user', password: undefined }],
  ['amqps://mq/%2Fshop', { encrypted: true, vhost: '/shop' }],
  ['amqp://mq/a/b', { vhost: 'a/b', pathPrefix: '' }],
  ['AMQPS://mq', { protocol: 'amqp', encrypted: true }],
  ['http://mq:15672', { protocol: 'http', encrypted: false, port: 15672, vhost: '/', pathPrefix: '' }],
  ['https://mq/', { encrypted: true, vhost: '/', pathPrefix: '' }],
  ['https://mq/shop', { vhost: 'shop', pathPrefix: '' }],
  ['https://mq/rabbit/shop', { vhost: 'shop', pathPrefix: '/rabbit' }],
  ['https://mq/rabbit/', { vhost: '/', pathPrefix: '/rabbit' }],
  ['https://mq/rabbit/%2F', { vhost: '/', pathPrefix: '/rabbit' }],
  ['amqp://[::1]:5672', { hostname: '[::1]', port: 5672 }],
])('%s', (text, expected) => {
  expect(parseHost(text)).toMatchObject(expected);
});

test.each(['', 'mq:5672', 'ftp://mq', 'amqp://', 'amqp:///vhost', 'http://mq:port', 'amqp:mq', 'amqp://user:pa/ss@mq'])(
  'is no URL of RabbitMQ: "%s"',
  (text) => {
    expect(parseHost(text)).toBeUndefined();
  },
);
