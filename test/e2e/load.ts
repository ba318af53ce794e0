import { uniform } from '../../src/demo/noise.js';

const DAY_S = 86_400;

/** Requests per second of a shop: 100 at midnight UTC, 900 at noon, with noise of 5 %. */
function requestRate(timeS: number): number {
  return (500 - 400 * Math.cos((2 * Math.PI * timeS) / DAY_S)) * (1 + 0.1 * (uniform(1, timeS / 60) - 0.5));
}

/** A queue that swings between 40 and 60 within ten minutes. */
function queueLength(timeS: number): number {
  return 50 + 10 * Math.sin((2 * Math.PI * timeS) / 600);
}

/**
 * What a Prometheus has scraped, and will have scraped by an hour from now: the counter that the `predictkube` sample
 * asks for, each minute of nine days, and a gauge, every ten seconds of two hours.
 */
export function loadHistory(nowMs: number): string {
  const nowS = Math.floor(nowMs / 60_000) * 60;
  const lines = ['# TYPE http_requests counter'];
  let count = 0;
  for (let timeS = nowS - 9 * DAY_S; timeS <= nowS + 3_600; timeS += 60) {
    count += 60 * requestRate(timeS);
    lines.push(`http_requests_total{deployment="my-deployment"} ${count} ${timeS}`);
  }
  lines.push('# TYPE queue_length gauge');
  for (let timeS = nowS - 7_200; timeS <= nowS + 3_600; timeS += 10)
    lines.push(`queue_length ${queueLength(timeS)} ${timeS}`);
  return lines.join('\n');
}
