import { describe, expect, it } from 'vitest';
import { learnWith, WARM_EFFORT } from '../../../src/forecast/neural/learn.js';
import {
  Network,
  NETWORK_LEVELS,
  weightCount,
  weightParts,
  type NetworkShape,
} from '../../../src/forecast/neural/network.js';
import { neuralWith } from '../../../src/forecast/neural/neural.js';
import { PinballGradient, type WeightTensors } from '../../../src/forecast/neural/pinball-gradient.js';
import { scoreOf, valueOf } from '../../../src/forecast/neural/quantile-score.js';
import { gaussian, seededRandom } from '../../../src/core/random.js';
import { prepareTensorFlow, tensorFlow } from '../../../src/forecast/neural/tensorflow.js';
import { dailyLoad } from '../generators.js';

const backend = await prepareTensorFlow();
const tf = tensorFlow();
const SHAPE: NetworkShape = { inputs: 3, hidden: 4, knots: 2 };
const OUTPUTS = SHAPE.knots * NETWORK_LEVELS.length;
const OPTIONS = { horizonSteps: 24, levels: [0.1, 0.5, 0.9], seasonSteps: [288] };

function randomWeights(seed: number): Float32Array {
  const random = seededRandom(seed);
  return Float32Array.from({ length: weightCount(SHAPE) }, () => gaussian(random));
}

function tensorsOf(weights: Float32Array): WeightTensors {
  const { hidden, hiddenBias, output, outputBias, skip } = weightParts(SHAPE, weights);
  return {
    hidden: tf.tensor2d(hidden.slice(), [SHAPE.inputs, SHAPE.hidden]),
    hiddenBias: tf.tensor2d(hiddenBias.slice(), [1, SHAPE.hidden]),
    output: tf.tensor2d(output.slice(), [SHAPE.hidden, OUTPUTS]),
    outputBias: tf.tensor2d(outputBias.slice(), [1, OUTPUTS]),
    skip: tf.tensor2d(skip.slice(), [SHAPE.inputs, SHAPE.knots]),
  };
}

function forward(weights: Float32Array, row: readonly number[]): Float64Array {
  const quantiles = new Float64Array(OUTPUTS);
  new Network(SHAPE, weights).quantiles(Float64Array.from(row), quantiles);
  return quantiles;
}

describe('the network', () => {
  const rows = [
    [0.5, -1, 2],
    [-3, 0, 0.25],
    [0, 0, 0],
  ];

  it('says without TensorFlow what it says with it, to the precision of its weights', () => {
    const weights = randomWeights(1);
    const tensors = tf.tidy(() =>
      new PinballGradient(tf, SHAPE.knots).quantiles(tensorsOf(weights), tf.tensor2d(rows)).arraySync(),
    );
    rows.forEach((row, r) => {
      forward(weights, row).forEach((quantile, o) => {
        expect(quantile).toBeCloseTo(tensors[r]![o]!, 4);
      });
    });
  });

  it('has quantiles that ascend at every knot, whatever its weights', () => {
    for (let seed = 0; seed < 50; seed++) {
      const quantiles = forward(randomWeights(seed), rows[seed % 3]!);
      for (let o = 1; o < OUTPUTS; o++) {
        if (o % NETWORK_LEVELS.length !== 0) expect(quantiles[o]!).toBeGreaterThan(quantiles[o - 1]!);
      }
    }
  });

  it('has the gradient that differences of its loss have', () => {
    const weights = randomWeights(2);
    const targets = [
      [0.3, -2],
      [4, 0.1],
      [-1, 7],
    ];
    // One target is not known.
    const known = [
      [1, 1],
      [1, 0],
      [1, 1],
    ];
    const loss = (trial: Float32Array): number => {
      let sum = 0;
      rows.forEach((row, r) => {
        forward(trial, row).forEach((quantile, o) => {
          const knot = Math.floor(o / NETWORK_LEVELS.length);
          const level = NETWORK_LEVELS[o % NETWORK_LEVELS.length]!;
          const error = targets[r]![knot]! - quantile;
          sum += (known[r]![knot]! * Math.max(level * error, (level - 1) * error)) / rows.length;
        });
      });
      return sum;
    };
    const gradient = tf.tidy(() => {
      const batch = { inputs: tf.tensor2d(rows), targets: tf.tensor2d(targets), known: tf.tensor2d(known) };
      const { hidden, hiddenBias, output, outputBias, skip } = new PinballGradient(tf, SHAPE.knots).of(
        tensorsOf(weights),
        batch,
      );
      return [hidden, hiddenBias, output, outputBias, skip].flatMap((tensor) => [...tensor.dataSync()]);
    });
    gradient.forEach((slope, i) => {
      const moved = (by: number): Float32Array => weights.map((weight, w) => (w === i ? weight + by : weight));
      const [above, below] = [moved(1e-3), moved(-1e-3)];
      const difference = (loss(above) - loss(below)) / (above[i]! - below[i]!);
      expect(slope, `weight ${i}`).toBeCloseTo(difference, 2);
    });
  });
});

describe('a score', () => {
  const quantiles = [10, 20, 30, 40, 50, 60];

  it.each([
    ['the median is 0', 30, 0],
    ['the 0.9 quantile is that of the standard normal distribution', 50, 1.2816],
    ['the 0.05 quantile likewise', 10, -1.6449],
    ['half way between the median and the 0.75 quantile, half of that', 35, 0.3372],
    ['beyond the highest level the last piece goes on', 70, 2.3263 + (2.3263 - 1.2816)],
    ['below the lowest level the first piece goes on', 0, -1.6449 - (1.6449 - 0.6745)],
  ])('of %s', (_, value, score) => {
    // 0.01: the probit of simple-statistics is an approximation.
    expect(Math.abs(scoreOf(value, quantiles) - score)).toBeLessThan(0.01);
    expect(valueOf(scoreOf(value, quantiles), quantiles)).toBeCloseTo(value, 9);
  });
});

describe('training', () => {
  const load = dailyLoad(3, 4, { stepMs: 300_000 });
  const quick = neuralWith(learnWith({ cold: { earlySteps: 10, finalSteps: 5 }, warm: WARM_EFFORT }));

  it('runs on a compiled backend', () => {
    expect(['tensorflow', 'wasm']).toContain(backend);
  });

  it('leaves no tensor behind, nor do updates and forecasts', () => {
    const before = tf.memory().numTensors;
    const model = quick.fit(load, OPTIONS);
    for (let i = 0; i < 100; i++) {
      model.update(load.values[i]!);
      model.forecast();
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it('comes to the same, bit for bit, when it is done again', () => {
    const state = (): string => JSON.stringify(quick.fit(load, OPTIONS).toJSON());
    expect(state()).toBe(state());
  });

  it('learns a daily curve: half as far off as the load is from a horizon before', () => {
    const whole = dailyLoad(5, 6, { stepMs: 300_000 });
    const origin = 5 * 288 + 96;
    const model = neuralWith(learnWith({ cold: { earlySteps: 60, finalSteps: 30 }, warm: WARM_EFFORT })).fit(
      whole.between(whole.startMs, whole.timeAt(origin + 1)),
      OPTIONS,
    );
    let error = 0;
    let change = 0;
    for (let i = origin + 1; i + 24 < whole.length; i++) {
      model.update(whole.values[i]!);
      if (i % 6 !== 0) continue;
      error += Math.abs(whole.values[i + 24]! - model.forecast().quantile(0.5)[23]!);
      change += Math.abs(whole.values[i + 24]! - whole.values[i]!);
    }
    expect(error / change).toBeLessThan(0.5);
  });
});
