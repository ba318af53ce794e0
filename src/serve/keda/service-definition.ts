import { status } from '@grpc/grpc-js';
import { fromJSON, type PackageDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { GrpcError } from './grpc-error.js';
import { withMapEntries, type Described } from './map-entries.js';

/** Whole numbers as numbers, names as written, and every field present. */
const OPTIONS = { keepCase: true, longs: Number, defaults: true } as const;

/** A service as it is registered, and all that reflection needs to describe it. */
export interface DescribedService {
  /** Full name, such as `externalscaler.ExternalScaler`. */
  readonly name: string;
  readonly definition: ServiceDefinition;
  readonly package: PackageDefinition;
}

/**
 * Makes a service from its description. A request that cannot be decoded does not fail the call here, where only
 * INTERNAL could be said: it becomes a {@link GrpcError}, which the guard turns into the answer.
 */
export function describeService(proto: Described, name: string): DescribedService {
  const service = loaded(proto)[name] as ServiceDefinition;
  const definition = Object.fromEntries(
    Object.entries(service).map(([method, description]) => [
      method,
      { ...description, requestDeserialize: refusing(description.requestDeserialize) },
    ]),
  );
  return { name, definition, package: loaded(withMapEntries(proto)) };
}

function loaded(proto: Described): PackageDefinition {
  return fromJSON(proto, OPTIONS);
}

/** The same service with one method's requests decoded in another way. */
export function decodingBy(
  service: DescribedService,
  method: string,
  decode: (bytes: Buffer) => object,
): DescribedService {
  const description = { ...service.definition[method]!, requestDeserialize: refusing(decode) };
  return { ...service, definition: { ...service.definition, [method]: description } };
}

function refusing(decode: (bytes: Buffer) => object): (bytes: Buffer) => object {
  return (bytes) => {
    try {
      return decode(bytes);
    } catch (error) {
      if (error instanceof GrpcError) return error;
      return new GrpcError(status.INVALID_ARGUMENT, 'the request is not a message of this method');
    }
  };
}
