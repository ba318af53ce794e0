import type { NeuralInputs } from './inputs.js';
import type { Samples } from './samples.js';

/** A history as a network sees it. */
export interface History {
  readonly samples: Samples;
  readonly inputs: NeuralInputs;
  /** Steps ahead, ascending. */
  readonly knots: readonly number[];
}

/** Rows to learn from, in an order that means nothing. */
export interface Examples {
  readonly count: number;
  /** count x inputs */
  readonly inputs: Float32Array;
  /** count x knots: the change from the load now, on the scale of the knot; 0 where it is not known */
  readonly targets: Float32Array;
  /** count x knots: 1 where the target is known, else 0 */
  readonly known: Float32Array;
}

/**
 * One row per origin of which at least one target is known before index `end`.
 *
 * @param scales of the inputs, and of the targets per knot
 * @param shuffle puts the origins into a random order, in place
 */
export function examplesBefore(
  history: History,
  end: number,
  scales: { readonly inputScale: number; readonly scales: Float64Array },
  shuffle: (origins: number[]) => void,
): Examples {
  const { samples, inputs, knots } = history;
  const origins: number[] = [];
  for (let origin = inputs.firstOrigin; origin < end - 1; origin++) {
    if (knots.some((steps) => !Number.isNaN(changeUntil(history, origin, steps, end)))) origins.push(origin);
  }
  shuffle(origins);
  const examples = {
    count: origins.length,
    inputs: new Float32Array(origins.length * inputs.count),
    targets: new Float32Array(origins.length * knots.length),
    known: new Float32Array(origins.length * knots.length),
  };
  const row = new Float64Array(inputs.count);
  origins.forEach((origin, i) => {
    inputs.write(samples.values, origin, scales.inputScale, row);
    examples.inputs.set(row, i * inputs.count);
    knots.forEach((steps, knot) => {
      const change = changeUntil(history, origin, steps, end);
      if (Number.isNaN(change)) return;
      examples.targets[i * knots.length + knot] = change / scales.scales[knot]!;
      examples.known[i * knots.length + knot] = 1;
    });
  });
  return examples;
}

/**
 * The usual change until each knot: the mean of its size over all origins whose target lies before index `end`. 1 where
 * nothing ever changed, so that there is always something to divide by.
 */
export function usualChanges(history: History, end: number): Float64Array {
  return Float64Array.from(history.knots, (steps) => {
    let sum = 0;
    let count = 0;
    for (let origin = history.inputs.firstOrigin; origin + steps < end; origin++) {
      const change = changeUntil(history, origin, steps, end);
      if (Number.isNaN(change)) continue;
      sum += Math.abs(change);
      count++;
    }
    return sum > 0 ? sum / count : 1;
  });
}

/** The change from the load now that the network is to say; NaN where it is not known before index `end`. */
function changeUntil({ samples, inputs }: History, origin: number, steps: number, end: number): number {
  const target = origin + steps;
  if (target >= end || !samples.isKnown(target)) return NaN;
  return samples.values.at(target) - inputs.anchor(samples.values, origin);
}
