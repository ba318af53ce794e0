import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeServiceView } from '../../support/fake-service-view.js';
import { CheckedApp, type OpenApiDocument, type OpenApiOperation } from './checked-app.js';

const WORKLOAD = '/api/v1/workloads/{namespace}/{scaledObject}/{metric}';

let app: CheckedApp;
let document: OpenApiDocument;
let operations: { route: string; path: string; operation: OpenApiOperation }[];

beforeAll(async () => {
  app = new CheckedApp(new FakeServiceView());
  document = await app.document();
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, path, operation })),
  );
});
afterAll(() => app.close());

describe('the OpenAPI document', () => {
  it('is OpenAPI 3.1 with a title and a version', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/);
    expect(document.info).toMatchObject({ title: 'tidecast', version: 'v1' });
  });

  it('describes every route and nothing else', () => {
    expect(operations.map(({ route }) => route).sort()).toEqual(
      [
        'get /api/v1/workloads',
        `get ${WORKLOAD}`,
        `get ${WORKLOAD}/forecast`,
        `get ${WORKLOAD}/masks`,
        `get ${WORKLOAD}/decisions`,
        `get ${WORKLOAD}/explain`,
        'get /api/v1/scaledobjects',
        'get /api/v1/scaledobjects/{namespace}/{name}',
        'get /api/v1/scaledobjects/{namespace}/{name}/compositions',
        'get /api/v1/backtests',
        'post /api/v1/backtests',
        'get /api/v1/backtests/{id}',
        'delete /api/v1/backtests/{id}',
        'get /api/v1/backtests/{id}/events',
        'get /api/v1/replays',
        'post /api/v1/replays',
        'get /api/v1/replays/{id}',
        'delete /api/v1/replays/{id}',
        'get /api/v1/replays/{id}/events',
        'get /metrics',
        'get /healthz',
        'get /livez',
        'get /readyz',
        'get /openapi.json',
      ].sort(),
    );
  });

  it('gives every operation an id of its own, a summary, a tag and described answers', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(operations.length);
    for (const { route, operation } of operations) {
      expect(operation.operationId, route).toMatch(/^[a-z][A-Za-z]+$/);
      expect(operation.summary, route).toMatch(/\S/);
      expect(operation.tags, route).toHaveLength(1);
      for (const [status, response] of Object.entries(operation.responses)) {
        expect(response.description, `${route} ${status}`).toMatch(/\S/);
        expect(Object.keys(response.content ?? {}), `${route} ${status}`).not.toHaveLength(0);
      }
    }
  });

  it('promises problem+json for every error of the REST API', () => {
    for (const { route, path, operation } of operations) {
      if (!path.startsWith('/api/v1')) continue;
      const errors = Object.entries(operation.responses).filter(([status]) => !status.startsWith('2'));
      expect(
        errors.map(([status]) => status),
        route,
      ).toContain('400');
      expect(
        errors.map(([status]) => status),
        route,
      ).toContain('default');
      for (const [, { content }] of errors) {
        expect(content).toEqual({ 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } });
      }
    }
  });

  it('declares each parameter of a path as required', () => {
    for (const { route, path, operation } of operations) {
      const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(
        inPath.map(({ name }) => `{${name}}`),
        route,
      ).toEqual(path.match(/\{[^}]+\}/g) ?? []);
      expect(
        inPath.every(({ required }) => required),
        route,
      ).toBe(true);
    }
  });

  it('refers only to components that exist, and uses each of them', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target);
    const components = Object.keys(document.components.schemas).map((name) => `#/components/schemas/${name}`);
    expect([...new Set(references)].sort()).toEqual(components.sort());
  });

  it('closes every object of the REST API, so that nothing unforeseen is sent', () => {
    const open: string[] = [];
    const visit = (node: unknown, at: string): void => {
      if (typeof node !== 'object' || node === null) return;
      const { type, additionalProperties } = node as { type?: unknown; additionalProperties?: unknown };
      if ([type].flat().includes('object') && additionalProperties !== false) open.push(at);
      for (const [key, value] of Object.entries(node)) visit(value, `${at}/${key}`);
    };
    for (const [name, schema] of Object.entries(document.components.schemas)) visit(schema, name);
    expect(open).toEqual([]);
  });
});

describe('the page at /', () => {
  it('lists every operation, and links those that can be opened as they are', async () => {
    const page = await app.app.inject('/');
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-type']).toContain('text/html');
    expect(page.headers['content-security-policy']).toBe("default-src 'none'; style-src 'unsafe-inline'");
    for (const { path, operation } of operations) {
      expect(page.body).toContain(`<code>${path}</code>`);
      expect(page.body).toContain(operation.summary);
    }
    const links = [...page.body.matchAll(/href="([^"]+)"/g)].map(([, target]) => target!);
    expect(links).toContain('/api/v1/workloads');
    expect(links.filter((link) => link.includes('{'))).toEqual([]);
    for (const link of links) expect((await app.app.inject(link)).statusCode, link).toBe(200);
  });
});
