import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { UsageError } from '../core/errors.js';
import type { GrpcAddress, PredictkubeAddress } from '../run/grpc-endpoints.js';
import { listenAddress } from './options.js';

/** What KEDA calls over gRPC, as flags. Off unless an address is given. */
export interface GrpcFlags {
  readonly grpcListen?: { host: string; port: number };
  readonly grpcCert?: string;
  readonly grpcKey?: string;
  readonly grpcClientCa?: string;
  readonly predictkubeListen?: { host: string; port: number };
  readonly predictkubeKeys?: string;
}

/** Holds the accepted keys where there is no file of them. */
const KEYS_VARIABLE = 'TIDECAST_PREDICTKUBE_KEYS';

export interface GrpcListeners {
  readonly scaler?: GrpcAddress;
  readonly predictkube?: PredictkubeAddress;
}

export function withGrpc(command: Command): Command {
  const address = (flag: string, description: string) =>
    command.createOption(`${flag} <address>`, description).argParser(listenAddress);
  return command
    .addOption(address('--grpc-listen', "address of KEDA's external scaler; off by default"))
    .option('--grpc-cert <file>', 'PEM certificate with which gRPC is encrypted; reloaded when it changes')
    .option('--grpc-key <file>', 'its key')
    .option('--grpc-client-ca <file>', 'PEM authority that has to have signed the certificates of scaler clients')
    .addOption(address('--predictkube-listen', 'address of the PredictKube backend; off by default'))
    .option(
      '--predictkube-keys <file>',
      `keys accepted by the PredictKube backend, one per line; or a list in ${KEYS_VARIABLE}`,
    );
}

/**
 * Reads the file of keys; certificates are read where they are used, again and again.
 *
 * @param env of the process, which may hold the keys
 * @throws {UsageError} a flag without the one it needs, or a file that cannot be read
 */
export async function readGrpcFlags(flags: GrpcFlags, env: NodeJS.ProcessEnv): Promise<GrpcListeners> {
  const { grpcListen, grpcCert, grpcKey, grpcClientCa, predictkubeListen, predictkubeKeys } = flags;
  const isOn = grpcListen !== undefined || predictkubeListen !== undefined;
  demand((grpcCert === undefined) === (grpcKey === undefined), '--grpc-cert and --grpc-key go together');
  demand(grpcCert === undefined || isOn, '--grpc-cert needs --grpc-listen or --predictkube-listen');
  demand(grpcClientCa === undefined || grpcCert !== undefined, '--grpc-client-ca needs --grpc-cert and --grpc-key');
  demand(grpcClientCa === undefined || grpcListen !== undefined, '--grpc-client-ca needs --grpc-listen');
  demand(
    predictkubeKeys === undefined || predictkubeListen !== undefined,
    '--predictkube-keys needs --predictkube-listen',
  );
  const tls = grpcCert !== undefined && { certFile: grpcCert, keyFile: grpcKey! };
  const clientCa = grpcClientCa !== undefined && { clientCaFile: grpcClientCa };
  return {
    ...(grpcListen && { scaler: { ...grpcListen, ...(tls && { tls: { ...tls, ...clientCa } }) } }),
    ...(predictkubeListen && {
      predictkube: {
        ...predictkubeListen,
        ...(tls && { tls }),
        keys: await readKeys(predictkubeKeys, env[KEYS_VARIABLE]),
      },
    }),
  };
}

/** From the file, or from the list in the environment, whose items are separated by commas or white space. */
async function readKeys(file: string | undefined, list: string | undefined): Promise<PredictkubeAddress['keys']> {
  demand(
    (file === undefined) !== (list === undefined),
    `--predictkube-listen needs keys, either by --predictkube-keys or by ${KEYS_VARIABLE}`,
  );
  if (file !== undefined) return { text: await readText('--predictkube-keys', file), fileName: file };
  return { text: list!.split(/[\s,]+/).join('\n'), fileName: KEYS_VARIABLE };
}

function demand(condition: boolean, message: string): void {
  if (!condition) throw new UsageError(message);
}

async function readText(flag: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${flag}: ${(error as Error).message}`, { cause: error });
  }
}
