import { Command } from 'commander';
import { pino, type Logger } from 'pino';
import { loadConfig, type LoadedConfig } from '../config/load-config.js';
import { renderProblems } from '../config/render-problems.js';
import { ConfigError } from '../core/errors.js';
import type { Workload } from '../core/workload.js';
import { forecasterNames } from '../forecast/registry.js';
import { ownCluster } from '../run/own-cluster.js';
import { SystemClock } from '../run/system-clock.js';
import { formulaProblem } from '../scaling/formula.js';
import { createTriggerTypes } from '../triggers/registry.js';
import { aggregatedAddress, readAggregatedFlags, withAggregated, type AggregatedFlags } from './aggregated-options.js';
import { readGrpcFlags, withGrpc, type GrpcFlags } from './grpc-options.js';
import { authFileReader, listenAddress, withAuthFiles, type AuthFileFlags } from './options.js';
import { print, type Terminal } from './terminal.js';
import { untilAborted } from './until-aborted.js';
import { configurationTables } from './validate.js';

interface ServeFlags extends GrpcFlags, AggregatedFlags, AuthFileFlags {
  readonly listen: { host: string; port: number };
  readonly store: string;
  readonly logLevel: string;
}

type Configured = Pick<LoadedConfig, 'workloads' | 'objects'>;

const NOTHING: Configured = { workloads: [], objects: [] };
const STANDARD_ERROR = 2;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

/** `tidecast serve`: local mode, all endpoints in one process. */
export function serveCommand(terminal: Terminal): Command {
  const command = new Command('serve');
  command
    .summary('forecast and serve the workloads of ScaledObject files (local mode)')
    .description(
      'Reads ScaledObjects from files and folders, pulls their history from Prometheus, and serves forecasts and decisions: ' +
        'the external metrics API, REST (/api/v1, /openapi.json), /metrics, /healthz and /readyz, and what KEDA calls over ' +
        'gRPC. Logs go to standard error as JSON. Ends gracefully on SIGINT and SIGTERM.',
    )
    .argument(
      '[path...]',
      'YAML or JSON files, or folders of them; may be left out with --grpc-listen or --predictkube-listen',
    )
    .addOption(
      command
        .createOption('--listen <address>', 'address of all HTTP endpoints')
        .argParser(listenAddress)
        .default({ host: '127.0.0.1', port: 8190 }, '127.0.0.1:8190'),
    )
    .option('--store <file>', 'SQLite file that makes a restart quick and keeps the ledger, or "memory"', 'tidecast.db')
    .addOption(
      command.createOption('--log-level <level>', 'least severe level logged').choices(LOG_LEVELS).default('info'),
    )
    .action(async (paths: string[], flags: ServeFlags) => {
      const grpc = await readGrpcFlags(flags, terminal.env);
      const aggregated = readAggregatedFlags(flags, terminal.env);
      if (paths.length === 0 && grpc.scaler === undefined && grpc.predictkube === undefined) {
        command.error("error: missing required argument 'path'");
      }
      const { workloads, objects } = paths.length === 0 ? NOTHING : await loadValid(paths, flags, terminal);
      const logger = logTo(flags.logLevel, STANDARD_ERROR);
      // Loaded when needed: the HTTP stack takes longer to load than most other commands to run.
      const { startLocalMode } = await import('../run/local-mode.js');
      const running = await startLocalMode({
        workloads,
        objects,
        storePath: flags.store,
        ...flags.listen,
        ...grpc,
        ...(aggregated && { aggregated }),
        clock: new SystemClock(),
        logger,
        random: Math.random,
      });
      const tables = configurationTables({ workloads, objects }, terminal);
      print(
        terminal.stdout,
        `${tables === '' ? '' : `${tables}\n\n`}${addresses(running.url, workloads)}${grpcAddresses(running.grpcUrls)}`,
      );
      if (aggregated && running.aggregatedUrl !== undefined) {
        print(terminal.stdout, aggregatedAddress(running.aggregatedUrl, aggregated));
      }
      await untilAborted(terminal.signal);
      await running.stop();
    });
  return withAggregated(withGrpc(withAuthFiles(command)));
}

/** Lines as JSON. One that cannot be written is lost: a full disk of logs must not end the serving. */
function logTo(level: string, fileDescriptor: number): Logger {
  const destination = pino.destination({ dest: fileDescriptor, sync: true });
  destination.on('error', () => undefined);
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** Where to look, as lines to copy. */
export function addresses(url: string, workloads: readonly Workload[]): string {
  const [first] = workloads;
  if (first === undefined)
    return `Listening on ${url}. Try in another terminal:\n  curl -s ${url}/api/v1/scaledobjects`;
  const { namespace, scaledObject, metricName } = first;
  const selector = `labelSelector=scaledobject.keda.sh/name%3D${scaledObject}`;
  return [
    `Listening on ${url}. Try in another terminal:`,
    `  curl -s ${url}/api/v1/workloads`,
    `  curl -s ${url}/api/v1/scaledobjects`,
    `  curl -s ${url}/api/v1/workloads/${namespace}/${scaledObject}/${metricName}/explain`,
    `  curl -s '${url}/apis/external.metrics.k8s.io/v1beta1/namespaces/${namespace}/${metricName}?${selector}'`,
  ].join('\n');
}

function grpcAddresses({ scaler, predictkube }: { scaler?: string; predictkube?: string }): string {
  return [
    ...(scaler === undefined ? [] : [`\nKEDA external scaler on ${scaler}`]),
    ...(predictkube === undefined ? [] : [`\nPredictKube backend on ${predictkube}`]),
  ].join('');
}

/** @throws {ConfigError} any error in the files, or nothing to serve in them */
async function loadValid(paths: readonly string[], flags: AuthFileFlags, terminal: Terminal): Promise<Configured> {
  const { workloads, objects, problems } = await loadConfig(paths, {
    env: terminal.env,
    authFile: authFileReader(flags),
    forecasterNames,
    triggerTypes: createTriggerTypes({ clock: new SystemClock(), cluster: ownCluster(terminal.env, Math.random) }),
    checkFormula: formulaProblem,
  });
  if (problems.length > 0) print(terminal.stderr, renderProblems(problems));
  if (problems.some(({ severity }) => severity === 'error')) {
    throw new ConfigError('the configuration has errors; nothing is served');
  }
  const isServed = objects.some(({ triggers }) => triggers.some(({ kind }) => kind !== 'resource'));
  if (!isServed) throw new ConfigError('no trigger in the configuration that tidecast serves; nothing to serve');
  return { workloads, objects };
}
