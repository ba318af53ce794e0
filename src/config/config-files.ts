/** What stands at a path. */
export interface ConfigEntry {
  readonly type: 'file' | 'folder' | 'other';
  /** Bytes. */
  readonly size: number;
  /** Absolute, links resolved: the same for every path to the same thing. */
  readonly realPath: string;
}

/** The part of a file system that configuration is read from. Methods reject as `node:fs/promises` does. */
export interface ConfigFiles {
  stat(path: string): Promise<ConfigEntry>;
  /** Names within a folder, in any order. */
  list(path: string): Promise<readonly string[]>;
  read(path: string): Promise<string>;
}
