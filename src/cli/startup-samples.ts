import { UsageError } from '../core/errors.js';
import { excerpt } from '../history/excerpt.js';
import { LEAST_STARTUP_SAMPLES } from '../replay/startup.js';

const HEADER = 'seconds';
const NUMBER = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** A pod that takes longer does not start at all. */
const LONGEST_S = 6 * 3_600;

/**
 * Reads start-up times that were measured: one number of seconds per line, with or without the header `seconds`. Blank lines
 * and a byte order mark are tolerated.
 *
 * @param name of the file, for messages
 * @throws {UsageError} anything else, with the line, what it says and what would be accepted
 */
export function parseStartupSamples(text: string, name: string): number[] {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  const samplesS = lines.flatMap((line, i) => {
    const content = line.trim();
    if (content === '' || (i === 0 && content.toLowerCase() === HEADER)) return [];
    const seconds = NUMBER.test(content) ? Number(content) : NaN;
    if (seconds <= LONGEST_S) return [seconds];
    throw new UsageError(
      `--startup-samples: ${name}, line ${i + 1}: ${excerpt(content)}, expected a number of seconds from 0 to ${LONGEST_S}`,
    );
  });
  if (samplesS.length >= LEAST_STARTUP_SAMPLES) return samplesS;
  throw new UsageError(
    `--startup-samples: ${name} has ${samplesS.length} start-up times; expected at least ${LEAST_STARTUP_SAMPLES}, one per line`,
  );
}
