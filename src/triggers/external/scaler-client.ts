import { rootCertificates } from 'node:tls';
import type { ChannelCredentials, Client, ServiceError, credentials } from '@grpc/grpc-js';
import type { MethodDefinition, ServiceDefinition } from '@grpc/proto-loader';
import { TriggerError } from '../../core/errors.js';
import { externalScalerProto } from '../../core/external-scaler-proto.js';
import type { Connecting } from '../pool.js';
import type { ExternalValues } from './parameters.js';

/** What KEDA says of a trigger in every call. */
export interface ScaledObjectRef {
  readonly name: string;
  readonly namespace: string;
  readonly scalerMetadata: Readonly<Record<string, string>>;
}

interface Methods {
  readonly GetMetricSpec: {
    readonly request: ScaledObjectRef;
    readonly reply: { readonly metricSpecs: readonly MetricSpec[] };
  };
  readonly GetMetrics: {
    readonly request: { readonly scaledObjectRef: ScaledObjectRef; readonly metricName: string };
    readonly reply: { readonly metricValues: readonly MetricValue[] };
  };
  readonly IsActive: { readonly request: ScaledObjectRef; readonly reply: { readonly result: boolean } };
}

/** The double is 0 where the scaler is too old to know it. */
export interface MetricSpec {
  readonly metricName: string;
  readonly targetSize: number;
  readonly targetSizeFloat: number;
}

export interface MetricValue {
  readonly metricName: string;
  readonly metricValue: number;
  readonly metricValueFloat: number;
}

/** A gRPC channel to an external scaler. */
export interface ScalerClient {
  /** @throws {TriggerError} the scaler refuses; anything else: it cannot be reached */
  readonly ask: <M extends keyof Methods>(
    method: M,
    request: Methods[M]['request'],
    signal: AbortSignal,
  ) => Promise<Methods[M]['reply']>;
  readonly close: () => void;
}

const SERVICE = 'externalscaler.ExternalScaler';
/** As Go decodes: what is absent has its zero value. */
const DECODING = { keepCase: true, longs: Number, defaults: true } as const;

const CHANNEL_OPTIONS = {
  // As KEDA: a headless Service spreads the calls over its pods.
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  'grpc.service_config_disable_resolution': 1,
  // Connections that hang must end with this channel, and not be given to the next.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.primary_user_agent': 'tidecast',
};

/** Makes channels; a channel connects at its first call. */
export function scalerClient(values: ExternalValues): Connecting<ScalerClient> {
  return {
    connect: async () => {
      const [grpc, { fromJSON }] = await Promise.all([import('@grpc/grpc-js'), import('@grpc/proto-loader')]);
      // The declared type asks for comments, and does not know maps.
      const described = fromJSON(externalScalerProto as unknown as Parameters<typeof fromJSON>[0], DECODING);
      const service = described[SERVICE] as ServiceDefinition;
      const client = new grpc.Client(
        values.scalerAddress,
        channelCredentials(grpc.credentials, values),
        CHANNEL_OPTIONS,
      );
      return {
        ask: (method, request, signal) => unaryCall(client, service[method]!, request, signal, grpc.status),
        close: () => {
          client.close();
        },
      };
    },
    disconnect: (client) => {
      client.close();
    },
  };
}

function channelCredentials(make: typeof credentials, values: ExternalValues): ChannelCredentials {
  const { enableTLS, unsafeSsl, caCert, tlsClientCert, tlsClientKey } = values;
  if (!enableTLS && caCert === undefined && tlsClientCert === undefined) return make.createInsecure();
  const roots = caCert === undefined ? null : Buffer.from([...rootCertificates, caCert].join('\n'));
  const pem = (text: string | undefined): Buffer | null => (text === undefined ? null : Buffer.from(text));
  return make.createSsl(roots, pem(tlsClientKey), pem(tlsClientCert), { rejectUnauthorized: !unsafeSsl });
}

type Status = typeof import('@grpc/grpc-js').status;

function unaryCall<Reply>(
  client: Client,
  { path, requestSerialize, responseDeserialize }: MethodDefinition<object, object>,
  request: object,
  signal: AbortSignal,
  status: Status,
): Promise<Reply> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const call = client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, reply) => {
      signal.removeEventListener('abort', cancel);
      if (error === null) resolve(reply as Reply);
      else reject(inOurWords(path, error, status));
    });
    const cancel = (): void => {
      call.cancel();
    };
    signal.addEventListener('abort', cancel, { once: true });
  });
}

/** What an answer of the scaler is, and what is said of one that never came. */
function inOurWords(path: string, { code, details }: ServiceError, status: Status): Error {
  if (code !== status.UNAVAILABLE && code !== status.CANCELLED) {
    return new TriggerError(`${path.replace(/^.*\//, '')} answered ${status[code]}: ${details}`);
  }
  const [systemError] = /\bE[A-Z]{4,}\b/.exec(details) ?? [];
  return Object.assign(new Error(details), systemError !== undefined && { code: systemError });
}
