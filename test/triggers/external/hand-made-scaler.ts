import { fileURLToPath } from 'node:url';
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type ServerUnaryCall,
  type UntypedServiceImplementation,
  type status,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const PROTO_FOLDER = fileURLToPath(new URL('../../serve/keda/proto/', import.meta.url));

export interface Asked {
  readonly method: string;
  readonly request: object;
}

/** Answers whatever a test wants, by method; an answer with `code` is an error. */
export type Answers = Record<string, (request: Record<string, unknown>) => object>;

export interface HandMadeScaler {
  readonly port: number;
  readonly asked: readonly Asked[];
  /** Ends all connections at once. */
  kill(): void;
  /** Listens again on the same port. */
  restart(): Promise<void>;
}

/** An external scaler made from a `.proto` file of KEDA's contract, such as somebody else would write. */
export async function startScaler(
  answers: Answers,
  {
    protoFile = 'externalscaler.proto',
    credentials = ServerCredentials.createInsecure(),
  }: { readonly protoFile?: string; readonly credentials?: ServerCredentials } = {},
): Promise<HandMadeScaler> {
  const asked: Asked[] = [];
  const loaded = loadSync(protoFile, { keepCase: true, longs: Number, defaults: true, includeDirs: [PROTO_FOLDER] });
  const service = loaded['externalscaler.ExternalScaler'] as ServiceDefinition;
  const implementation: UntypedServiceImplementation = Object.fromEntries(
    Object.entries(answers).map(([method, answer]) => [
      method,
      ({ request }: ServerUnaryCall<Record<string, unknown>, object>, reply: sendUnaryData<object>) => {
        asked.push({ method, request });
        const answered = answer(request);
        if ('code' in answered) reply(answered as { code: status; details: string });
        else reply(null, answered);
      },
    ]),
  );
  const listen = (port: number): Promise<{ server: Server; port: number }> =>
    new Promise((resolve, reject) => {
      const server = new Server();
      server.addService(service, implementation);
      server.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) => {
        if (error === null) resolve({ server, port: bound });
        else reject(error);
      });
    });
  let { server, port } = await listen(0);
  return {
    port,
    asked,
    kill: () => {
      server.forceShutdown();
    },
    restart: async () => {
      ({ server, port } = await listen(port));
    },
  };
}
