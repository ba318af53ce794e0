import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { METRIC, NAMESPACE, WORKLOADS, nameOf } from './serve-names.js';
import type { Ask } from './open-loop.js';

/** Kept-alive connections, as many as an aggregating API server opens under load. */
const CONNECTIONS = 32;
const END_OF_HEAD = '\r\n\r\n';

/** PEM texts, and the name that the server's certificate has. */
export interface Secured {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly servername: string;
}

/** As kube-apiserver passes on what the HPA controller asks. */
const IDENTITY = [
  'x-remote-user: system:serviceaccount:kube-system:horizontal-pod-autoscaler',
  'x-remote-group: system:serviceaccounts',
  'x-remote-group: system:authenticated',
].join('\r\n');

/**
 * Asks for external metrics over HTTP/1.1, with as little work on this side as possible.
 *
 * @param secured with TLS, as the front proxy; absent: neither
 */
export function httpLoad(url: string, secured?: Secured): Ask {
  const { hostname, port, host } = new URL(url);
  const identity = secured === undefined ? '' : `${IDENTITY}\r\n`;
  const requests = Array.from({ length: WORKLOADS }, (_, i) => {
    const selector = `labelSelector=scaledobject.keda.sh%2Fname%3D${nameOf(i)}`;
    const path = `/apis/external.metrics.k8s.io/v1beta1/namespaces/${NAMESPACE}/${METRIC}?${selector}`;
    return `GET ${path} HTTP/1.1\r\nhost: ${host}\r\naccept: application/json\r\n${identity}\r\n`;
  });
  const idle: Connection[] = [];
  const waiting: { request: string; done: (ok: boolean) => void }[] = [];
  const next = (connection: Connection): void => {
    const one = waiting.shift();
    if (one === undefined) idle.push(connection);
    else connection.send(one.request, one.done);
  };
  const open = (): Socket =>
    secured === undefined
      ? connectTcp(Number(port), hostname)
      : connectTls({ host: hostname, port: Number(port), ...secured });
  for (let i = 0; i < CONNECTIONS; i++) idle.push(new Connection(open(), next));
  return (index, done) => {
    const request = requests[index % WORKLOADS]!;
    const connection = idle.pop();
    if (connection === undefined) waiting.push({ request, done });
    else connection.send(request, done);
  };
}

class Connection {
  #received = '';
  #done: (ok: boolean) => void = () => undefined;

  constructor(
    private readonly socket: Socket,
    private readonly onIdle: (connection: Connection) => void,
  ) {
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (part: string) => {
      this.#receive(part);
    });
  }

  send(request: string, done: (ok: boolean) => void): void {
    this.#received = '';
    this.#done = done;
    this.socket.write(request);
  }

  #receive(part: string): void {
    this.#received += part;
    const head = this.#received.indexOf(END_OF_HEAD);
    if (head === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(this.#received)?.[1]);
    if (this.#received.length < head + END_OF_HEAD.length + length) return;
    this.#done(this.#received.startsWith('HTTP/1.1 200') && this.#received.includes('"value":"'));
    this.onIdle(this);
  }
}
