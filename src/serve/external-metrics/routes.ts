import type { FastifyError, FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { ServiceView } from '../view.js';
import { asksForAggregatedDiscovery, preferredForm } from './accept.js';
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
import { listOptions } from './list-options.js';
import { metricValues } from './metric-values.js';
import { encodeProtobuf, PROTOBUF_TYPE } from './protobuf.js';
import { sendFailure, sendJson } from './send.js';
import { failure } from './status.js';

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
      serve(apis, `/${GROUP}`, (_request, reply) => sendJson(reply, 200, API_GROUP));
      serve(apis, `/${GROUP_VERSION}`, (_request, reply) => sendJson(reply, 200, API_RESOURCE_LIST));
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
  if (!asksForAggregatedDiscovery(request.headers.accept)) return sendJson(reply, 200, API_GROUP_LIST);
  reply.header('etag', AGGREGATED_DISCOVERY_ETAG).header('cache-control', 'public');
  if (request.headers['if-none-match'] === AGGREGATED_DISCOVERY_ETAG) return reply.code(304).send();
  return sendJson(reply, 200, AGGREGATED_DISCOVERY, AGGREGATED_DISCOVERY_TYPE);
}

function sendMetric(
  view: ServiceView,
  request: FastifyRequest<{ Params: MetricParams }>,
  reply: FastifyReply,
): FastifyReply {
  const { namespace, metric } = request.params;
  const details = { group: GROUP, kind: metric };
  const form = preferredForm(request.headers.accept);
  reply.header('vary', 'Accept');
  if (form === null) {
    const message = `only application/json and ${PROTOBUF_TYPE} are available; Accept one of them, or */*`;
    return sendFailure(reply, failure(406, message, details));
  }
  const { selector, isWatch } = listOptions(request.url);
  if (isWatch) {
    reply.header('allow', READ_METHODS.join(', '));
    return sendFailure(reply, failure(405, 'external metrics cannot be watched; ask without watch', details));
  }
  const answer = metricValues(view, { namespace, metric, selector });
  if (answer.kind === 'Status') return sendFailure(reply, answer);
  if (form === 'json') return sendJson(reply, 200, answer);
  return reply.header('content-type', PROTOBUF_TYPE).send(encodeProtobuf(answer));
}

function sendMethodNotAllowed(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.header('allow', READ_METHODS.join(', '));
  return sendFailure(
    reply,
    failure(405, `${request.method} is not supported; this API is read-only, use GET`, { group: GROUP }),
  );
}

/** Answers for a path, or a method, that nothing is served under. */
export function sendUnknownPath(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // Methods that the server does not route arrive here for known paths too; no path supports one of them.
  if (!request.server.supportedMethods.includes(request.method)) return sendMethodNotAllowed(request, reply);
  return sendFailure(reply, failure(404, 'the server could not find the requested resource'));
}
