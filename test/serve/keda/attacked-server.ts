/**
 * Both gRPC endpoints in a process of their own, whose memory can be measured: prints their addresses, and answers each
 * line of standard input with its resident memory in MiB.
 */
import { createInterface } from 'node:readline';
import type { Decision } from '../../../src/core/decision.js';
import { silentLogger } from '../../../src/core/logger.js';
import { SystemClock } from '../../../src/run/system-clock.js';
import { ApiKeys } from '../../../src/serve/keda/api-keys.js';
import { SCALER_MESSAGE_BYTES, externalScaler } from '../../../src/serve/keda/external-scaler.js';
import { GrpcServer } from '../../../src/serve/keda/grpc-server.js';
import { PREDICTKUBE_MESSAGE_BYTES, predictkube, requireKey } from '../../../src/serve/keda/predictkube.js';
import { SelfMetrics } from '../../../src/serve/self/metrics.js';
import { aDecision, aStatus, aWorkload } from '../../support/fake-service-view.js';

const workload = aWorkload();
const found = [aStatus({ workload, decision: aDecision(workload, { value: 12.5 }) })];
const clock = new SystemClock();
// A deadline that no busy machine reaches.
const common = {
  requestTimeoutMs: 60_000,
  host: '127.0.0.1',
  port: 0,
  logger: silentLogger,
  metrics: new SelfMetrics(),
};
const keys = ApiKeys.parse('a.b.c', 'keys');
const prediction = (): Decision => found[0]!.decision!;

const scaler = new GrpcServer({
  ...common,
  services: [externalScaler({ workloads: { find: () => found }, clock, logger: silentLogger })],
  maxMessageBytes: SCALER_MESSAGE_BYTES,
  // Less than the defaults, so that fewer are enough to reach them.
  maxOpenCalls: 2_048,
  maxConnections: 256,
});
const backend = new GrpcServer({
  ...common,
  services: [
    predictkube({
      keys,
      decisionOf: () => null,
      learn: () => Promise.resolve(prediction),
      now: () => clock.now(),
      logger: silentLogger,
    }),
  ],
  authorise: requireKey(keys),
  maxMessageBytes: PREDICTKUBE_MESSAGE_BYTES,
  maxUploads: { inAll: 4, perCaller: 2 },
});

process.stdout.write(`${JSON.stringify({ scaler: await scaler.start(), backend: await backend.start() })}\n`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === '') continue;
  process.stdout.write(`${Math.round(process.memoryUsage().rss / 2 ** 20)}\n`);
}
