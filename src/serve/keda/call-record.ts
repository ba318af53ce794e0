import { status } from '@grpc/grpc-js';
import type { Logger } from '../../core/logger.js';
import type { GrpcMetrics } from '../self/grpc-metrics.js';

/** Who calls, as far as his key says. */
export interface Caller {
  readonly user?: string;
  /** `namespace/scaledObject`, and more where it is known. */
  readonly workload?: string;
}

/** One call that is over. */
export interface CallRecord extends Caller {
  readonly auditId: string;
  /** `package.Service/Method`. */
  readonly method: string;
  /** Address and port of the client. */
  readonly peer: string;
  readonly code: status;
  readonly details: string;
  readonly ms: number;
}

/**
 * Writes the access log and the metrics. KEDA asks every few seconds for each trigger: what succeeds is worth a line only
 * to someone who looks for it.
 */
export function recordCall(logger: Logger, metrics: GrpcMetrics, record: CallRecord): void {
  const { code, details, ms, ...who } = record;
  metrics.observeGrpcCall({ method: record.method, code: status[code], seconds: ms / 1_000 });
  const entry = { ...who, status: status[code], ms: Math.round(ms * 1_000) / 1_000 };
  if (code === status.OK) logger.debug(entry, 'call');
  else logger.info(entry, `call failed: ${details}`);
}
