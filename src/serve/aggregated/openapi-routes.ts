import { createHash } from 'node:crypto';
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import { allowsJson } from '../external-metrics/accept.js';
import { GROUP_VERSION } from '../external-metrics/discovery.js';
import { OPENAPI_V2, OPENAPI_V3 } from '../external-metrics/openapi.js';
import { sendFailure, sendJson } from '../external-metrics/send.js';
import { failure } from '../external-metrics/status.js';

const V3_PATH = `/openapi/v3/apis/${GROUP_VERSION}`;

/** `GET /openapi/v3`: where the documents are. The hash changes when the document does. */
const V3_ROOT = {
  paths: { [`apis/${GROUP_VERSION}`]: { serverRelativeURL: `${V3_PATH}?hash=${hash(OPENAPI_V3)}` } },
};

/** The description of the API for kube-apiserver, which merges it into the cluster's, in both versions of OpenAPI. */
export const openapiRoutes: FastifyPluginCallback = (app, _options, done) => {
  const documents = { '/openapi/v2': OPENAPI_V2, '/openapi/v3': V3_ROOT, [V3_PATH]: OPENAPI_V3 };
  for (const [path, document] of Object.entries(documents)) {
    const etag = `"${hash(document)}"`;
    app.get(path, (request, reply) => sendDocument(request, reply, { document, etag }));
  }
  done();
};

function sendDocument(
  request: FastifyRequest,
  reply: FastifyReply,
  { document, etag }: { readonly document: object; readonly etag: string },
): FastifyReply {
  if (!allowsJson(request.headers.accept)) {
    return sendFailure(reply, failure(406, 'only application/json is available; Accept it, or */*'));
  }
  reply.headers({ etag, vary: 'Accept', 'cache-control': 'no-cache' });
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  return sendJson(reply, 200, document);
}

function hash(document: object): string {
  return createHash('sha512').update(JSON.stringify(document)).digest('hex').toUpperCase();
}
