import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceView } from '../view.js';
import { allowsJson, asksForAggregatedDiscovery } from './accept.js';
import {
  AGGREGATED_DISCOVERY,
  AGGREGATED_DISCOVERY_ETAG,
  AGGREGATED_DISCOVERY_TYPE,
  API_GROUP,
  API_GROUP_LIST,
  API_RESOURCE_LIST,
  GROUP,
  GROUP_VERSION,
} from './discovery.js';
import { metricValues } from './metric-values.js';
import { failure, type Status } from './status.js';

const READ_METHODS: readonly string[] = ['GET', 'HEAD'];

interface MetricParams {
  readonly namespace: string;
  readonly metric: string;
}

/** Answers a GET, or a HEAD without its body. */
type Get<Params> = (request: FastifyRequest<{ Params: Params }>, reply: FastifyReply) => FastifyReply;

/**
 * The Kubernetes API group `external.metrics.k8s.io`, with its discovery, under `/apis`. Read-only, served from memory.
 * Whatever is asked below `/apis`, the answer is what was asked for or a Kubernetes `Status`; there is no `Retry-After`,
 * which would block a worker of the HPA controller.
 */
export const externalMetricsRoutes: FastifyPluginAsync<{ view: ServiceView }> = async (app, { view }) => {
  await app.register(
    (apis, _options, done) => {
      apis.setErrorHandler(sendStatus);
      apis.setNotFoundHandler(sendUnknownPath);
      serve(apis, '', sendGroupList);
      serve(apis, `/${GROUP}`, (_request, reply) => send(reply, 200, API_GROUP));
      serve(apis, `/${GROUP_VERSION}`, (_request, reply) => send(reply, 200, API_RESOURCE_LIST));
      serve<MetricParams>(apis, `/${GROUP_VERSION}/namespaces/:namespace/:metric`, (request, reply) =>
        sendMetric(view, request, reply),
      );
      done();
    },
    { prefix: '/apis' },
  );
};

/**
 * Answers any error with a `Status`. Also for `frameworkErrors` of the server, which reports paths that cannot be decoded
 * before any plugin sees them.
 */
export function sendStatus(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const code = error.statusCode ?? 500;
  if (code < 500) return sendFailure(reply, failure(code, error.message));
  request.log.error({ err: error }, 'an external metrics request failed');
  return sendFailure(reply, failure(500, 'Internal error occurred: the request failed; the log of tidecast says why'));
}

/** One path, with and without a trailing slash: GET and HEAD are answered, every other method with 405. */
function serve<Params>(app: FastifyInstance, url: string, get: Get<Params>): void {
  // Described by the discovery of Kubernetes, not by the OpenAPI document of the REST API.
  const schema = { hide: true };
  for (const path of [url, `${url}/`]) {
    const route = { url: path, prefixTrailingSlash: 'slash', schema } as const;
    app.route<{ Params: Params }>({ ...route, method: 'GET', exposeHeadRoute: true, handler: get });
    app.route({
      ...route,
      method: app.supportedMethods.filter((method) => !READ_METHODS.includes(method)),
      // Before the body is looked at: its form does not matter.
      onRequest: async (request, reply) => sendMethodNotAllowed(request, reply),
      handler: sendMethodNotAllowed,
    });
  }
}

function sendGroupList(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('vary', 'Accept');
  if (!asksForAggregatedDiscovery(request.headers.accept)) return send(reply, 200, API_GROUP_LIST);
  reply.header('etag', AGGREGATED_DISCOVERY_ETAG).header('cache-control', 'public');
  if (request.headers['if-none-match'] === AGGREGATED_DISCOVERY_ETAG) return reply.code(304).send();
  return send(reply, 200, AGGREGATED_DISCOVERY, AGGREGATED_DISCOVERY_TYPE);
}

function sendMetric(
  view: ServiceView,
  request: FastifyRequest<{ Params: MetricParams }>,
  reply: FastifyReply,
): FastifyReply {
  const { namespace, metric } = request.params;
  const details = { group: GROUP, kind: metric };
  if (!allowsJson(request.headers.accept)) {
    return sendFailure(reply, failure(406, 'only application/json is available; Accept it, or */*', details));
  }
  // The aggregator re-encodes the query as a form: a space is "+". Other ListOptions mean nothing for one value.
  const options = new URLSearchParams(request.url.replace(/^[^?]*/, ''));
  if (isWatch(options.get('watch'))) {
    reply.header('allow', READ_METHODS.join(', '));
    return sendFailure(reply, failure(405, 'external metrics cannot be watched; ask without watch', details));
  }
  const answer = metricValues(view, { namespace, metric, selector: options.get('labelSelector') ?? '' });
  return answer.kind === 'Status' ? sendFailure(reply, answer) : send(reply, 200, answer);
}

/** Kubernetes reads any value but these as true. */
function isWatch(value: string | null): boolean {
  return value !== null && value !== '0' && value.toLowerCase() !== 'false';
}

function sendMethodNotAllowed(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('allow', READ_METHODS.join(', '));
  return sendFailure(
    reply,
    failure(405, `${request.method} is not supported; this API is read-only, use GET`, { group: GROUP }),
  );
}

function sendUnknownPath(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // Methods that the server does not route arrive here for known paths too; no path supports one of them.
  if (!request.server.supportedMethods.includes(request.method)) return sendMethodNotAllowed(request, reply);
  return sendFailure(reply, failure(404, 'the server could not find the requested resource'));
}

function sendFailure(reply: FastifyReply, status: Status): FastifyReply {
  return send(reply, status.code, status);
}

/** As bytes, because Fastify would add a charset to a text, and Kubernetes compares discovery's content type. */
function send(reply: FastifyReply, code: number, body: object, type = 'application/json'): FastifyReply {
  return reply
    .code(code)
    .header('content-type', type)
    .send(Buffer.from(JSON.stringify(body)));
}
