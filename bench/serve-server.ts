/** The endpoints of 10,000 workloads that have decided, in a process of their own: sends its addresses, and what it uses when asked. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { Server, ServerCredentials, type sendUnaryData } from '@grpc/grpc-js';
import { pino } from 'pino';
import { externalScalerProto } from '../src/core/external-scaler-proto.js';
import { ExternalWorkloads } from '../src/run/external-workloads.js';
import { SystemClock } from '../src/run/system-clock.js';
import { CachedAccessReviewer } from '../src/serve/aggregated/cached-reviewers.js';
import { RequestHeaderKeeper } from '../src/serve/aggregated/request-header-keeper.js';
import { AggregatedServer } from '../src/serve/aggregated/server.js';
import { externalMetricsRoutes } from '../src/serve/external-metrics/routes.js';
import { HttpServer } from '../src/serve/http-server.js';
import { SCALER_MESSAGE_BYTES, externalScaler } from '../src/serve/keda/external-scaler.js';
import { GrpcServer } from '../src/serve/keda/grpc-server.js';
import { describeService } from '../src/serve/keda/service-definition.js';
import { SelfMetrics } from '../src/serve/self/metrics.js';
import type { WorkloadStatus } from '../src/serve/view.js';
import { FakeServiceView, aDecision, aStatus, aWorkload } from '../test/support/fake-service-view.js';
import { testAuthority } from '../test/support/pki.js';
import type { Endpoint } from './serve-load.js';
import { METRIC, WORKLOADS, nameOf } from './support/serve-names.js';

export interface ServerAddresses {
  /** Servers that do nothing, by name: what the libraries and this machine take. */
  readonly controls: Readonly<Record<string, Endpoint>>;
  /** Those to be measured, by name. */
  readonly endpoints: Readonly<Record<string, Endpoint>>;
}

export interface ServerUsage {
  readonly rssMiB: number;
  /** Since the start of the process. */
  readonly cpuMs: number;
}

/** Found by name, as the running service finds its workloads. */
class DecidedWorkloads extends FakeServiceView {
  readonly #byName = new Map<string, WorkloadStatus>();

  constructor(statuses: readonly WorkloadStatus[]) {
    super(...statuses);
    for (const status of statuses) this.#byName.set(status.workload.scaledObject, status);
  }

  override find(_namespace: string, scaledObject: string): WorkloadStatus | undefined {
    return this.#byName.get(scaledObject);
  }
}

const view = new DecidedWorkloads(
  Array.from({ length: WORKLOADS }, (_, i) => {
    const workload = aWorkload({ scaledObject: nameOf(i) });
    return aStatus({ workload, decision: aDecision(workload, { value: i + 0.5 }) });
  }),
);
const clock = new SystemClock();
const metrics = new SelfMetrics();
// As `tidecast serve` logs, apart from where to.
const logger = pino({ level: 'info', base: null }, pino.destination({ dest: '/dev/null', sync: true }));
const service = { view, addWorkload: () => undefined, removeWorkload: () => undefined };

const http = new HttpServer({ view, metrics, host: '127.0.0.1', port: 0, routes: [externalMetricsRoutes], logger });
const grpc = new GrpcServer({
  services: [externalScaler({ workloads: new ExternalWorkloads({ service, clock, logger }), clock, logger })],
  host: '127.0.0.1',
  port: 0,
  logger,
  metrics,
  maxMessageBytes: SCALER_MESSAGE_BYTES,
});

// Answers as long as ours.
const bareHttp = createServer({ keepAliveTimeout: 0 }, (_request, response) => {
  const body = Buffer.from('{"value":"'.padEnd(240));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
});
const bareGrpc = new Server({ 'grpc.enable_channelz': 0 });
bareGrpc.addService(describeService(externalScalerProto, 'externalscaler.ExternalScaler').definition, {
  GetMetrics: (_call: unknown, respond: sendUnaryData<object>) => {
    respond(null, { metricValues: [{ metricName: METRIC, metricValue: 1, metricValueFloat: 0.5 }] });
  },
});

const SERVICE_NAME = 'tidecast.tidecast.svc';
const authority = await testAuthority('bench');
const serving = await authority.issue('tidecast', { usage: 'server', names: [SERVICE_NAME] });
const requestHeaders = new RequestHeaderKeeper();
requestHeaders.update({
  'requestheader-client-ca-file': authority.cert,
  'requestheader-username-headers': '["X-Remote-User"]',
  'requestheader-group-headers': '["X-Remote-Group"]',
});
const aggregated = new AggregatedServer({
  ...{ view, host: '127.0.0.1', port: 0, requestHeaders, clock, logger },
  registry: metrics.registry,
  certificates: { current: () => serving, onChange: () => undefined },
  tokens: { review: () => Promise.resolve(null) },
  // kube-apiserver's answers are not measured here, but what it takes to remember them is.
  access: new CachedAccessReviewer({
    reviewer: { review: () => Promise.resolve({ isAllowed: true, reason: '' }) },
    now: () => performance.now(),
  }),
});

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const usage: ServerUsage = {
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
    cpuMs: (user + system) / 1_000,
  };
  process.send!(usage);
});
process.on('disconnect', () => process.exit());

await once(bareHttp.listen(0, '127.0.0.1'), 'listening');
const bareGrpcPort = await promisify(bareGrpc.bindAsync.bind(bareGrpc))(
  '127.0.0.1:0',
  ServerCredentials.createInsecure(),
);
const frontProxy = await authority.issue('front-proxy-client', { usage: 'client' });
const controls: Readonly<Record<string, Endpoint>> = {
  'Node.js over HTTP': { protocol: 'http', url: `http://127.0.0.1:${(bareHttp.address() as AddressInfo).port}` },
  'grpc-js over gRPC': { protocol: 'grpc', url: `grpc://127.0.0.1:${bareGrpcPort}` },
};
const endpoints: Readonly<Record<string, Endpoint>> = {
  'external metrics over HTTP': { protocol: 'http', url: await http.start() },
  'external metrics over TLS, aggregated': {
    protocol: 'http',
    url: await aggregated.start(),
    secured: { ca: authority.cert, ...frontProxy, servername: SERVICE_NAME },
  },
  'GetMetrics over gRPC': { protocol: 'grpc', url: await grpc.start() },
};
const addresses: ServerAddresses = { controls, endpoints };
process.send!(addresses);
