import { status, type Metadata, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import type { Decision } from '../../core/decision.js';
import { ConfigError } from '../../core/errors.js';
import type { Logger } from '../../core/logger.js';
import type { ApiKeys } from './api-keys.js';
import type { Caller } from './call-record.js';
import { GrpcError } from './grpc-error.js';
import type { HostedService } from './grpc-server.js';
import { decodePredictRequest, type Observations, type PredictRequest } from './observations.js';
import { predictkubeProto } from './proto/predictkube.js';
import { RememberedPredictions, type Learn } from './remembered-predictions.js';
import { decodingBy, describeService } from './service-definition.js';

/** KEDA's own limit for what it sends. */
export const PREDICTKUBE_MESSAGE_BYTES = 50 * 1024 * 1024;

const SERVICE = 'services.MlEngineService';
const KEY_HEADER = 'x-auth-api-key';

/** A week of minutes: a longer horizon is a slip. */
const MOST_HORIZON_STEPS = 10_080;

export interface PredictkubeProps {
  readonly keys: ApiKeys;
  /**
   * The decision in force of the workload that a key names; null: there is no such workload.
   *
   * @throws {ConfigError} the name stands for several workloads
   */
  readonly decisionOf: (workload: string) => Decision | null;
  /** Learns from what was sent, where no workload is named or it has no value. */
  readonly learn: Learn;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly logger: Logger;
}

/**
 * The backend that KEDA's `predictkube` trigger calls. Where the key names a workload, the answer is its decision in force;
 * otherwise, or while that has no value, what would be decided for a workload with the history in the request.
 *
 * KEDA publishes the larger of the answer and the last observation, and the answer is a whole number: a forecast is
 * rounded up; an answer that is the observation itself is rounded down, so that KEDA publishes the exact one.
 */
export function predictkube({ keys, decisionOf, learn, now, logger }: PredictkubeProps): HostedService {
  const predictions = new RememberedPredictions(learn);

  const decide = async ({ horizonSteps, observations }: PredictRequest, workload?: string): Promise<Decision> => {
    if (horizonSteps > MOST_HORIZON_STEPS) {
      const message = `a forecast_horizon of ${horizonSteps} steps; expected at most ${MOST_HORIZON_STEPS}`;
      throw new GrpcError(status.INVALID_ARGUMENT, message);
    }
    const decided = workload === undefined ? null : decisionOf(workload);
    if (decided !== null && decided.value !== null) return decided;
    const prediction = await predictions.of(observations, horizonSteps);
    if (prediction === undefined) throw new GrpcError(status.INVALID_ARGUMENT, nothingKnown(observations));
    return prediction(now());
  };

  const getPredictMetric = (call: ServerUnaryCall<PredictRequest, object>, respond: sendUnaryData<object>): void => {
    decide(call.request, callerOf(keys, call.metadata)?.workload)
      .then((decision) => {
        respond(null, { result_metric: wholeNumber(decision) });
      })
      .catch((error: unknown) => {
        respond(asGrpcError(error, logger));
      });
  };
  return {
    service: decodingBy(describeService(predictkubeProto, SERVICE), 'GetPredictMetric', decodePredictRequest),
    implementation: { GetPredictMetric: getPredictMetric },
  };
}

function asGrpcError(error: unknown, logger: Logger): GrpcError {
  if (error instanceof GrpcError) return error;
  if (error instanceof ConfigError) return new GrpcError(status.INVALID_ARGUMENT, error.message);
  logger.error({ error: String(error) }, 'a prediction failed unexpectedly');
  return new GrpcError(status.INTERNAL, 'unexpected error; the log of tidecast has it');
}

/** Asks for the key before a message is accepted. Health and reflection need none. */
export function requireKey(keys: ApiKeys): (path: string, metadata: Metadata) => Caller {
  return (path, metadata) => {
    if (!path.startsWith(`/${SERVICE}/`)) return {};
    const caller = callerOf(keys, metadata);
    if (caller !== undefined) return caller;
    const why = metadata.get(KEY_HEADER).length === 0 ? 'is missing' : 'is not among the accepted keys';
    throw new GrpcError(status.UNAUTHENTICATED, `the key in ${KEY_HEADER} ${why}`);
  };
}

function callerOf(keys: ApiKeys, metadata: Metadata): Caller | undefined {
  const given = metadata.get(KEY_HEADER).map(String);
  return given.length === 1 ? keys.callerOf(given[0]!) : undefined;
}

/** @throws {GrpcError} UNAVAILABLE: there is no value, with the reason */
function wholeNumber({ value, origin, reason }: Decision): number {
  if (value === null) throw new GrpcError(status.UNAVAILABLE, reason);
  const whole = origin === 'observed' ? Math.floor(value) : Math.ceil(value);
  return Math.min(Math.max(whole, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

function nothingKnown({ values }: Observations): string {
  const what = values.length === 0 ? 'no observations' : `none of the ${values.length} observations is a number`;
  return `${what}, so the load is unknown; if the absence of a series means zero, append "or vector(0)" to the query`;
}
