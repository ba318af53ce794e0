import { learnWith } from '../../../src/forecast/neural/learn.js';
import { decodeLearnt, type LearntState } from '../../../src/forecast/neural/learnt-state.js';
import { neuralWith } from '../../../src/forecast/neural/neural.js';
import { prepareTensorFlow } from '../../../src/forecast/neural/tensorflow.js';
import { describeForecasterContract } from '../../contract/forecaster.js';

await prepareTensorFlow();

// How long a network learns decides how good it is, not what it promises; the contract fits some three hundred.
const quick = neuralWith(learnWith({ cold: { earlySteps: 4, finalSteps: 2 }, warm: { earlySteps: 2, finalSteps: 1 } }));

describeForecasterContract(quick, {
  keepsParameters: {
    reason: 'training takes thousands of times as long as a forecast, too much for every sample',
    forecasterOf: (fitted) => {
      const { learnt } = fitted.toJSON() as { learnt: LearntState };
      return neuralWith(() => decodeLearnt(learnt));
    },
  },
});
