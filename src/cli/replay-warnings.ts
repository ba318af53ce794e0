import { formatDuration } from '../core/duration.js';
import type { ReplayResult } from '../replay/result.js';
import { formatNumber } from './output/number-format.js';
import type { IsGiven } from './replay-flags.js';

type Replayed = Pick<ReplayResult, 'settings' | 'capacityPerReplica' | 'report' | 'load'>;

/** What came out differently from what was probably meant. */
export function replayWarnings(result: Replayed, isGiven: IsGiven): string[] {
  return [endlessQueues(result), isGiven('report') ? shorterReport(result) : null].filter((each) => each !== null);
}

/** A replica that is full by its capacity has then more to answer than its queue can, for ever. */
function endlessQueues({ settings: { latency }, capacityPerReplica }: Replayed): string | null {
  if (latency === null) return null;
  const { serviceS, serversPerReplica } = latency;
  const answered = serversPerReplica / serviceS;
  if (capacityPerReplica <= answered) return null;
  return (
    `one replica serves ${formatNumber(capacityPerReplica)} by its capacity, but answers ${formatNumber(answered)} per second ` +
    'at most by --request-time and --concurrency: above that its response times are endless'
  );
}

function shorterReport({ settings: { reportMs, historyMs }, report, load }: Replayed): string | null {
  const spanMs = report.toMs - report.fromMs;
  if (spanMs >= reportMs) return null;
  return (
    `--report is ${formatDuration(reportMs)}, and ${formatDuration(spanMs)} are replayed: the load spans ` +
    `${formatDuration(load.endMs - load.startMs)}, and the first ${formatDuration(historyMs)} of it are history`
  );
}
