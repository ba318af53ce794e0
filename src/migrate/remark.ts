import type { Place } from '../config/problem.js';

/** What the new documents are for: an unmodified KEDA with tidecast beside it, or tidecast alone. */
export type Target = 'keda' | 'standalone';

export const TARGETS: readonly Target[] = ['keda', 'standalone'];

/**
 * `error`: the input is wrong, and nothing is made of that object. `lost`: something the input does that the output does
 * not. `note`: worth knowing, nothing to be done.
 */
export type Severity = 'error' | 'lost' | 'note';

/** Something a person should know about the migration, with its place in the input. */
export interface Remark {
  readonly severity: Severity;
  readonly file: string;
  /** One-based; 0 when it concerns the file as a whole. */
  readonly line: number;
  readonly field: string;
  /** Never holds a value that may be secret. */
  readonly message: string;
  /** The targets it holds for. */
  readonly targets: readonly Target[];
}

/** Collects remarks. What holds for both targets is one remark. */
export class Remarks {
  private readonly found = new Map<string, Remark>();

  get list(): readonly Remark[] {
    return [...this.found.values()];
  }

  add(severity: Severity, { at, field }: Place, message: string, targets: readonly Target[]): void {
    const remark = { severity, file: at.file, line: at.line, field, message };
    const key = JSON.stringify(remark);
    const known = this.found.get(key)?.targets ?? [];
    this.found.set(key, { ...remark, targets: TARGETS.filter((t) => known.includes(t) || targets.includes(t)) });
  }
}

/** Adds remarks about one target. */
export type Say = (severity: Severity, place: Place, message: string) => void;
