import type { Stage } from './request.js';

/** What a worker thread answers to a job: any number of stages, then one of the others. */
export type Answer = { readonly stage: Stage } | Reply;
export type Reply = { readonly result: unknown } | { readonly error: string };
