import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { UsageError } from '../core/errors.js';
import type { AggregatedAddress } from '../run/aggregated-endpoint.js';
import { duration } from './options.js';

/** The aggregated API server, as flags. Off unless a port is given. */
export interface AggregatedFlags {
  readonly aggregatedPort?: number;
  readonly aggregatedHost?: string;
  readonly aggregatedCert?: string;
  readonly aggregatedKey?: string;
  readonly aggregatedCertDir?: string;
  readonly aggregatedService?: { readonly name: string; readonly namespace: string };
  /** Milliseconds. */
  readonly aggregatedDrain?: number;
  readonly kubeconfig?: string;
}

/** Every interface: kube-apiserver calls from outside the pod. */
const DEFAULT_HOST = '0.0.0.0';
const DEFAULT_SERVICE = { name: 'tidecast', namespace: 'tidecast' };
const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

export function withAggregated(command: Command): Command {
  return command
    .addOption(
      command
        .createOption(
          '--aggregated-port <port>',
          'port of the external metrics API for kube-apiserver, over TLS with authentication; off by default',
        )
        .argParser(portNumber),
    )
    .option('--aggregated-host <address>', `address it listens on (default: ${DEFAULT_HOST})`)
    .option('--aggregated-cert <file>', 'PEM certificate of its Service; reloaded when it changes')
    .option('--aggregated-key <file>', 'its key')
    .option('--aggregated-cert-dir <folder>', 'or: where a certificate is generated, with its authority in ca.crt')
    .addOption(
      command
        .createOption(
          '--aggregated-service <name.namespace>',
          'the Service it is generated for (default: tidecast.tidecast)',
        )
        .argParser(serviceName),
    )
    .addOption(
      command
        .createOption('--aggregated-drain <duration>', 'from failing readiness to closing, on SIGTERM (default: 5s)')
        .argParser(duration),
    )
    .option('--kubeconfig <file>', 'how to reach kube-apiserver (default: the ServiceAccount of the pod)');
}

/** @throws {UsageError} flags that do not go together */
export function readAggregatedFlags(flags: AggregatedFlags, env: NodeJS.ProcessEnv): AggregatedAddress | undefined {
  const { aggregatedPort, aggregatedCert, aggregatedKey, aggregatedCertDir, aggregatedService } = flags;
  const { aggregatedDrain, kubeconfig } = flags;
  if (aggregatedPort === undefined) {
    const [first] = Object.keys(flags).filter((name) => name.startsWith('aggregated') || name === 'kubeconfig');
    demand(
      first === undefined,
      `--${(first ?? '').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} needs --aggregated-port`,
    );
    return undefined;
  }
  demand(
    (aggregatedCert === undefined) === (aggregatedKey === undefined),
    '--aggregated-cert and --aggregated-key go together',
  );
  demand(
    (aggregatedCert === undefined) !== (aggregatedCertDir === undefined),
    '--aggregated-port needs either --aggregated-cert and --aggregated-key, or --aggregated-cert-dir',
  );
  demand(
    aggregatedService === undefined || aggregatedCertDir !== undefined,
    '--aggregated-service needs --aggregated-cert-dir; a certificate of your own names its Service itself',
  );
  return {
    host: flags.aggregatedHost ?? DEFAULT_HOST,
    port: aggregatedPort,
    certificate:
      aggregatedCertDir === undefined
        ? { certFile: aggregatedCert!, keyFile: aggregatedKey! }
        : { folder: aggregatedCertDir, service: aggregatedService ?? DEFAULT_SERVICE },
    ...(kubeconfig !== undefined && { kubeconfig }),
    ...(aggregatedDrain !== undefined && { limits: { drainMs: aggregatedDrain } }),
    env,
  };
}

/** What to do next, as a line. */
export function aggregatedAddress(url: string, { certificate }: AggregatedAddress): string {
  const authority =
    'folder' in certificate ? `; caBundle of the APIService: ${join(certificate.folder, 'ca.crt')}` : '';
  return `Aggregated API on ${url}${authority}`;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError('Expected a port, such as 6443.');
  return port;
}

function serviceName(text: string): { name: string; namespace: string } {
  const [name = '', namespace = '', ...more] = text.split('.');
  if (!LABEL.test(name) || !LABEL.test(namespace) || more.length > 0) {
    throw new InvalidArgumentError('Expected NAME.NAMESPACE, such as tidecast.tidecast.');
  }
  return { name, namespace };
}

function demand(condition: boolean, message: string): void {
  if (!condition) throw new UsageError(message);
}
