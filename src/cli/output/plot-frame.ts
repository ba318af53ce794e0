import { DAY_MS } from '../../core/duration.js';
import { timeTicks, valueScale, type ValueScale } from './axis.js';
import { formatNumber } from './number-format.js';
import type { Colors } from './style.js';
import { pad, split, textWidth } from './text.js';
import { formatTime, formatWeekday } from './time-format.js';

export interface PlotFrameProps {
  /** Size in characters, axes and labels included; at least 40 by 8 is drawn. */
  readonly width: number;
  readonly height: number;
  /** Columns kept free at the right. */
  readonly rightMargin: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Known values that must be visible. */
  readonly values: readonly number[];
  readonly unit: string;
  readonly zone: string;
  readonly colors: Colors;
}

/** The heading, the time axis and its labels. */
const FRAME_ROWS = 3;
const FEWEST_COLUMNS = 10;
/** A time of day, and some air. */
const COLUMNS_PER_TIME = 11;

/** Where values and times are in a plot, and the axes that say so. The value axis includes 0, so that heights compare. */
export class PlotFrame {
  /** Size of the plot within its axes, in characters. */
  readonly columns: number;
  readonly rows: number;
  readonly #props: PlotFrameProps;
  readonly #scale: ValueScale;
  /** Width of the labels left of the value axis. */
  readonly #gutter: number;

  constructor(props: PlotFrameProps) {
    this.#props = props;
    this.rows = Math.max(8, props.height) - FRAME_ROWS;
    this.#scale = valueScale(Math.min(0, ...props.values), Math.max(0, ...props.values), this.rows);
    const ticks = Array.from({ length: Math.ceil(this.rows / this.#scale.rowsPerTick) }, (_, i) => this.#tickLabel(i));
    this.#gutter = Math.max(...[props.unit, this.#zoneLabel(), ...ticks].map(textWidth));
    this.columns = Math.max(FEWEST_COLUMNS, Math.max(40, props.width) - this.#gutter - 2 - props.rightMargin);
  }

  /** Row of characters, from the top. */
  rowOf(value: number): number {
    return this.rows - 1 - Math.round(this.#heightOf(value));
  }

  /** Row of dots, four to a row of characters, from the top. */
  dotOf(value: number): number {
    return Math.round((this.rows - 0.5 - this.#heightOf(value)) * 4 - 0.5);
  }

  columnOf(timeMs: number): number {
    const { fromMs, toMs } = this.#props;
    return Math.floor(((timeMs - fromMs) / (toMs - fromMs)) * this.columns);
  }

  /** The unit above the value axis, and whatever belongs above the plot. */
  heading(text: string): string {
    return `${this.#props.colors.dim(pad(this.#props.unit, this.#gutter, 'right'))}  ${text}`;
  }

  /** The part of the value axis left of a row. */
  valueAxis(row: number): string {
    const tick = (this.rows - 1 - row) / this.#scale.rowsPerTick;
    const isTick = Number.isInteger(tick);
    const label = pad(isTick ? this.#tickLabel(tick) : '', this.#gutter, 'right');
    return this.#props.colors.dim(`${label} ${isTick ? '┤' : '│'}`);
  }

  /** The two lines below the plot: the axis and its times. */
  timeAxis(): string[] {
    const { fromMs, toMs, zone, colors } = this.#props;
    const most = Math.max(1, Math.floor(this.columns / COLUMNS_PER_TIME));
    const { stepMs, times } = timeTicks(fromMs, toMs, most, zone);
    const axis = Array<string>(this.columns).fill('─');
    const labels = Array<string>(this.columns).fill(' ');
    for (const timeMs of times) {
      const column = Math.min(this.columns - 1, this.columnOf(timeMs));
      axis[column] = '┴';
      const text = stepMs >= DAY_MS ? formatWeekday(timeMs, zone) : formatTime(timeMs, zone);
      const first = Math.min(Math.max(0, column - Math.floor(text.length / 2)), this.columns - text.length);
      split(text).forEach((character, i) => (labels[first + i] = character));
    }
    return [
      colors.dim(`${' '.repeat(this.#gutter)} └${axis.join('')}`),
      `${colors.dim(pad(this.#zoneLabel(), this.#gutter, 'right'))}  ${labels.join('')}`,
    ];
  }

  /** Rows above the centre of the lowest one, as a fraction. */
  #heightOf(value: number): number {
    const { bottom, step, rowsPerTick } = this.#scale;
    return ((value - bottom) / step) * rowsPerTick;
  }

  #tickLabel(tick: number): string {
    const { bottom, step } = this.#scale;
    // 3 * 0.1 is not 0.3 without this.
    return formatNumber(Number((bottom + tick * step).toPrecision(12)));
  }

  /** The last part of an IANA name is short, and known to whoever lives there. */
  #zoneLabel(): string {
    const { zone } = this.#props;
    return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
  }
}
