import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixedDelay, type Delay } from '../../../src/simulate/pods/delay.js';
import { PodFleet, type PodSettings } from '../../../src/simulate/pods/pod-fleet.js';
import { seededRandom } from '../../../src/core/random.js';

const settings: PodSettings = { startup: fixedDelay(60), terminationS: 30, nodes: null };

function counts(fleet: PodFleet, atS?: number): number[] {
  if (atS !== undefined) fleet.advance(atS);
  return [fleet.replicas, fleet.ready, fleet.billed, fleet.existing];
}

function fleetOf(settled: number, over: Partial<PodSettings> = {}): PodFleet {
  const fleet = new PodFleet({ ...settings, ...over }, seededRandom(1));
  fleet.settle(0, settled);
  return fleet;
}

/** Delays in the order given. */
function delays(...seconds: number[]): Delay {
  const left = [...seconds];
  return () => left.shift()!;
}

describe('pods (replicas, ready, billed, existing)', () => {
  it('are billed from being scheduled, and ready after their start-up time', () => {
    const fleet = fleetOf(3);
    fleet.resize(100, 5);
    expect(counts(fleet)).toEqual([5, 3, 5, 5]);
    expect(fleet.nextChangeS).toBe(160);
    expect(counts(fleet, 159)).toEqual([5, 3, 5, 5]);
    expect(counts(fleet, 160)).toEqual([5, 5, 5, 5]);
    expect(fleet.nextChangeS).toBe(Infinity);
  });

  it('serve nothing once they are deleted, and are billed until they are gone', () => {
    const fleet = fleetOf(3);
    fleet.resize(100, 1);
    expect(counts(fleet)).toEqual([1, 1, 3, 3]);
    expect(fleet.nextChangeS).toBe(130);
    expect(counts(fleet, 130)).toEqual([1, 1, 1, 1]);
  });

  it('that are not ready are deleted first', () => {
    const fleet = fleetOf(3);
    fleet.resize(100, 5);
    fleet.resize(110, 3);
    expect(counts(fleet)).toEqual([3, 3, 5, 5]);
    expect(counts(fleet, 140)).toEqual([3, 3, 3, 3]);
  });

  it('that are not ready are deleted newest first', () => {
    const fleet = fleetOf(0, { startup: delays(50, 10) });
    fleet.resize(100, 2);
    fleet.resize(105, 1);
    // The second would have been ready at 110; the first is, at 150.
    expect(counts(fleet, 149)[1]).toBe(0);
    expect(counts(fleet, 150)[1]).toBe(1);
  });

  it('that became ready last are deleted before those that have been for longer', () => {
    const fleet = fleetOf(1, { startup: delays(50, 10) });
    fleet.resize(100, 3);
    fleet.advance(200);
    fleet.resize(200, 2);
    expect(fleet.readyPods.map(({ readyS }) => readyS)).toEqual([-Infinity, 110]);
  });

  it('that start at once are ready at once', () => {
    const fleet = fleetOf(0, { startup: fixedDelay(0) });
    fleet.resize(100, 2);
    expect(counts(fleet)).toEqual([2, 2, 2, 2]);
  });

  it('that terminate at once are gone at once', () => {
    const fleet = fleetOf(2, { terminationS: 0 });
    fleet.resize(100, 1);
    expect(counts(fleet)).toEqual([1, 1, 1, 1]);
  });

  it('on a new node are billed only once they are scheduled there', () => {
    const nodes = { podsPerNode: 2, startup: fixedDelay(100), removeAfterS: 600 };
    const fleet = fleetOf(2, { nodes });
    fleet.resize(10, 3);
    expect(counts(fleet)).toEqual([3, 2, 2, 3]);
    expect(counts(fleet, 110)).toEqual([3, 2, 3, 3]);
    expect(fleet.nextChangeS).toBe(170);
    expect(counts(fleet, 170)).toEqual([3, 3, 3, 3]);
  });

  it('that were never scheduled are gone without having been billed', () => {
    const nodes = { podsPerNode: 2, startup: fixedDelay(100), removeAfterS: 600 };
    const fleet = fleetOf(2, { nodes });
    fleet.resize(10, 3);
    fleet.resize(20, 2);
    expect(counts(fleet)).toEqual([2, 2, 2, 2]);
  });

  it('need a grace period in whole seconds', () => {
    expect(() => fleetOf(0, { terminationS: 0.5 })).toThrow('terminationS must be a whole number >= 0, got 0.5');
  });
});

describe('whatever is asked for', () => {
  const resizes = fc.array(fc.record({ afterS: fc.nat({ max: 90 }), replicas: fc.nat({ max: 12 }) }), {
    maxLength: 30,
  });

  it('ready <= replicas <= existing, and ready <= billed <= existing', () => {
    fc.assert(
      fc.property(resizes, fc.boolean(), (steps, withNodes) => {
        const nodes = withNodes ? { podsPerNode: 3, startup: fixedDelay(100), removeAfterS: 200 } : null;
        const fleet = fleetOf(2, { nodes });
        let atS = 0;
        for (const { afterS, replicas } of steps) {
          atS += afterS;
          fleet.resize(atS, replicas);
          expect(fleet.replicas).toBe(replicas);
          expect(fleet.ready).toBeLessThanOrEqual(Math.min(fleet.replicas, fleet.billed));
          expect(Math.max(fleet.replicas, fleet.billed)).toBeLessThanOrEqual(fleet.existing);
        }
      }),
    );
  });

  it('pod-seconds are the sum over all pods of the time from being scheduled to being gone', () => {
    fc.assert(
      fc.property(resizes, (steps) => {
        const fleet = fleetOf(0);
        const endS = steps.reduce((sum, { afterS }) => sum + afterS, 0) + 200;
        // One entry per pod. All start alike, so that the newest is the last to be ready, and the first to be deleted.
        const alive: number[] = [];
        let expected = 0;
        let actual = 0;
        let atS = 0;
        const passTo = (toS: number): void => {
          while (atS < toS) {
            const nextS = Math.min(toS, fleet.nextChangeS);
            actual += fleet.billed * (nextS - atS);
            atS = nextS;
            fleet.advance(atS);
          }
        };
        for (const { afterS, replicas } of steps) {
          passTo(atS + afterS);
          while (alive.length < replicas) alive.push(atS);
          while (alive.length > replicas) expected += atS + 30 - alive.pop()!;
          fleet.resize(atS, replicas);
        }
        passTo(endS);
        for (const scheduledS of alive) expected += endS - scheduledS;
        expect(actual).toBe(expected);
      }),
    );
  });
});
