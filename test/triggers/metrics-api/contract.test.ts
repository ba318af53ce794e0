import { metricsApiType } from '../../../src/triggers/metrics-api/metrics-api.js';
import { ManualClock } from '../../support/manual-clock.js';
import { PROMETHEUS_PROGRAMS } from '../../support/prometheus.js';
import { describeTriggerContract } from '../contract/trigger-contract.js';
import { USER, startScrapedPrometheus } from '../prometheus/scraped-prometheus.js';

// Prometheus' own API is an HTTP endpoint that answers JSON.
describeTriggerContract({
  title: 'metrics-api',
  programs: PROMETHEUS_PROGRAMS,
  types: [metricsApiType({ clock: new ManualClock() })],
  start: async () => ({
    ...(await startScrapedPrometheus()),
    write: (queue, port, password) => ({
      type: 'metrics-api',
      metadata: {
        url: `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(`queue_size{queue="${queue}"}`)}`,
        valueLocation: 'data.result.#(metric.job=="queues").value.1',
        targetValue: '5',
        authModes: 'basic',
      },
      auth: { username: USER, password },
    }),
  }),
  missing: /must point to a numeric value or a string parseable as a Quantity, got nothing$/,
});
