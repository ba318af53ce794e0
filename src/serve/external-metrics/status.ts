/** Kubernetes' names for the HTTP codes that this API answers with. */
const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  500: 'InternalError',
  503: 'ServiceUnavailable',
};

/** What failed, for machines. */
export interface StatusDetails {
  readonly group?: string;
  /** The resource: the name of the metric. */
  readonly kind?: string;
}

/** The error object of the Kubernetes API; every error under `/apis` is one. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: object;
  readonly status: 'Failure';
  /** Shown as it is in the conditions and events of an HPA. */
  readonly message: string;
  readonly reason: string;
  readonly details: StatusDetails;
  /** Equals the HTTP code. */
  readonly code: number;
}

/** @param code HTTP code of the response, 400 to 599 */
export function failure(code: number, message: string, details: StatusDetails = {}): Status {
  const reason = REASONS[code] ?? '';
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, details, code };
}
