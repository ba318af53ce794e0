import { afterEach, describe, expect, it } from 'vitest';
import type { HistoryMask } from '../../../src/core/history-mask.js';
import { FakeServiceView, NOW_MS, aStatus } from '../../support/fake-service-view.js';
import { CheckedApp } from './checked-app.js';

const MASKS = '/api/v1/workloads/shop/checkout/s0-predictkube-predictkube_metric/masks';
const HOUR_MS = 3_600_000;

let app: CheckedApp;
afterEach(() => app.close());

const answerTo = async (masks: readonly HistoryMask[] | null): Promise<unknown> => {
  app = new CheckedApp(new FakeServiceView(aStatus({ masks })));
  return app.json(MASKS);
};

describe('GET masks', () => {
  it('lists what is not learnt from, with kind and reason', async () => {
    const reason = 'up to 5.1 times the usual 230, for 2h';
    const surge: HistoryMask = { fromMs: NOW_MS - 4 * HOUR_MS, toMs: NOW_MS - 2 * HOUR_MS, kind: 'surge', reason };
    const ignored: HistoryMask = {
      fromMs: NOW_MS - HOUR_MS,
      toMs: NOW_MS - 500,
      kind: 'ignored',
      reason: 'configured',
    };
    expect(await answerTo([surge, ignored])).toEqual({
      workloadId: 'shop/checkout/s0-predictkube-predictkube_metric',
      masks: [
        { from: '2026-03-01T08:00:00Z', to: '2026-03-01T10:00:00Z', kind: 'surge', reason },
        { from: '2026-03-01T11:00:00Z', to: '2026-03-01T11:59:59.500Z', kind: 'ignored', reason: 'configured' },
      ],
    });
  });

  it.each<[string, readonly HistoryMask[] | null]>([
    ['an empty list when all of the history is learnt from', []],
    ['null while nothing has been trained', null],
  ])('says %s', async (_, masks) => {
    expect(await answerTo(masks)).toMatchObject({ masks });
  });

  it('does not know other workloads', async () => {
    app = new CheckedApp(new FakeServiceView(aStatus()));
    await app.json(MASKS.replace('checkout', 'checkin'), 404);
  });
});
