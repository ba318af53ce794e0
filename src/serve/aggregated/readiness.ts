import type { Clock } from '../../core/clock.js';
import { expiryOf } from '../certificates/certificate-files.js';
import type { CertificateSource } from '../certificates/certificate-source.js';
import type { HealthCheck } from './health.js';
import type { RequestHeaderConfigSource } from './request-header-config.js';

export interface ReadinessProps {
  readonly certificates: CertificateSource;
  readonly requestHeaders: RequestHeaderConfigSource;
  readonly isShuttingDown: () => boolean;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * What has to be in order for kube-apiserver to send requests here. The workloads and their sources are not: one Prometheus
 * that is down must not take the whole API group away.
 */
export function readinessChecks({
  certificates,
  requestHeaders,
  isShuttingDown,
  clock,
}: ReadinessProps): HealthCheck[] {
  return [
    {
      name: 'serving-certificate',
      problem: () => (expiryOf(certificates.current()).getTime() > clock.now() ? null : 'it has expired'),
    },
    {
      name: 'request-header-config',
      problem: () => (requestHeaders.current() === null ? requestHeaders.problem() : null),
    },
    { name: 'shutdown', problem: () => (isShuttingDown() ? 'shutting down' : null) },
  ];
}
