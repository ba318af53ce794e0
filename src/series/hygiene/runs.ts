/** A run of samples, `to` exclusive. */
export interface Run {
  readonly from: number;
  readonly to: number;
}

/** The longest runs of samples of which each one fulfils the condition; a gap ends a run like any other sample. */
export function runsWhere(values: Float64Array, holds: (value: number) => boolean): Run[] {
  const runs: Run[] = [];
  let from = 0;
  for (let i = 0; i <= values.length; i++) {
    if (i < values.length && holds(values[i]!)) continue;
    if (i > from) runs.push({ from, to: i });
    from = i + 1;
  }
  return runs;
}
