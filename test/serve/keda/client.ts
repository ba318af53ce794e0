import { fileURLToPath } from 'node:url';
import {
  Client,
  Metadata,
  credentials,
  loadPackageDefinition,
  type ChannelCredentials,
  type ClientReadableStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

export const PROTO_FOLDER = fileURLToPath(new URL('./proto/', import.meta.url));

type Reply = Readonly<Record<string, unknown>>;

type Method = (
  request: object,
  metadata: Metadata,
  options: { deadline?: number },
  callback: (error: ServiceError | null, reply: Reply) => void,
) => unknown;

/** A client made from a `.proto` file, as KEDA's is. */
export class TestClient {
  readonly client: Client;

  /** @param url as `GrpcServer.start` returns it */
  constructor(
    url: string,
    protoFile: string,
    service: string,
    channel: ChannelCredentials = credentials.createInsecure(),
  ) {
    // As Go decodes: absent fields have their zero value.
    const options = { keepCase: true, longs: Number, defaults: true, includeDirs: [PROTO_FOLDER] };
    const loaded = loadPackageDefinition(loadSync(protoFile, options)) as unknown as Record<
      string,
      Record<string, new (address: string, channel: ChannelCredentials) => Client>
    >;
    const [packageName, name] = service.split('.') as [string, string];
    this.client = new loaded[packageName]![name]!(url.replace(/^\w+:\/\//, ''), channel);
  }

  /** @returns the reply; rejects with what the server said, as `{ code, details }` */
  call(method: string, request: object, headers: Record<string, string> = {}): Promise<Reply> {
    const metadata = new Metadata();
    for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
    const invoke = (this.client as unknown as Record<string, Method>)[method]!;
    return new Promise((resolve, reject) => {
      invoke.call(this.client, request, metadata, { deadline: Date.now() + 20_000 }, (error, reply) => {
        if (error === null) resolve(reply);
        else reject(error);
      });
    });
  }

  stream(method: string, request: object): ClientReadableStream<Reply> {
    const open = (this.client as unknown as Record<string, (request: object) => ClientReadableStream<Reply>>)[method]!;
    return open.call(this.client, request);
  }

  close(): void {
    this.client.close();
  }
}

/** The messages of a stream as they come; ends with it, or throws its error. */
export async function* messages(stream: ClientReadableStream<Reply>): AsyncGenerator<Reply, void> {
  for await (const message of stream) yield message as Reply;
}
