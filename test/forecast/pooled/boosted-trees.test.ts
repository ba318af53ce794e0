import { describe, expect, it } from 'vitest';
import { BoostedTrees, type BoostedTreesData } from '../../../src/forecast/pooled/boosted-trees.js';

/**
 * Two trees. The first: x0 <= 1 ? (x1 <= -2 ? 10 : 20) : 30. The second is a single leaf of 0.5.
 */
const TWO: BoostedTreesData = {
  roots: [0, -4],
  feature: [0, 1],
  threshold: [1, -2],
  left: [1, -1],
  right: [-3, -2],
  leaf: [10, 20, 30, 0.5],
};

describe('boosted trees', () => {
  it.each([
    ['left, left', [0, -3], 10.5],
    ['left, right', [0, 0], 20.5],
    ['right, whatever the second feature is', [2, -3], 30.5],
    ['a threshold itself goes left, twice', [1, -2], 10.5],
    ['what is no number goes right', [NaN, 0], 30.5],
    ['as far as it gets', [-Infinity, Infinity], 20.5],
  ])('add up the leaves that a situation falls into: %s', (_, features, expected) => {
    expect(new BoostedTrees(TWO, 2).predict(Float64Array.from(features))).toBe(expected);
  });

  it.each<[string, Partial<BoostedTreesData>, string]>([
    ['lists of different lengths', { threshold: [1] }, '2 nodes need as many thresholds and children'],
    ['a feature that is not there', { feature: [0, 2] }, 'feature 2 is none of 2'],
    ['a feature that is no index', { feature: [0, 0.5] }, 'feature 0.5 is none of 2'],
    ['a child that is not there', { left: [5, -1] }, 'node 0 has a child 5 that is no node after it'],
    ['a leaf that is not there', { right: [-3, -9] }, 'node 1 has a child -9 that is no node after it'],
    ['a way that never ends', { left: [1, 0] }, 'node 1 has a child 0 that is no node after it'],
    ['a root that is not there', { roots: [0, 2] }, 'root 2 is no node'],
    ['a leaf without a number', { leaf: [10, NaN, 30, 0.5] }, 'a threshold or leaf is NaN; expected a finite number'],
  ])('are refused with %s', (_, wrong, message) => {
    expect(() => new BoostedTrees({ ...TWO, ...wrong }, 2)).toThrow(new RangeError(message));
  });
});
