/** What stands for a number that is not known, in every table and plot. */
export const UNKNOWN = '–';

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/**
 * A number for people: three significant digits, whole up to 9,999 and with an SI prefix from there (`0.042`, `7.5`, `152`,
 * `1234`, `12.3k`, `4.56M`). Trailing zeros of the decimals are left out. Magnitudes outside 0.001 to 10^18 are written
 * with an exponent.
 *
 * @param value null, NaN and infinities print as {@link UNKNOWN}
 * @param unit appended after a space, never after an unknown value
 */
export function formatNumber(value: number | null, unit = ''): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  const number = value < 0 ? `-${formatMagnitude(-value)}` : formatMagnitude(value);
  return unit === '' ? number : `${number} ${unit}`;
}

/** A share as whole per cent, or with one decimal below 10 % (`97%`, `4.5%`). */
export function formatPercent(share: number | null): string {
  if (share === null || !Number.isFinite(share)) return UNKNOWN;
  const percent = share * 100;
  return `${Math.abs(percent) < 9.95 ? trimZeros(percent.toFixed(1)) : percent.toFixed(0)}%`;
}

function formatMagnitude(value: number): string {
  if (value === 0) return '0';
  if (value < 0.0009995 || value >= 9.995e17) return value.toExponential(1);
  if (value < 9999.5) return threeDigits(value);
  let scaled = value;
  let prefix = 0;
  // 999.5 would round to 1000, which belongs to the next prefix.
  while (scaled >= 999.5) {
    scaled /= 1000;
    prefix++;
  }
  return `${threeDigits(scaled)}${PREFIXES[prefix]!}`;
}

/** Three significant digits, or all of them before the decimal point. */
function threeDigits(value: number): string {
  const wholeDigits = Math.floor(Math.log10(Number(value.toPrecision(3)))) + 1;
  return trimZeros(value.toFixed(Math.max(0, 3 - wholeDigits)));
}

function trimZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
