/** The endpoints of 10,000 workloads that have decided, in a process of their own: sends its addresses, and what it uses when asked. */
import { pino } from 'pino';
import { ExternalWorkloads } from '../src/run/external-workloads.js';
import { SystemClock } from '../src/run/system-clock.js';
import { externalMetricsRoutes } from '../src/serve/external-metrics/routes.js';
import { HttpServer } from '../src/serve/http-server.js';
import { SCALER_MESSAGE_BYTES, externalScaler } from '../src/serve/keda/external-scaler.js';
import { GrpcServer } from '../src/serve/keda/grpc-server.js';
import { SelfMetrics } from '../src/serve/self/metrics.js';
import type { WorkloadStatus } from '../src/serve/view.js';
import { FakeServiceView, aDecision, aStatus, aWorkload } from '../test/support/fake-service-view.js';
import { WORKLOADS, nameOf } from './support/serve-names.js';

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

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  const usage: ServerUsage = {
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
    cpuMs: (user + system) / 1_000,
  };
  process.send!(usage);
});
process.on('disconnect', () => process.exit());
process.send!({ http: await http.start(), grpc: await grpc.start() });
