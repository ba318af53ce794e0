import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import Schema from 'typebox/schema';
import { expect } from 'vitest';
import { buildApp } from '../../../src/serve/http-server.js';
import { SelfMetrics } from '../../../src/serve/self/metrics.js';
import type { FakeServiceView } from '../../support/fake-service-view.js';

/** The parts of an OpenAPI document that tests look at. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: Record<string, string>;
  readonly paths: Record<string, Record<string, OpenApiOperation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

export interface OpenApiOperation {
  readonly operationId?: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly {
    name: string;
    in: string;
    required: boolean;
    schema: object;
    description?: string;
  }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: object }> };
  readonly responses: Record<string, OpenApiResponse>;
}

interface OpenApiResponse {
  readonly description: string;
  readonly content?: Record<string, { readonly schema: object }>;
}

/**
 * The server without a socket. Every answer is compared with what the OpenAPI document promises for its route, status and
 * content type, by TypeBox's JSON schema validator, which has no part in making the answer.
 */
export class CheckedApp {
  readonly app: FastifyInstance;
  #document: OpenApiDocument | undefined;

  constructor(readonly view: FakeServiceView) {
    this.app = buildApp({ view, metrics: new SelfMetrics(), isShuttingDown: () => false });
  }

  async request(options: InjectOptions | string): Promise<LightMyRequestResponse> {
    const { method = 'GET', url } = typeof options === 'string' ? { url: options } : options;
    const response = await this.app.inject(options);
    expectDescribed(await this.document(), method.toUpperCase(), url as string, response);
    return response;
  }

  /** @returns the body of an answer with the status expected */
  async json<T>(options: InjectOptions | string, status = 200): Promise<T> {
    const response = await this.request(options);
    expect(response.statusCode, response.body).toBe(status);
    return response.json();
  }

  async document(): Promise<OpenApiDocument> {
    this.#document ??= (await this.app.inject('/openapi.json')).json<OpenApiDocument>();
    return this.#document;
  }

  close(): Promise<void> {
    return this.app.close();
  }
}

function expectDescribed(
  document: OpenApiDocument,
  method: string,
  url: string,
  response: LightMyRequestResponse,
): void {
  const mediaType = String(response.headers['content-type']).split(';', 1)[0]!;
  const content = describedResponse(document, method, url, response.statusCode)?.content;
  const described = content?.[mediaType]?.schema;
  if (described === undefined) {
    expect(mediaType, `${method} ${url} answers ${response.statusCode} with ${response.body}`).toBe(
      'application/problem+json',
    );
  }
  if (!mediaType.endsWith('json')) return;
  const schema = { components: document.components, ...(described ?? { $ref: '#/components/schemas/Problem' }) };
  const [valid, errors] = Schema.Errors(schema, response.json());
  expect(valid, `${response.body} of ${method} ${url}: ${JSON.stringify(errors)}`).toBe(true);
}

function describedResponse(
  { paths }: OpenApiDocument,
  method: string,
  url: string,
  status: number,
): OpenApiResponse | undefined {
  const path = url.split('?', 1)[0]!;
  const template = Object.keys(paths).find((name) =>
    new RegExp(`^${name.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
  );
  const responses = paths[template ?? '']?.[method.toLowerCase()]?.responses;
  return responses?.[String(status)] ?? responses?.['default'];
}
