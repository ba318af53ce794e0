import type { ManifestFile } from '../config/read-manifests.js';
import type { Target } from './remark.js';
import type { TextEdit } from './text-edit.js';

export interface SourceFile {
  /** As the user would name it. */
  readonly path: string;
  readonly text: string;
}

/** A file as it should be for a target. */
export interface MigratedFile {
  readonly path: string;
  readonly target: Target;
  /** Undefined: the file is new. */
  readonly before: string | undefined;
  readonly after: string;
  /** The edits of `before` that make `after`, one for each changed document; none for a new file. */
  readonly parts: readonly TextEdit[];
  /** In the order of their lines. */
  readonly landmarks: readonly Landmark[];
}

/** Where an object stands in a file. */
export interface Landmark {
  /** One-based. */
  readonly line: number;
  readonly title: string;
}

/** An input file, read. */
export interface Source extends SourceFile {
  readonly manifests: ManifestFile;
}
