import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type RunningPrometheus, startPrometheus } from '../../test/support/prometheus.js';
import { startScriptedServer, text } from '../../test/support/scripted-server.js';
import { FaultProxy } from './fault-proxy.js';
import { COUNT, PASSWORD, type Rig, TARGET, failing, known } from './rig.js';
import { type Change, sourceRig } from './source-rig.js';
import { until } from './until.js';

const QUERY = 'queue_size';
/** bcrypt of {@link PASSWORD}, cost 4, made with Python's `crypt`. */
const HASH = '$2b$04$VdIrFrhdDjxBG1A9fjSEwOJSBJTVomiIAWyGul3X3ifbWLQMFMQWW';

/** A real Prometheus behind a password, which scrapes what it is to say. */
export async function startPrometheusRig(): Promise<Rig> {
  const exporter = await startScriptedServer();
  const prometheus = await startPrometheus({
    scrape: [{ job: 'queues', target: `127.0.0.1:${exporter.port}`, intervalMs: 200 }],
    webConfig: usersOf('scaler'),
  });
  // It reads this file at every request.
  const allow = (user: string): Promise<void> =>
    writeFile(join(dirname(prometheus.dataFolder), 'web.yml'), usersOf(user));
  const proxy = await FaultProxy.start(prometheus.port);
  const exports =
    (...samples: readonly string[]): Change['make'] =>
    async () => {
      exporter.always(text(200, samples.map((sample) => `${QUERY}${sample}\n`).join(''), { 'content-type': TEXT }));
      await untilSeen(prometheus, samples);
    };
  const healthy = exports(` ${COUNT}`);
  await healthy();
  return sourceRig({
    name: 'prometheus',
    proxy,
    written: {
      type: 'prometheus',
      metadata: {
        serverAddress: `http://127.0.0.1:${proxy.port}`,
        query: QUERY,
        threshold: TARGET,
        // By KEDA's default no result is 0, because the user says so.
        ignoreNullValues: 'false',
        authModes: 'basic',
      },
      auth: { username: 'scaler', password: PASSWORD },
    },
    content: {
      NaN: { make: exports(' NaN'), ...failing(/the query returned NaN/) },
      empty: { make: exports(), ...failing(/the query returned no result/) },
      'counter reset': 'what the query returns is taken as it is; `rate` in it knows resets',
      'duplicated series': {
        make: exports(`{pod="a"} ${COUNT}`, `{pod="b"} ${COUNT}`),
        ...failing(/the query returned 2 elements/),
      },
      'absurdly large': { make: exports(' 1e300'), ...known(/is 1e\+300; active/) },
      'credentials revoked': { make: () => allow('nobody'), ...failing(/answered 401/) },
    },
    restore: async () => {
      await allow('scaler');
      await healthy();
    },
    close: async () => {
      await prometheus.stop();
      await exporter.close();
    },
  });
}

const TEXT = 'text/plain; version=0.0.4';

function usersOf(user: string): string {
  return JSON.stringify({ basic_auth_users: { [user]: HASH } });
}

/** Until the query answers these samples. */
function untilSeen({ url }: RunningPrometheus, samples: readonly string[]): Promise<void> {
  const expected = samples.map((sample) => Number(sample.split(' ').at(-1)));
  const headers = { Authorization: `Basic ${Buffer.from(`scaler:${PASSWORD}`).toString('base64')}` };
  return until(`Prometheus answers ${samples.join(', ')}`, async () => {
    const answer = await fetch(`${url}/api/v1/query?query=${QUERY}`, { headers });
    const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
    const seen = data.result.map(({ value }) => Number(value[1]));
    return seen.length === expected.length && seen.every((value, i) => Object.is(value, expected[i]));
  });
}
