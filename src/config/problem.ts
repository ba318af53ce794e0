/** Where something stands in a configuration file. */
export interface Position {
  /** As the user would name it. */
  readonly file: string;
  /** One-based; 0 means the file as a whole. */
  readonly line: number;
  /** One-based; 0 means the line as a whole. */
  readonly column: number;
}

/** A field of an object, and where it stands. A missing field stands where its parent does. */
export interface Place {
  readonly at: Position;
  /** Path within the object, such as `spec.triggers[0].metadata.queryStep`; empty for the object or file itself. */
  readonly field: string;
}

/** One thing wrong with the configuration. An error keeps its ScaledObject from being served; a warning does not. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  /** One-based; 0 when the problem concerns the file as a whole. */
  readonly line: number;
  readonly column?: number;
  /** As in {@link Place}. */
  readonly field: string;
  /** What was given, shortened; absent when nothing was given and when it may be secret. */
  readonly value?: string;
  readonly message: string;
  /** What would be accepted. */
  readonly accepted?: string;
}

export interface ProblemDetails {
  /** What was given. Never pass anything that may hold a secret. */
  readonly value?: string | undefined;
  readonly accepted?: string | undefined;
}

/** Longest value that is repeated in full: enough to recognise any value of ours. */
const MAX_SHOWN_CHARACTERS = 80;

/** Collects problems, so that all of them are reported and not only the first. The same problem counts once. */
export class Report {
  private readonly found = new Map<string, Problem>();

  get problems(): readonly Problem[] {
    return [...this.found.values()];
  }

  get hasErrors(): boolean {
    return this.problems.some(({ severity }) => severity === 'error');
  }

  error(place: Place, message: string, details: ProblemDetails = {}): void {
    this.add('error', place, message, details);
  }

  warning(place: Place, message: string, details: ProblemDetails = {}): void {
    this.add('warning', place, message, details);
  }

  /** Takes over what another report has found. */
  include(problems: readonly Problem[]): void {
    for (const problem of problems) this.found.set(JSON.stringify(problem), problem);
  }

  private add(severity: Problem['severity'], { at, field }: Place, message: string, details: ProblemDetails): void {
    const { value, accepted } = details;
    this.include([
      {
        severity,
        file: at.file,
        line: at.line,
        ...(at.column > 0 && { column: at.column }),
        field,
        ...(value !== undefined && { value: shorten(value) }),
        message,
        ...(accepted !== undefined && { accepted }),
      },
    ]);
  }
}

/** The place of a problem that concerns a file as a whole. */
export function wholeFile(file: string): Place {
  return { at: { file, line: 0, column: 0 }, field: '' };
}

function shorten(value: string): string {
  return value.length <= MAX_SHOWN_CHARACTERS ? value : `${value.slice(0, MAX_SHOWN_CHARACTERS)}…`;
}
