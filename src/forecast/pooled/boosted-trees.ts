/** A sum of regression trees, flat: an inner node is named by its index, a leaf by -1 minus its index. */
export interface BoostedTreesData {
  readonly roots: readonly number[];
  /** Per inner node: which feature, and up to which value of it the way goes left. */
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly leaf: readonly number[];
}

/**
 * Gradient-boosted regression trees, as LightGBM fits them:
 *
 *     f(x) = sum over trees of the leaf that x falls into
 *
 * Whatever x is, f(x) is a number that has been seen in training: trees do not extrapolate.
 *
 * Friedman (2001), "Greedy function approximation: a gradient boosting machine", Annals of Statistics 29(5); Ke et al. (2017),
 * "LightGBM", NeurIPS 30.
 */
export class BoostedTrees {
  readonly #roots: Int32Array;
  readonly #feature: Uint16Array;
  readonly #threshold: Float64Array;
  /** Left and right child of each node, by turns. */
  readonly #children: Int32Array;
  readonly #leaf: Float64Array;

  /**
   * @param features number of features that `predict` will be given
   * @throws {RangeError} lists that do not make trees: a node or a feature that is not there, a cycle, a number that is not finite
   */
  constructor(data: BoostedTreesData, features: number) {
    check(data, features);
    this.#roots = Int32Array.from(data.roots);
    this.#feature = Uint16Array.from(data.feature);
    this.#threshold = Float64Array.from(data.threshold);
    this.#children = Int32Array.from(data.left.flatMap((left, node) => [left, data.right[node]!]));
    this.#leaf = Float64Array.from(data.leaf);
  }

  predict(features: Float64Array): number {
    const roots = this.#roots;
    const feature = this.#feature;
    const threshold = this.#threshold;
    const children = this.#children;
    let sum = 0;
    for (let tree = 0; tree < roots.length; tree++) {
      let node = roots[tree]!;
      while (node >= 0) {
        node = children[2 * node + (features[feature[node]!]! <= threshold[node]! ? 0 : 1)]!;
      }
      sum += this.#leaf[-1 - node]!;
    }
    return sum;
  }
}

function check({ roots, feature, threshold, left, right, leaf }: BoostedTreesData, features: number): void {
  const nodes = feature.length;
  if ([threshold, left, right].some((list) => list.length !== nodes)) {
    throw new RangeError(`${nodes} nodes need as many thresholds and children`);
  }
  const wrong = [...threshold, ...leaf].find((number) => !Number.isFinite(number));
  if (wrong !== undefined) throw new RangeError(`a threshold or leaf is ${wrong}; expected a finite number`);
  const unknown = feature.find((index) => !(Number.isInteger(index) && index >= 0 && index < features));
  if (unknown !== undefined) throw new RangeError(`feature ${unknown} is none of ${features}`);
  const isNode = (name: number, after: number): boolean =>
    Number.isInteger(name) && name < nodes && name >= -leaf.length && (name < 0 || name > after);
  for (const root of roots) if (!isNode(root, -1)) throw new RangeError(`root ${root} is no node`);
  for (let node = 0; node < nodes; node++) {
    // Children come after their parent, so that every way ends.
    for (const child of [left[node]!, right[node]!]) {
      if (!isNode(child, node)) throw new RangeError(`node ${node} has a child ${child} that is no node after it`);
    }
  }
}
