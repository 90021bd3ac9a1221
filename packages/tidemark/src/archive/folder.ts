/** A file that is being made: it lies beside its final name, under one that no reader looks at. */
export interface StagedFile {
  /** The name it will have. */
  readonly path: string
  /** Where to write it on this machine. */
  readonly localPath: string
}

/** Tells two states of a file apart without reading it: size and whatever the place offers (times and inode, an ETag). */
export interface FileStamp {
  readonly bytes: number
  readonly tag: string
}

export interface ReadFile extends FileStamp {
  readonly content: Uint8Array
}

export interface ListedFile {
  readonly path: string
  readonly bytes: number
  /** By the clock of the place where the files lie, as `mark()`. */
  readonly modifiedAt: number
  /** Staged, and never published: a crash left it, or it is being written now. */
  readonly staged: boolean
}

/**
 * Where archive files lie. Paths are relative, with forward slashes. Every method throws ARCHIVE_FOLDER when the place
 * fails; what is not there is null, not an error.
 */
export interface ArchiveFolder {
  /** For messages: a path or a URL. */
  readonly place: string
  /** Makes room for a file that is to be published as `path`. */
  stage(path: string): Promise<StagedFile>
  /** Until here a power failure may take what was written; from here on not. */
  sync(staged: StagedFile): Promise<void>
  readStaged(staged: StagedFile): Promise<Uint8Array>
  /**
   * Gives the staged file its name. False, and nothing is done, when the name is taken; `replace` takes it over
   * instead. Durable only after `syncEntry`.
   */
  publish(staged: StagedFile, options?: { readonly replace?: boolean }): Promise<boolean>
  /** Makes the name (or its removal) survive a power failure. */
  syncEntry(path: string): Promise<void>
  /** Removes a staged file that will not be published; does nothing when there is none. */
  discard(staged: StagedFile): Promise<void>
  read(path: string): Promise<ReadFile | null>
  stamp(path: string): Promise<FileStamp | null>
  /** Every file, staged ones included, in order of path. */
  list(): Promise<readonly ListedFile[]>
  /** Removes a file durably; does nothing when there is none. */
  remove(path: string): Promise<void>
  /** Now, by the clock of the place: what is listed as modified before it was there before it. */
  mark(): Promise<number>
}
