import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../core/clock.js';
import type { MetricsEndpoint } from '../core/metrics-endpoint.js';
import { BadDataError, instantQuery, rangeQuery, type QueryableData, type QueryResult } from './prometheus-api.js';
import { DEMO_HISTORY_MS, type DemoWorkload } from './workloads.js';

export interface DemoPrometheusProps {
  readonly workloads: readonly DemoWorkload[];
  /** Nothing is known after its now, and nothing before {@link DEMO_HISTORY_MS} ahead of its now at construction. */
  readonly clock: Clock;
  /** Default 0: any free port. */
  readonly port?: number;
}

/**
 * A server on 127.0.0.1 that speaks the part of Prometheus' HTTP API that tidecast needs, and answers from generated
 * workloads. It evaluates no PromQL: it knows the workloads' queries by their text.
 */
export class DemoPrometheus implements MetricsEndpoint {
  readonly #workloads: readonly DemoWorkload[];
  readonly #clock: Clock;
  readonly #dataStartMs: number;
  readonly #port: number;
  readonly #server: FastifyInstance;

  constructor({ workloads, clock, port = 0 }: DemoPrometheusProps) {
    this.#workloads = workloads;
    this.#clock = clock;
    this.#dataStartMs = clock.now() - DEMO_HISTORY_MS;
    this.#port = port;
    this.#server = this.#build();
  }

  start(): Promise<string> {
    return this.#server.listen({ host: '127.0.0.1', port: this.#port });
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  #build(): FastifyInstance {
    // Clients keep their connections open; closing must not wait for them.
    const server = fastify({ forceCloseConnections: true });
    server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
      done(null, String(body));
    });
    server.get('/-/ready', (_request, reply) => sendText(reply, 'Prometheus Server is Ready.\n'));
    server.get('/api/v1/status/buildinfo', (_request, reply) => sendData(reply, BUILD_INFO));
    this.#serve(server, '/api/v1/query', instantQuery);
    this.#serve(server, '/api/v1/query_range', rangeQuery);
    server.setNotFoundHandler((_request, reply) => sendText(reply.code(404), '404 page not found\n'));
    return server;
  }

  #serve(
    server: FastifyInstance,
    url: string,
    answer: (params: URLSearchParams, data: QueryableData) => QueryResult,
  ): void {
    server.route({
      method: ['GET', 'POST'],
      url,
      handler: (request, reply) => {
        try {
          return sendData(reply, answer(paramsOf(request), this.#data()));
        } catch (error) {
          if (!(error instanceof BadDataError)) throw error;
          return reply.code(400).send({ status: 'error', errorType: 'bad_data', error: error.message });
        }
      },
    });
  }

  #data(): QueryableData {
    return { workloads: this.#workloads, dataStartMs: this.#dataStartMs, nowMs: this.#clock.now() };
  }
}

/** The fields that Prometheus sends; the version says what this is. */
const BUILD_INFO = {
  version: '0.0.0-tidecast-demo',
  revision: '',
  branch: '',
  buildUser: '',
  buildDate: '',
  goVersion: '',
};

/** Parameters of the form, if there is one, before those of the URL, as in Go's `Request.FormValue`. */
function paramsOf(request: FastifyRequest): URLSearchParams {
  const form = typeof request.body === 'string' ? request.body : '';
  return new URLSearchParams(`${form}&${new URL(request.url, 'http://127.0.0.1').search.slice(1)}`);
}

function sendData(reply: FastifyReply, data: object): FastifyReply {
  return reply.send({ status: 'success', data });
}

function sendText(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/plain; charset=utf-8').send(text);
}
