import type { FastifyPluginCallbackTypebox } from '@fastify/type-provider-typebox';
import { Type, type Static, type TSchema } from 'typebox';
import type { Job, Jobs } from '../view.js';
import { JobEvents } from './job-events.js';
import { ProblemError, problemResponses, type ProblemCode } from './problem.js';
import { Time, nullable, object, reference, words, isoTime, isoTimeOrNull } from './schema.js';

const STATUSES = ['running', 'done', 'failed', 'cancelled'] as const;
const JobParams = Type.Object({ id: Type.String({ minLength: 1, maxLength: 200 }) });
export const NoQuery = object({});

/** What the JSON of every kind of job has. */
export const JOB_FIELDS = {
  id: Type.String(),
  href: Type.String(),
  workloadId: Type.String(),
  status: words<Job<unknown>['status']>(STATUSES, 'How far it is'),
  startedAt: Time,
  finishedAt: nullable(Time),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  error: nullable(Type.String(), 'Why it failed'),
};

/** @param path of all jobs of this kind, such as `backtests` */
export function jobJson(job: Job<{ readonly workloadId: string }>, path: string) {
  return {
    id: job.id,
    href: jobPath(path, job.id),
    workloadId: job.request.workloadId,
    status: job.status,
    startedAt: isoTime(job.startedAtMs),
    finishedAt: isoTimeOrNull(job.finishedAtMs),
    progress: job.progress,
    error: job.error,
  };
}

/** The address of a job in the REST API. */
export function jobPath(path: string, id: string): string {
  return `/api/v1/${path}/${encodeURIComponent(id)}`;
}

/** One kind of job, to its readers. */
export interface JobKind<Request, J extends Job<Request>, Schema extends TSchema & { readonly $id: string }> {
  readonly jobs: Jobs<Request, J>;
  /** One and many, as in paths and sentences. */
  readonly one: string;
  readonly many: string;
  readonly unknownCode: ProblemCode;
  readonly schema: Schema;
  readonly toJson: (job: J) => Static<Schema>;
}

/** Reads, follows and cancels the jobs of one kind. */
export function jobRoutes<Request, J extends Job<Request>, Schema extends TSchema & { readonly $id: string }>({
  jobs,
  one,
  many,
  unknownCode,
  schema,
  toJson,
}: JobKind<Request, J, Schema>): FastifyPluginCallbackTypebox {
  const Name = one.charAt(0).toUpperCase() + one.slice(1);
  const answer = { 200: reference(schema), ...problemResponses(400, 404) };
  const find = (id: string): J => {
    const job = jobs.get(id);
    if (job === undefined) throw new ProblemError(404, unknownCode, `there is no ${one} "${id}"`);
    return job;
  };

  return (app, _options, done) => {
    const streams = new Set<JobEvents<Request, J>>();
    app.addHook('preClose', (closed) => {
      for (const stream of streams) stream.finish();
      closed();
    });

    app.get(
      `/${many}`,
      {
        schema: {
          operationId: `list${Name}s`,
          summary: `All ${many} that are kept`,
          tags: [many],
          querystring: NoQuery,
          response: {
            200: object({ [many]: Type.Array(reference(schema)) }, `All ${many} that are kept`),
            ...problemResponses(400),
          },
        },
      },
      () => ({ [many]: jobs.list().map(toJson) }),
    );

    app.get(
      `/${many}/:id`,
      {
        schema: {
          operationId: `get${Name}`,
          summary: `A ${one}: how far it is, and its result`,
          tags: [many],
          params: JobParams,
          querystring: NoQuery,
          response: answer,
        },
      },
      ({ params }) => toJson(find(params.id)),
    );

    app.delete(
      `/${many}/:id`,
      {
        schema: {
          operationId: `cancel${Name}`,
          summary: `Cancel a ${one}; one that has ended stays as it is`,
          tags: [many],
          params: JobParams,
          querystring: NoQuery,
          response: answer,
        },
      },
      ({ params }) => {
        const job = find(params.id);
        jobs.cancel(params.id);
        return toJson(jobs.get(params.id) ?? job);
      },
    );

    app.get(
      `/${many}/:id/events`,
      {
        exposeHeadRoute: false,
        schema: {
          operationId: `follow${Name}`,
          summary: `Follow a ${one} until it ends`,
          tags: [many],
          params: JobParams,
          querystring: NoQuery,
          response: { 200: eventStream(one), ...problemResponses(400, 404) },
        },
      },
      ({ params }, reply) => {
        const stream = new JobEvents(jobs, find(params.id), toJson);
        streams.add(stream);
        stream.once('close', () => streams.delete(stream));
        return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream);
      },
    );
    done();
  };
}

function eventStream(one: string) {
  return {
    description:
      `Server-sent events: a ${one} as JSON at every change, the name of the event being its status. The stream ends ` +
      `when the ${one} has; a client that reconnects by itself should then stop.`,
    content: { 'text/event-stream': { schema: Type.String() } },
  };
}
