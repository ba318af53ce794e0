import type { FastifyPluginCallback, FastifyReply } from 'fastify';

/** One thing that has to be in order. */
export interface HealthCheck {
  readonly name: string;
  /** @returns what is wrong, or null */
  readonly problem: () => string | null;
}

export interface HealthRoutesOptions {
  readonly readiness: readonly HealthCheck[];
  /** What is wrong goes here: the routes are open to everyone, so the answer names the check alone. */
  readonly onFailure: (endpoint: string, problems: Readonly<Record<string, string>>) => void;
}

/** Paths that are answered to everyone. */
export const HEALTH_PATH = /^\/(healthz|livez|readyz)(\/|$)/;

const PING: HealthCheck = { name: 'ping', problem: () => null };

/**
 * `/healthz`, `/livez` and `/readyz` in the manner of Kubernetes: `ok`, or 500 with a line for each check. They take
 * `?verbose`, `?exclude={check}` and `/{check}` at the end of the path.
 */
export const healthRoutes: FastifyPluginCallback<HealthRoutesOptions> = (app, { readiness, onFailure }, done) => {
  const endpoints = { healthz: [PING], livez: [PING], readyz: [PING, ...readiness] };
  for (const [endpoint, checks] of Object.entries(endpoints)) {
    app.get(`/${endpoint}`, (request, reply) => {
      const query = new URL(request.url, 'https://health').searchParams;
      const excluded = query.getAll('exclude');
      const included = checks.filter(({ name }) => !excluded.includes(name));
      return answer(reply, endpoint, { checks: included, verbose: query.has('verbose'), onFailure });
    });
    for (const check of checks) {
      app.get(`/${endpoint}/${check.name}`, (_request, reply) =>
        answer(reply, `${endpoint}/${check.name}`, { checks: [check], verbose: false, onFailure }),
      );
    }
  }
  done();
};

interface Asked extends Pick<HealthRoutesOptions, 'onFailure'> {
  readonly checks: readonly HealthCheck[];
  readonly verbose: boolean;
}

function answer(reply: FastifyReply, endpoint: string, { checks, verbose, onFailure }: Asked): FastifyReply {
  const found = checks.map(({ name, problem }) => ({ name, problem: problem() }));
  const failed = found.flatMap(({ name, problem }) => (problem === null ? [] : [[name, problem] as const]));
  if (failed.length > 0) onFailure(endpoint, Object.fromEntries(failed));
  const isOk = failed.length === 0;
  const lines = found.map(({ name, problem }) =>
    problem === null ? `[+]${name} ok` : `[-]${name} failed: reason withheld`,
  );
  const text =
    isOk && !verbose ? 'ok' : `${[...lines, `${endpoint} check ${isOk ? 'passed' : 'failed'}`].join('\n')}\n`;
  return reply
    .code(isOk ? 200 : 500)
    .headers({ 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' })
    .send(text);
}
