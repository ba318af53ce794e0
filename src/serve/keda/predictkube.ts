import { createHash } from 'node:crypto';
import { status, type Metadata, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import type { Decision } from '../../core/decision.js';
import type { Logger } from '../../core/logger.js';
import type { ApiKeys } from './api-keys.js';
import { GrpcError } from './grpc-error.js';
import type { HostedService } from './grpc-server.js';
import { decodePredictRequest, type Observations, type PredictRequest } from './observations.js';
import { predictkubeProto } from './proto/predictkube.js';
import { decodingBy, describeService } from './service-definition.js';

/** KEDA's own limit for what it sends. */
export const PREDICTKUBE_MESSAGE_BYTES = 50 * 1024 * 1024;

const SERVICE = 'services.MlEngineService';
const KEY_HEADER = 'x-auth-api-key';

/** A week of minutes: a longer horizon is a slip. */
const MOST_HORIZON_STEPS = 10_080;
/** KEDA asks for the same history again within seconds, and each trigger has its own. */
const MOST_REMEMBERED = 500;

/** What a history says about a moment. */
export type Prediction = (nowMs: number) => Decision;

export interface PredictkubeProps {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Fits a model to what was sent; undefined: there is no known sample in it. Pure. */
  readonly learn: (observations: Observations, horizonSteps: number) => Prediction | undefined;
  readonly logger: Logger;
}

/**
 * The backend that KEDA's `predictkube` trigger calls. It answers from the observations in the request, with what would
 * be decided for a workload with that history.
 *
 * KEDA publishes the larger of the answer and the last observation, and the answer is a whole number: a forecast is
 * rounded up; an answer that is the observation itself is rounded down, so that KEDA publishes the exact one.
 */
export function predictkube({ now, learn, logger }: PredictkubeProps): HostedService {
  const remembered = new Map<string, Prediction>();

  const predict = ({ horizonSteps, observations }: PredictRequest): Prediction => {
    const key = digest(horizonSteps, observations);
    const prediction = remembered.get(key) ?? learn(observations, horizonSteps);
    if (prediction === undefined) throw new GrpcError(status.INVALID_ARGUMENT, nothingKnown(observations));
    remembered.delete(key);
    remembered.set(key, prediction);
    for (const oldest of remembered.keys()) {
      if (remembered.size <= MOST_REMEMBERED) break;
      remembered.delete(oldest);
    }
    return prediction;
  };

  const answer = (request: PredictRequest): { result_metric: number } => {
    if (request.horizonSteps > MOST_HORIZON_STEPS) {
      const message = `a forecast_horizon of ${request.horizonSteps} steps; expected at most ${MOST_HORIZON_STEPS}`;
      throw new GrpcError(status.INVALID_ARGUMENT, message);
    }
    const { value, origin, reason } = predict(request)(now());
    if (value === null) throw new GrpcError(status.UNAVAILABLE, reason);
    const whole = origin === 'observed' ? Math.floor(value) : Math.ceil(value);
    return { result_metric: Math.min(Math.max(whole, Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER) };
  };

  const getPredictMetric = (call: ServerUnaryCall<PredictRequest, object>, respond: sendUnaryData<object>): void => {
    try {
      respond(null, answer(call.request));
    } catch (error) {
      if (!(error instanceof GrpcError)) logger.error({ error: String(error) }, 'a prediction failed unexpectedly');
      const unexpected = new GrpcError(status.INTERNAL, 'unexpected error; the log of tidecast has it');
      respond(error instanceof GrpcError ? error : unexpected);
    }
  };
  return {
    service: decodingBy(describeService(predictkubeProto, SERVICE), 'GetPredictMetric', decodePredictRequest),
    implementation: { GetPredictMetric: getPredictMetric },
  };
}

/** Asks for the key before a message is accepted. Health and reflection need none. */
export function requireKey(keys: ApiKeys): (path: string, metadata: Metadata) => void {
  return (path, metadata) => {
    if (!path.startsWith(`/${SERVICE}/`)) return;
    const given = metadata.get(KEY_HEADER).map(String);
    if (given.length === 1 && keys.accepts(given[0]!)) return;
    const why = given.length === 0 ? 'is missing' : 'is not among the accepted keys';
    throw new GrpcError(status.UNAUTHENTICATED, `the key in ${KEY_HEADER} ${why}`);
  };
}

function nothingKnown({ values }: Observations): string {
  const what = values.length === 0 ? 'no observations' : `none of the ${values.length} observations is a number`;
  return `${what}, so the load is unknown; if the absence of a series means zero, append "or vector(0)" to the query`;
}

/** Of all that was sent, in well under a millisecond per ten thousand samples. */
function digest(horizonSteps: number, { timesMs, values }: Observations): string {
  return createHash('sha256').update(`${horizonSteps} `).update(timesMs).update(values).digest('base64');
}
