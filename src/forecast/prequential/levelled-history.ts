import { HOUR_MS } from '../../core/duration.js';
import { decodeFloats, encodeFloats } from '../floats.js';
import { ImputedValues } from '../ridge/imputed-values.js';

/**
 * How long a shift lasts before it counts, and for how long the level was another before it: most incidents are over by
 * then. Twelve hours are no surer: at those, the recorded loads were forecast worse (up to 0.3 %).
 */
const LASTED_MS = 6 * HOUR_MS;
/** How long the former level has to be back. It is known from long ago, so that less tells it. */
const RETURNED_MS = 2 * HOUR_MS;
const CHECK_MS = HOUR_MS;
/** Half width of the means around the same time in earlier seasons. */
const HALF_WIDTH_MS = HOUR_MS / 4;
/** A shift is this multiple of the largest change before it. At two, the recorded loads were forecast worse (0.2 to 0.4 %). */
const NOVEL = 4;
/**
 * Share of the squared distance from the former level that the new level explains: the load has kept its course. Without it,
 * the recorded loads are forecast worse (1 %).
 */
const EXPLAINED = 0.9;
/** A load that is five times as high, or a fifth, is another load. */
const LARGEST_FACTOR = 5;

export interface LevelledHistoryState {
  readonly samples: string;
  readonly changes: string;
  /** Onset and factor of each shift in force, by turns. */
  readonly shifts: string;
  readonly noticed: readonly number[];
}

/** Instead of a shift: the last one is over. */
const BACK = 'back';

interface Shift {
  /** First sample of the new level. */
  readonly onset: number;
  /** In the unit of the series. */
  readonly factor: number;
}

/** What was seen, and what was to be expected by earlier seasons; both square roots, and 0 where nothing was seen. */
interface Course {
  readonly seen: Float64Array;
  readonly usual: Float64Array;
}

/**
 * The samples of a load at its present level: when the level has shifted, those from before the shift are multiplied by as
 * much as it has. What is learnt from them then holds for the load as it is, from half a day after the shift instead of
 * when the days before it have left the history: coefficients, seasonal terms and errors alike.
 *
 *     u(t) = mean of earlier seasons around the same time,    r = sum s / sum u over some hours, s = sqrt(y)
 *     shift at t0 when |log(r after t0 / r before t0)| > 4 max |log r(6 h) / r(6 h before)| of all the time before,
 *     and s after t0 is nine tenths nearer to u times the former than to u times the latter (squared, hourly means)
 *
 * with t0 where two levels fit best (least squares; Bai 1997, Review of Economics and Statistics 79(4)). It depends on the
 * samples alone, not on what a model makes of them, and is looked for once an hour. When the former level comes back, all is as
 * it was: it was none. So a first weekend is taken for a shift until Monday, a second one is not, as such changes are known by then.
 *
 * Rescaling the past after a break instead of forgetting it: Pesaran & Timmermann (2007), J. Econometrics 137(1), on why
 * the data from before it are worth keeping. Not for loads without a season: nothing says what was to be expected.
 */
export class LevelledHistory {
  readonly #stepMs: number;
  readonly #season: number;
  /** Of seasons, so many that the hours looked at are within the last one. */
  readonly #period: number;
  readonly #samples: number[] = [];
  /** Sizes of the changes of level over the last hours, once an hour. */
  readonly #changes: number[] = [];
  readonly #shifts: Shift[] = [];
  /** Lengths at which the levels changed in hindsight. */
  readonly #noticed: number[] = [];
  #values: ImputedValues;

  /** @param season steps; undefined when there is none */
  constructor(stepMs: number, season: number | undefined, state?: LevelledHistoryState) {
    this.#stepMs = stepMs;
    this.#season = season ?? Infinity;
    this.#period = this.#season * Math.max(1, Math.ceil((this.#width + this.#steps(HALF_WIDTH_MS)) / this.#season));
    this.#values = new ImputedValues(this.#season);
    if (state === undefined) return;
    // Not spread: a long history has more samples than a call may have arguments.
    for (const sample of decodeFloats(state.samples)) this.#samples.push(sample);
    for (const change of decodeFloats(state.changes)) this.#changes.push(change);
    this.#noticed.push(...state.noticed);
    const shifts = decodeFloats(state.shifts);
    for (let i = 0; i < shifts.length; i += 2) this.#shifts.push({ onset: shifts[i]!, factor: shifts[i + 1]! });
    this.#relevel();
  }

  get length(): number {
    return this.#samples.length;
  }

  /** The samples at the present level, as regressions see them. */
  get values(): ImputedValues {
    return this.#values;
  }

  /** All samples so far, at the present level; those from before no shift as they were. */
  levelled(): Float64Array {
    const levelled = Float64Array.from(this.#samples);
    for (const { onset, factor } of this.#shifts) {
      for (let i = 0; i < onset; i++) levelled[i]! *= factor;
    }
    return levelled;
  }

  /** Whether it turned out after the sample at an index that the level had shifted, or had not. */
  isNoticedAt(index: number): boolean {
    return this.#noticed.includes(index + 1);
  }

  /**
   * Takes in the next sample; NaN for a gap, but never at first.
   *
   * @returns whether earlier samples are at another level than before
   */
  push(sample: number): boolean {
    const found = this.#take(sample);
    if (found === null) return false;
    if (found === BACK) this.#shifts.pop();
    else this.#shifts.push(found);
    this.#noticed.push(this.length);
    this.#relevel();
    return true;
  }

  /** The same, but leaves all levels as they are. @returns whether `push` would have changed them */
  follow(sample: number): boolean {
    return this.#take(sample) !== null;
  }

  toJSON(): LevelledHistoryState {
    return {
      samples: encodeFloats(this.#samples),
      changes: encodeFloats(this.#changes),
      shifts: encodeFloats(this.#shifts.flatMap(({ onset, factor }) => [onset, factor])),
      noticed: this.#noticed,
    };
  }

  /** Steps that are looked at: two times as long as a shift lasts, and until it is looked at. */
  get #width(): number {
    return 2 * this.#steps(LASTED_MS) + this.#steps(CHECK_MS);
  }

  #steps(durationMs: number): number {
    return Math.max(1, Math.round(durationMs / this.#stepMs));
  }

  /** @returns what turns out now, once an hour: a shift, or that the last one is over; null: nothing */
  #take(sample: number): Shift | typeof BACK | null {
    this.#samples.push(sample);
    this.#values.push(sample);
    const isDue = this.length % this.#steps(CHECK_MS) === 0;
    if (!isDue || this.length - this.#width < this.#period) return null;
    const course = this.#course();
    const largest = this.#largestBefore();
    this.#changes.push(latestChange(course, this.#steps(LASTED_MS)));
    return this.#isBack(course) ? BACK : this.#find(course, largest);
  }

  #relevel(): void {
    this.#values = new ImputedValues(this.#season);
    for (const sample of this.levelled()) this.#values.push(sample);
  }

  /** The last hours. */
  #course(): Course {
    const seen = new Float64Array(this.#width);
    const usual = new Float64Array(this.#width);
    const half = this.#steps(HALF_WIDTH_MS);
    const from = this.length - this.#width;
    for (let i = 0; i < seen.length; i++) {
      if (Number.isNaN(this.#samples[from + i]!)) continue;
      let sum = 0;
      let seasons = 0;
      for (let centre = from + i - this.#period; centre >= 0; centre -= this.#period) {
        sum += this.#values.mean(centre - half, centre + half);
        seasons++;
      }
      seen[i] = this.#values.at(from + i) + this.#values.reference;
      usual[i] = sum / seasons + this.#values.reference;
    }
    return { seen, usual };
  }

  /** The largest change that ended before a shift that would be found now; NaN while those of a season are not known. */
  #largestBefore(): number {
    const perCheck = this.#steps(CHECK_MS);
    if (this.#changes.length < this.#period / perCheck) return NaN;
    const before = this.#changes.slice(0, -Math.ceil(this.#width / perCheck / 2));
    return before.reduce((largest, change) => Math.max(largest, change), 0);
  }

  #find(course: Course, largest: number): Shift | null {
    const lasted = this.#steps(LASTED_MS);
    const split = bestSplit(course);
    if (split < lasted - 1 || course.seen.length - split < lasted) return null;
    const change = changeAt(course, split);
    const isShift =
      Math.abs(change) > NOVEL * largest &&
      Math.abs(2 * change) < Math.log(LARGEST_FACTOR) &&
      explained(course, split, this.#steps(CHECK_MS)) > EXPLAINED;
    return isShift ? { onset: this.length - course.seen.length + split, factor: Math.exp(2 * change) } : null;
  }

  /** Whether most of the last shift has gone. */
  #isBack(course: Course): boolean {
    const last = this.#shifts.at(-1);
    if (last === undefined) return false;
    const split = bestSplit(course);
    const left = 1 + (2 * changeAt(course, split)) / Math.log(last.factor);
    return course.seen.length - split >= this.#steps(RETURNED_MS) && Math.abs(left) < 0.5;
  }
}

/** Size of the change between the last steps and as many before them. */
function latestChange({ seen, usual }: Course, steps: number): number {
  const end = seen.length;
  const before = ratio({ seen, usual }, end - 2 * steps, end - steps);
  const change = Math.abs(Math.log(ratio({ seen, usual }, end - steps, end) / before));
  return Number.isFinite(change) ? change : 0;
}

function changeAt(course: Course, split: number): number {
  return Math.log(ratio(course, split, course.seen.length) / ratio(course, 0, split));
}

function ratio({ seen, usual }: Course, from: number, to: number): number {
  let seenSum = 0;
  let usualSum = 0;
  for (let i = from; i < to; i++) {
    seenSum += seen[i]!;
    usualSum += usual[i]!;
  }
  return seenSum / usualSum;
}

/** Where `seen` is best described by one multiple of `usual` before, and by another from there on. */
function bestSplit({ seen, usual }: Course): number {
  let [productAfter, squareAfter] = [0, 0];
  for (let i = 0; i < seen.length; i++) {
    productAfter += seen[i]! * usual[i]!;
    squareAfter += usual[i]! * usual[i]!;
  }
  let [product, square] = [0, 0];
  let [best, most] = [0, -Infinity];
  for (let i = 0; i + 1 < seen.length; i++) {
    product += seen[i]! * usual[i]!;
    square += usual[i]! * usual[i]!;
    const gain = product ** 2 / square + (productAfter - product) ** 2 / (squareAfter - square);
    if (gain > most) [best, most] = [i + 1, gain];
  }
  return best;
}

/** Share of the squared distance from the former level, after the split, that the new one explains. */
function explained(course: Course, split: number, hour: number): number {
  const { seen, usual } = course;
  const before = ratio(course, 0, split);
  const after = ratio(course, split, seen.length);
  let [fromBefore, fromAfter] = [0, 0];
  for (let start = split; start + hour <= seen.length; start += hour) {
    let [seenSum, usualSum] = [0, 0];
    for (let i = start; i < start + hour; i++) {
      seenSum += seen[i]!;
      usualSum += usual[i]!;
    }
    fromBefore += (seenSum - before * usualSum) ** 2;
    fromAfter += (seenSum - after * usualSum) ** 2;
  }
  return 1 - fromAfter / fromBefore;
}
