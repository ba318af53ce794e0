import { prometheusType } from '../../../src/triggers/prometheus/prometheus.js';
import { ManualClock } from '../../support/manual-clock.js';
import { PROMETHEUS_PROGRAMS } from '../../support/prometheus.js';
import { describeTriggerContract } from '../contract/trigger-contract.js';
import { USER, startScrapedPrometheus } from './scraped-prometheus.js';

const types = [prometheusType({ clock: new ManualClock() })];

describeTriggerContract({
  title: 'prometheus',
  programs: PROMETHEUS_PROGRAMS,
  types,
  start: async () => ({
    ...(await startScrapedPrometheus()),
    write: (queue, port, password) => ({
      type: 'prometheus',
      metadata: {
        serverAddress: `http://127.0.0.1:${port}`,
        query: `queue_size{queue="${queue}"}`,
        threshold: '5',
        authModes: 'basic',
      },
      auth: { username: USER, password },
    }),
  }),
  missing: 0,
});

describeTriggerContract({
  title: 'prometheus, without ignoring null values, its password in the address',
  programs: PROMETHEUS_PROGRAMS,
  types,
  start: async () => ({
    ...(await startScrapedPrometheus()),
    write: (queue, port, password) => ({
      type: 'prometheus',
      metadata: {
        serverAddress: `http://${USER}:${encodeURIComponent(password)}@127.0.0.1:${port}/`,
        query: `scalar(queue_size{queue="${queue}"})`,
        threshold: '5',
        ignoreNullValues: 'false',
      },
    }),
  }),
  missing: /the query returned NaN$/,
});
