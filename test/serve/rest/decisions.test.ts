import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeServiceView, NOW_MS, aDecision, aStatus, aWorkload } from '../../support/fake-service-view.js';
import { CheckedApp } from './checked-app.js';

const workload = aWorkload();
const PATH = `/api/v1/workloads/${workload.id}`;

/** One decision per minute, the newest now, valued by the minutes it is old. */
const ledger = Array.from({ length: 200 }, (_, i) => {
  const minutes = 199 - i;
  return aDecision(workload, { atMs: NOW_MS - minutes * 60_000, value: minutes });
});

let view: FakeServiceView;
let app: CheckedApp;
beforeEach(() => {
  view = new FakeServiceView(aStatus({ workload }));
  view.setLedger(workload.id, ...ledger);
  app = new CheckedApp(view);
});
afterEach(() => app.close());

describe('GET .../decisions', () => {
  const range = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, i) => from - i);

  it.each([
    ['the newest hundred by default, the present one included', '', range(99, 0)],
    ['no more than the limit, the newest', '?limit=3', [2, 1, 0]],
    ['those from a time on, which is included', `?from=${NOW_MS / 1_000 - 120}`, [2, 1, 0]],
    ['those before a time, which is not included', '?to=2026-03-01T11:58:00Z&limit=2', [4, 3]],
    ['those of a range', '?from=2026-03-01T11:55:00Z&to=2026-03-01T11:58:00Z', [5, 4, 3]],
    ['none of an empty range', '?from=2026-03-01T11:55:00Z&to=2026-03-01T11:55:00Z', []],
    ['none of a range before the ledger', '?to=2026-01-01T00:00:00Z', []],
    ['all with a limit beyond them', '?limit=10000', range(199, 0)],
  ])('lists %s', async (_about, query, values) => {
    const body = await app.json<{ workloadId: string; decisions: { value: number }[] }>(`${PATH}/decisions${query}`);
    expect(body.workloadId).toBe(workload.id);
    expect(body.decisions.map(({ value }) => value)).toEqual(values);
  });

  it('shows what was decided, on what and why', async () => {
    const { decisions } = await app.json<{ decisions: object[] }>(`${PATH}/decisions?limit=1`);
    expect(decisions).toEqual([
      {
        workloadId: workload.id,
        at: '2026-03-01T12:00:00Z',
        state: 'fresh',
        origin: 'forecast',
        value: 0,
        active: true,
        reason: 'The forecast is higher than what is observed.',
        observed: { time: '2026-03-01T11:59:48Z', value: 120 },
      },
    ]);
  });

  it('refuses a range that ends before it begins, naming the end', async () => {
    const query = '?from=2026-03-01T11:00:00Z&to=2026-03-01T10:00:00Z';
    expect(await app.json(`${PATH}/decisions${query}`, 400)).toMatchObject({
      detail:
        'query parameter "from" is "2026-03-01T11:00:00Z"; expected a time not after the end, 2026-03-01T10:00:00Z',
      errors: [{ in: 'query', field: 'from', received: '2026-03-01T11:00:00Z' }],
    });
  });

  it('is 503 while the store cannot be read', async () => {
    view.storeFails = true;
    expect(await app.json(`${PATH}/decisions`, 503)).toMatchObject({ code: 'store-unavailable' });
  });
});

describe('GET .../explain', () => {
  it('explains the decision in force now, from memory', async () => {
    view.storeFails = true;
    const body = await app.json<{ at: string; value: number; explanation: string[]; input: object }>(`${PATH}/explain`);
    expect(body).toMatchObject({ at: '2026-03-01T11:59:50Z', value: 180, input: { heldValue: 120 } });
    expect(body.explanation[0]).toBe('At 2026-03-01T11:59:50Z the observed load was 120, measured 12s earlier.');
  });

  it.each([
    ['the moment of a decision', '2026-03-01T11:50:00Z', 10],
    ['a moment between two decisions', '2026-03-01T11:50:59.999Z', 10],
    ['a moment after the last', '2027-01-01T00:00:00Z', 0],
    ['epoch seconds', String(NOW_MS / 1_000 - 600), 10],
  ])('explains the decision in force at %s', async (_about, at, value) => {
    expect(await app.json(`${PATH}/explain?at=${at}`)).toMatchObject({ value });
  });

  it('is 404 before the first decision kept', async () => {
    expect(await app.json(`${PATH}/explain?at=0`, 404)).toMatchObject({
      code: 'no-decision',
      detail: `no decision of ${workload.id} at or before 1970-01-01T00:00:00Z is kept`,
    });
  });

  it.each([
    ['the reason', 'waiting for the source', 'waiting for the source'],
    ['that the first step is not done', null, 'its first step is not done'],
  ])('is 404 while nothing is decided, with %s', async (_about, notReadyReason, told) => {
    view.set(aStatus({ workload, decision: null, notReadyReason }));
    expect(await app.json(`${PATH}/explain`, 404)).toMatchObject({
      code: 'no-decision',
      detail: `${workload.id} has not decided yet: ${told}`,
    });
  });
});
