import type { FastifyInstance } from 'fastify';
import { ProblemError } from './problem.js';

/**
 * Watches the routes that are added to `app` from now on.
 *
 * @returns a function that answers every other method of their paths with 405 and the methods that are allowed
 */
export function otherMethods(app: FastifyInstance): () => void {
  const methodsByPath = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ routePath, method }) => {
    const methods = methodsByPath.get(routePath) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    methodsByPath.set(routePath, methods);
  });
  return () => {
    for (const [path, methods] of [...methodsByPath]) {
      const allowed = [...methods].sort();
      const reject = ({ method }: { method: string }): never => {
        const detail = `${method} is not possible here; expected ${allowed.join(', ')}`;
        throw new ProblemError(405, 'method-not-allowed', detail, { headers: { allow: allowed.join(', ') } });
      };
      // Refused before the body is read.
      app.route({
        method: app.supportedMethods.filter((name) => !methods.has(name)),
        url: path,
        schema: { hide: true },
        onRequest: reject,
        handler: reject,
      });
    }
  };
}
