import type { status } from '@grpc/grpc-js';

/** A call that ends with a status other than OK. */
export class GrpcError extends Error {
  /** gRPC's form of an error: grpc-js reads `code` and `details`. */
  readonly details: string;

  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
    this.name = 'GrpcError';
    this.details = message;
  }
}

/** Longer texts may not fit into what clients accept as trailers: percent-encoding can triple them. */
const MAX_DETAIL_CHARACTERS = 2_000;

/** The text as it can be sent: one line, not too long, and without halves of surrogate pairs, which cannot be encoded. */
export function sendableDetails(text: string): string {
  const short = text.length <= MAX_DETAIL_CHARACTERS ? text : `${text.slice(0, MAX_DETAIL_CHARACTERS)}…`;
  return short.replace(/[\p{Surrogate}\p{Control}]/gu, '\ufffd');
}
