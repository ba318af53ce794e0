import { Type, type Static } from 'typebox';
import type { HistoryMask, MaskKind } from '../../core/history-mask.js';
import type { WorkloadStatus } from '../view.js';
import { Time, component, isoTime, nullable, object, words } from './schema.js';

const KINDS: readonly MaskKind[] = ['ignored', 'outage', 'surge', 'saturation', 'counter-reset'];

export const MasksSchema = component(
  'Masks',
  {
    workloadId: Type.String(),
    masks: nullable(
      Type.Array(
        object({
          from: Time,
          to: Type.String({ format: 'date-time', description: 'RFC 3339, in UTC; inclusive' }),
          kind: words(KINDS, 'What it is taken for'),
          reason: Type.String({ examples: ['up to 5.1 times the usual 230, for 2h'] }),
        }),
      ),
      'In order of time, as of the last training; null: there was none since the start',
    ),
  },
  'The parts of its history that a workload does not learn from',
);

export function masksJson({ workload, masks }: WorkloadStatus): Static<typeof MasksSchema> {
  return { workloadId: workload.id, masks: masks && masks.map(maskJson) };
}

function maskJson({ fromMs, toMs, kind, reason }: HistoryMask) {
  return { from: isoTime(fromMs), to: isoTime(toMs), kind, reason };
}
