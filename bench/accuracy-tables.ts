import Table from 'cli-table3';
import type { CoveragePart, ModelSummary } from './accuracy-summary.js';

/** One row per model, with the change of its relative error since the previous result. */
export function modelTable(models: readonly ModelSummary[], previous: readonly ModelSummary[]): string {
  const rows = models.map((summary) => {
    const before = previous.find(({ model }) => model === summary.model)?.relativeMae;
    return [
      summary.model,
      fixed(summary.relativeMae),
      before === undefined ? '' : fixed(before),
      before === undefined ? '' : percentChange(before, summary.relativeMae),
      fixed(summary.relativePinball),
      String(summary.series),
      String(summary.seriesWithoutRatio),
      fixed(summary.fitMs, 2),
      fixed(summary.forecastMs, 2),
    ];
  });
  return render(
    [
      'model',
      'relative MAE',
      'before',
      'change',
      'relative pinball',
      'series',
      'without ratio',
      'fit ms',
      'forecast ms',
    ],
    rows,
  );
}

/** Coverage per level: mean over families, and over all points. */
export function coverageTable(models: readonly ModelSummary[]): string {
  const levels = models[0]?.coverage.map(({ level }) => level) ?? [];
  return render(
    ['coverage: families / points', ...levels.map(String)],
    models.map(({ model, coverage }) => [
      model,
      ...coverage.map(({ balanced, pooled }) => `${fixed(balanced)} / ${fixed(pooled)}`),
    ]),
  );
}

/** Coverage of one level by parts of the horizon and of the day, one column per model. */
export function coveragePartsTable(models: readonly ModelSummary[], level: number): string {
  const partsOf = ({ coverageByHorizon, coverageByHour }: ModelSummary): readonly CoveragePart[] => [
    ...coverageByHorizon,
    ...coverageByHour,
  ];
  const names = [...new Set(models.flatMap((summary) => partsOf(summary).map(({ part }) => part)))];
  const shareOf = (summary: ModelSummary, name: string): number =>
    partsOf(summary)
      .find(({ part }) => part === name)
      ?.coverage.find((each) => each.level === level)?.share ?? NaN;
  return render(
    [`coverage of ${level}`, ...models.map(({ model }) => model)],
    names.map((name) => [name, ...models.map((summary) => fixed(shareOf(summary, name)))]),
  );
}

/** Relative error per family, one column per model. */
export function familyTable(models: readonly ModelSummary[]): string {
  return byFamilyAndModel('relative MAE', models, ({ families }) => families);
}

/** Relative pinball loss per family, likewise. */
export function pinballFamilyTable(models: readonly ModelSummary[]): string {
  return byFamilyAndModel('relative pinball', models, ({ pinballFamilies }) => pinballFamilies);
}

function byFamilyAndModel(
  title: string,
  models: readonly ModelSummary[],
  figures: (summary: ModelSummary) => Readonly<Record<string, number>>,
): string {
  const families = [...new Set(models.flatMap((summary) => Object.keys(figures(summary))))].toSorted();
  return render(
    [title, ...models.map(({ model }) => model)],
    families.map((family) => [family, ...models.map((summary) => fixed(figures(summary)[family] ?? NaN))]),
  );
}

export function render(head: string[], rows: string[][]): string {
  const table = new Table({
    head,
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows);
  return `${table.toString()}\n`;
}

export function fixed(value: number | null, digits = 3): string {
  return value === null || Number.isNaN(value) ? '-' : value.toFixed(digits);
}

function percentChange(before: number, now: number): string {
  const percent = (now / before - 1) * 100;
  return `${percent > 0 ? '+' : ''}${percent.toFixed(1)} %`;
}
