import { type Reply, json, startScriptedServer, text } from '../../test/support/scripted-server.js';
import { FaultProxy } from './fault-proxy.js';
import { COUNT, PASSWORD, type Rig, TARGET, failing, known } from './rig.js';
import { type Change, sourceRig } from './source-rig.js';

/** An HTTP endpoint that answers JSON. */
export async function startMetricsApiRig(): Promise<Rig> {
  const server = await startScriptedServer();
  const proxy = await FaultProxy.start(server.port);
  const queueOf = (size: unknown): Reply => json({ queue: { size } });
  const answers = (reply: Reply): Change['make'] => {
    return () => {
      server.always(reply);
    };
  };
  const restore = answers(queueOf(COUNT));
  await restore();
  return sourceRig({
    name: 'metrics-api',
    proxy,
    written: {
      type: 'metrics-api',
      metadata: {
        url: `http://127.0.0.1:${proxy.port}/queue`,
        valueLocation: 'queue.size',
        targetValue: TARGET,
        authModes: 'bearer',
      },
      auth: { bearerToken: PASSWORD },
    },
    content: {
      NaN: { make: answers(queueOf('NaN')), ...failing(/must point to a numeric value .*got "NaN"/) },
      empty: { make: answers(text(200, '')), ...failing(/not json: nothing/) },
      'counter reset': 'the number is taken as it is',
      'duplicated series': {
        make: answers(json([{ queue: { size: COUNT } }, { queue: { size: 1 } }])),
        ...failing(/must point to a numeric value .*got nothing/),
      },
      'absurdly large': { make: answers(queueOf(1e300)), ...known(/is 1e\+300; active/) },
      'credentials revoked': { make: answers(text(401, 'Unauthorized')), ...failing(/answered 401/) },
    },
    restore,
    close: () => server.close(),
  });
}
