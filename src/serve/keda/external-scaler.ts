import { status, type ServerUnaryCall, type ServerWritableStream, type sendUnaryData } from '@grpc/grpc-js';
import type { Clock } from '../../core/clock.js';
import { ConfigError, UsageError } from '../../core/errors.js';
import { externalScalerProto } from '../../core/external-scaler-proto.js';
import type { Logger } from '../../core/logger.js';
import type { WorkloadStatus } from '../view.js';
import { Followers } from './followers.js';
import type { HostedService } from './grpc-server.js';
import { GrpcError } from './grpc-error.js';
import { isActive, metricSpecs, metricValues, type MetricSpec, type MetricValue } from './scaler-answers.js';
import type { ScaledObjectRef, ScalerWorkloads } from './scaler-workloads.js';
import { describeService } from './service-definition.js';

/** Trigger metadata is a few kilobytes. */
export const SCALER_MESSAGE_BYTES = 64 * 1024;

/** How soon after a decision a stream tells of it. */
const PUSH_PERIOD_MS = 500;

interface GetMetricsRequest {
  readonly scaledObjectRef: ScaledObjectRef | null;
  readonly metricName: string;
}

export interface ExternalScalerProps {
  readonly workloads: ScalerWorkloads;
  /** Paces the streams. */
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * KEDA's external scaler: the decision in force, in KEDA's words. A value that is not known is an error, never 0, so that
 * KEDA's fallback can act.
 */
export function externalScaler({ workloads, clock, logger }: ExternalScalerProps): HostedService {
  const followers = new Followers(clock, PUSH_PERIOD_MS);
  const find = (ref: ScaledObjectRef | null): readonly WorkloadStatus[] => workloads.find(checked(ref));

  const answering =
    <Request, Response>(answer: (request: Request) => Response) =>
    (call: ServerUnaryCall<Request, Response>, respond: sendUnaryData<Response>): void => {
      try {
        respond(null, answer(call.request));
      } catch (error) {
        respond(asGrpcError(error, logger));
      }
    };
  const following =
    <Response>(answer: (found: readonly WorkloadStatus[]) => Response) =>
    (call: ServerWritableStream<ScaledObjectRef, Response>): void => {
      followers.add(call, () => {
        try {
          return answer(find(call.request));
        } catch (error) {
          throw asGrpcError(error, logger);
        }
      });
    };

  const specs = (found: readonly WorkloadStatus[]): { metricSpecs: MetricSpec[] } => ({
    metricSpecs: metricSpecs(found),
  });
  const activity = (found: readonly WorkloadStatus[]): { result: boolean } => ({ result: isActive(found) });
  const implementation = {
    IsActive: answering((ref: ScaledObjectRef) => activity(find(ref))),
    StreamIsActive: following(activity),
    GetMetricSpec: answering((ref: ScaledObjectRef) => specs(find(ref))),
    StreamMetricSpec: following(specs),
    GetMetrics: answering(({ scaledObjectRef, metricName }: GetMetricsRequest): { metricValues: MetricValue[] } => ({
      metricValues: metricValues(find(scaledObjectRef), metricName),
    })),
  };
  return {
    service: describeService(externalScalerProto, 'externalscaler.ExternalScaler'),
    implementation,
    workloadOf,
    close: () => {
      followers.close();
    },
  };
}

function workloadOf(request: unknown): string | undefined {
  const message = request as ScaledObjectRef | GetMetricsRequest;
  const ref = 'scaledObjectRef' in message ? message.scaledObjectRef : message;
  return ref === null ? undefined : `${ref.namespace}/${ref.name}`;
}

function checked(ref: ScaledObjectRef | null): ScaledObjectRef {
  if (ref !== null && ref.name !== '' && ref.namespace !== '') return ref;
  throw new GrpcError(status.INVALID_ARGUMENT, 'the ScaledObject is not named: expected its name and namespace');
}

function asGrpcError(error: unknown, logger: Logger): GrpcError {
  if (error instanceof GrpcError) return error;
  if (error instanceof ConfigError) return new GrpcError(status.INVALID_ARGUMENT, error.message);
  if (error instanceof UsageError) return new GrpcError(status.RESOURCE_EXHAUSTED, error.message);
  logger.error({ error: String(error) }, 'a gRPC call failed unexpectedly');
  return new GrpcError(status.INTERNAL, 'unexpected error; the log of tidecast has it');
}
