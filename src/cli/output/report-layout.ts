import type { Colors } from './style.js';
import type { Column } from './table.js';

/** How a report on a terminal looks. */
export interface ReportLayout {
  readonly width: number;
  readonly colors: Colors;
  /** IANA name of the time zone of all times. */
  readonly zone: string;
}

/** A column of numbers. */
export function right(title: string): Column {
  return { title, align: 'right' };
}
