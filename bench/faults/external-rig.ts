import { startScaler } from '../../test/triggers/external/hand-made-scaler.js';
import { FaultProxy } from './fault-proxy.js';
import { COUNT, type Rig, TARGET, failing, known } from './rig.js';
import { type Change, sourceRig } from './source-rig.js';

interface Answers {
  /** Of `GetMetrics`. */
  readonly values: readonly number[];
  readonly isKnown: boolean;
}

const HEALTHY: Answers = { values: [COUNT], isKnown: true };
/** gRPC's UNAUTHENTICATED. */
const REFUSAL = { code: 16, details: 'who are you?' };

/** A scaler of somebody else, asked by KEDA's gRPC contract. */
export async function startExternalRig(): Promise<Rig> {
  let answers = HEALTHY;
  const set = (changed: Partial<Answers>): Change['make'] => {
    return () => {
      answers = { ...HEALTHY, ...changed };
    };
  };
  const orRefuse = (answer: object): object => (answers.isKnown ? answer : REFUSAL);
  const scaler = await startScaler({
    GetMetricSpec: () => orRefuse({ metricSpecs: [{ metricName: 'length', targetSizeFloat: Number(TARGET) }] }),
    GetMetrics: () => orRefuse({ metricValues: answers.values.map((metricValueFloat) => ({ metricValueFloat })) }),
    IsActive: () => orRefuse({ result: true }),
  });
  const proxy = await FaultProxy.start(scaler.port);
  return sourceRig({
    name: 'external',
    proxy,
    written: { type: 'external', metadata: { scalerAddress: `127.0.0.1:${proxy.port}` } },
    network: { partial: /./ },
    content: {
      NaN: { make: set({ values: [NaN] }), ...failing(/NaN/) },
      empty: { make: set({ values: [] }), ...failing(/GetMetrics answered no value of length/) },
      'counter reset': 'the value is taken as it is',
      // KEDA's contract adds them up.
      'duplicated series': { make: set({ values: [COUNT, COUNT] }), ...known(/is 150; active/) },
      'absurdly large': { make: set({ values: [1e300] }), ...known(/is 1e\+300; active/) },
      'credentials revoked': { make: set({ isKnown: false }), ...failing(/UNAUTHENTICATED: who are you\?/) },
    },
    restore: set({}),
    close: () => {
      scaler.kill();
    },
  });
}
