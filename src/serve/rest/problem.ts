import { STATUS_CODES } from 'node:http';
import { Type, type Static } from 'typebox';
import { component, object, reference, words } from './schema.js';

/** Media type of every error answer (RFC 9457). */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

const PROBLEM_CODES = [
  'invalid-request',
  'unknown-workload',
  'unknown-scaledobject',
  'unknown-backtest',
  'unknown-replay',
  'no-decision',
  'not-found',
  'method-not-allowed',
  'malformed-json',
  'body-too-large',
  'unsupported-media-type',
  'headers-too-large',
  'url-too-long',
  'request-timeout',
  'store-unavailable',
  'internal-error',
] as const;

/** Stable names of what can go wrong. */
export type ProblemCode = (typeof PROBLEM_CODES)[number];

const FieldProblemSchema = object({
  in: words(['path', 'query', 'body'], 'Where the value was sent'),
  field: Type.String({ description: 'Its name; empty: the whole' }),
  received: Type.Optional(Type.Unknown({ description: 'The value; absent when the field is missing' })),
  accepted: Type.String({ description: 'What would be accepted' }),
});

export const ProblemSchema = component(
  'Problem',
  {
    type: Type.String({ description: 'Always about:blank; see `code`' }),
    title: Type.String({ description: 'The phrase of the HTTP status' }),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong with this request, and what would be right' }),
    code: words(PROBLEM_CODES, 'Stable name of the problem'),
    errors: Type.Optional(Type.Array(FieldProblemSchema, { description: 'Each value that is not accepted' })),
    suggestions: Type.Optional(Type.Array(Type.String(), { description: 'Known names close to the one asked for' })),
  },
  'An error, after RFC 9457',
);

export type Problem = Static<typeof ProblemSchema>;
/** One value that is not accepted. */
export type FieldProblem = Static<typeof FieldProblemSchema>;

/** Thrown by a handler to answer with a problem; knows nothing that must not be sent. */
export class ProblemError extends Error {
  constructor(
    readonly statusCode: number,
    readonly code: ProblemCode,
    detail: string,
    readonly more: Pick<Problem, 'errors' | 'suggestions'> & { readonly headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = 'ProblemError';
  }
}

/** The request holds values that are not accepted: status 400, with a sentence for each of them. */
export function invalidRequest(errors: readonly FieldProblem[]): ProblemError {
  const shown = errors.map((error) => ('received' in error ? { ...error, received: clip(error.received) } : error));
  return new ProblemError(400, 'invalid-request', shown.map(sentence).join('; '), { errors: shown });
}

/** The body of an error answer. */
export function problem(status: number, code: ProblemCode, detail: string, more: Partial<Problem> = {}): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, code, ...more };
}

/** The error answers of a route, for its `response` schemas. `default` stands for those that any route may give. */
export function problemResponses<S extends number>(...statuses: S[]): Record<S | 'default', ProblemResponse> {
  const entry = (status: S): [S, ProblemResponse] => [status, problemResponse(STATUS_CODES[status] ?? 'Error')];
  return {
    ...(Object.fromEntries(statuses.map(entry)) as Record<S, ProblemResponse>),
    default: problemResponse('Any other error'),
  };
}

interface ProblemResponse {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: object }>>;
}

function problemResponse(description: string): ProblemResponse {
  return { description, content: { [PROBLEM_MEDIA_TYPE]: { schema: reference(ProblemSchema) } } };
}

function sentence(error: FieldProblem): string {
  const kind = { path: 'path segment', query: 'query parameter', body: 'body field' }[error.in];
  const name = error.field === '' ? `the ${error.in}` : `${kind} "${error.field}"`;
  const state = 'received' in error ? `is ${JSON.stringify(error.received)}` : 'is missing';
  return `${name} ${state}; expected ${error.accepted}`;
}

/** Longest value that is repeated in an answer: enough to recognise it, too little to be a burden. */
const CLIP_AT = 200;

/** A value as an error answer shows it: short, and without inner structure. */
function clip(value: unknown): unknown {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) as string | undefined);
  if (text === undefined) return null;
  if (text.length > CLIP_AT) return `${text.slice(0, CLIP_AT)}…`;
  return typeof value === 'object' && value !== null ? text : value;
}
